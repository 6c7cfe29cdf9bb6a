// Untrusted text, escaped for use inside other text.
#pragma once

#include <string>
#include <string_view>

namespace storage {

// Between the tags of XML 1.0, or in an attribute: markup escaped, and what XML cannot hold
// (control characters, bytes that are not UTF-8) replaced by U+FFFD.
std::string xml_text(std::string_view text);

// In one line, and in one word of it: control characters, and spaces in a word, percent-encoded.
std::string one_line(std::string_view text);
std::string one_word(std::string_view text);

}  // namespace storage
