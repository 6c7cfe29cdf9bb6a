// UTF-8 as the WHATWG Encoding Standard decodes it: which bytes are valid, and how many of those
// that are not become one U+FFFD.
#pragma once

#include <cstddef>
#include <string>
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

inline constexpr char32_t kReplacement = 0xfffd;
inline constexpr std::string_view kReplacementText = "\xef\xbf\xbd";  // kReplacement in UTF-8

struct CodePoint {
  char32_t value = kReplacement;  // kReplacement where the bytes are not valid
  std::size_t bytes = 0;          // how many it takes; 0 where the text is empty
  bool valid = false;
};
// utf8_step with the character's value, of a text that may be empty.
CodePoint next_code_point(std::string_view text);

// A text as valid UTF-8: the text itself where it is valid, which must then outlive this object,
// else a copy in which U+FFFD replaces what is not.
class ValidUtf8 {
 public:
  explicit ValidUtf8(std::string_view text);
  ValidUtf8(const ValidUtf8&) = delete;
  ValidUtf8& operator=(const ValidUtf8&) = delete;

  // Holds for as long as this object.
  std::string_view view() const { return view_; }

 private:
  std::string copy_;
  std::string_view view_;
};

// `text` itself, or its start up to `limit` bytes, cut at a character's end.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

}  // namespace parser
