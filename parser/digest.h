// The digest by which equal bodies are found, in this crawl and outside it (`sha256sum` prints the
// same).
#pragma once

#include <string>
#include <string_view>

namespace parser {

// SHA-256 of `bytes` (FIPS 180-4) as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace parser
