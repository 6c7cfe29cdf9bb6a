#include "parser/digest.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "parser/ascii.h"

namespace parser {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  // Looked up once: what EVP_sha256() answers is looked up again by each digest.
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (sha256 == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, sha256, nullptr) != 1)
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  std::string hex;
  hex.reserve(std::size_t{2} * size);
  for (unsigned i = 0; i < size; ++i) append_hex(hex, digest[i]);
  return hex;
}

}  // namespace parser
