// Text of a page before its tree: which characters gumbo would change, and what a character
// reference stands for.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/arena.h"

namespace parser {

// True where `utf8` has a character that gumbo replaces or drops (13.2.3.5: control characters and
// noncharacters, NUL, a carriage return without a line feed), or one of plane 16.
[[nodiscard]] bool has_odd_characters(std::string_view utf8);

struct Reference {
  // What it stands for, before a NUL. Empty: it is to be left as it is.
  std::string_view text;
  // Bytes of it from its '&' on, with the letters and digits that follow where it is left as it is
  // (13.2.5.73: the longest prefix that is a name counts). 0: the '&' is an ordinary character.
  std::size_t bytes = 0;
  // It may stand for a character of plane 16.
  bool is_private = false;
};

// `at` is an '&'. Decodes what needs no guess: a usual name or a number, with its semicolon.
// Characters that are white space to the tokenizer are left as they are.
Reference read_reference(const char* at, const char* end, Arena& arena);

}  // namespace parser
