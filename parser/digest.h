// The digest by which equal bodies are found, in this crawl and outside it (`sha256sum` prints the
// same). OpenSSL uses the processor's SHA instructions: 1.5 GB/s with them, 0.3 without.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parser {

inline constexpr std::size_t kSha256HexBytes = 64;

// SHA-256 of `bytes` (FIPS 180-4) as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace parser
