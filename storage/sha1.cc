#include "storage/sha1.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <new>

#include "storage/database.h"

namespace storage {
namespace {

// RFC 9562, appendix C: 6ba7b811-9dad-11d1-80b4-00c04fd430c8.
constexpr std::string_view kUrlNameSpace{
    "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8", 16};

Sha1::Digest sha1_of(std::string_view first, std::string_view second = {}) {
  Sha1 sha1;
  sha1.add(first);
  sha1.add(second);
  return sha1.digest();
}

}  // namespace

void Sha1::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha1::Sha1() : context_(EVP_MD_CTX_new()) {
  if (!context_) throw std::bad_alloc();
  if (EVP_DigestInit_ex(context_.get(), EVP_sha1(), nullptr) != 1)
    throw Error("OpenSSL cannot compute SHA-1");
}

void Sha1::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1)
    throw Error("OpenSSL cannot compute SHA-1");
}

Sha1::Digest Sha1::digest() {
  Digest digest{};
  if (EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1)
    throw Error("OpenSSL cannot compute SHA-1");
  return digest;
}

std::string labelled(const Sha1::Digest& digest) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text = "sha1:";
  unsigned bits = 0;
  int count = 0;
  for (const unsigned char byte : digest) {  // 160 bits are 32 letters, without padding
    bits = (bits << 8 | byte) & 0xfffu;
    for (count += 8; count >= 5; count -= 5) text += kAlphabet[bits >> (count - 5) & 31u];
  }
  return text;
}

std::string uuid_of(std::string_view name) {
  Sha1::Digest id = sha1_of(kUrlNameSpace, name);
  id[6] = static_cast<unsigned char>((id[6] & 0x0fu) | 0x50u);  // the version
  id[8] = static_cast<unsigned char>((id[8] & 0x3fu) | 0x80u);  // the variant
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", id[i]);
  }
  return text;
}

std::string short_hash(std::string_view text) {
  const Sha1::Digest digest = sha1_of(text);
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
}

}  // namespace storage
