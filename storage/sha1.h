// SHA-1 in the forms that web archives use it: a name for bytes, not a protection.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace storage {

class Sha1 {
 public:
  using Digest = std::array<unsigned char, 20>;

  Sha1();
  void add(std::string_view bytes);
  // Ends it; nothing can be added after.
  Digest digest();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", as WARC's digest fields have it (base 32, RFC 4648).
std::string labelled(const Sha1::Digest& digest);
// A version 5 UUID (RFC 9562) of a name, in the name space of URLs.
std::string uuid_of(std::string_view name);
// The first 32 bits of the SHA-1 of `text`: 8 hexadecimal digits.
std::string short_hash(std::string_view text);

}  // namespace storage
