// UTF-8 as the WHATWG Encoding Standard decodes it: which bytes are valid, and how many of those
// that are not become one U+FFFD.
#pragma once

#include <cstddef>
#include <string_view>

namespace parser {

// Bytes at the start of `text` that are ASCII.
std::size_t ascii_prefix(std::string_view text);

// Bytes at the start of `text` that are valid UTF-8.
std::size_t valid_utf8_prefix(std::string_view text);

struct Utf8Step {
  std::size_t bytes;
  bool valid;
};
// The character at the front of `text`, which is not empty; or, where there is none, the maximal
// part of one, for which a single U+FFFD stands.
Utf8Step utf8_step(std::string_view text);

// `text` itself, or its start up to `limit` bytes, cut at a character's end.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

}  // namespace parser
