// SQL as text, before it is prepared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storage {

// The size of the first statement in `sql`, with its ';'; npos where it has no end yet. A ';' in a
// string or a comment does not end it.
std::size_t first_statement(std::string_view sql);

// For "... LIKE ? ESCAPE '\'": whatever holds `text`, ASCII letters in either case. A third of what
// instr(lower(...)) costs, which makes a copy of each value.
std::string like_holding(std::string_view text);

// Upper case.
std::vector<std::string> sql_keywords();

}  // namespace storage
