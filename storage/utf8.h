// UTF-8 from strangers: read one code point at a time, and made valid where it is not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace storage {

inline constexpr char32_t kReplacement = 0xfffd;

struct CodePoint {
  char32_t value = kReplacement;  // kReplacement for bytes that are none
  std::size_t bytes = 0;          // how many it takes; 0 at the end
  bool valid = false;
};

// The code point at the front of `text`. Of bytes that are none, it takes the longest part that
// could have begun one (Unicode's "maximal subpart"), and at least one.
CodePoint next_code_point(std::string_view text);

// Answers `text` itself where it is valid; else a copy in `storage`, mended with U+FFFD.
std::string_view valid_utf8(std::string_view text, std::string& storage);

}  // namespace storage
