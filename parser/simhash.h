// The 64-bit SimHash of a text (Charikar 2002; Manku, Jain and Das Sarma 2007): texts that share
// most of their wording differ in few bits, so near-duplicates are found by comparing integers.
#pragma once

#include <cstdint>
#include <string_view>

namespace parser {

// Over every run of three words (XXH3, ASCII letters folded to lower case), each run voting once.
// Words end at a space, tab or line feed; a character of U+3000 to U+DFFF, where words are written
// without spaces, is a word of its own. 0 where there is no word.
std::uint64_t simhash(std::string_view text);

}  // namespace parser
