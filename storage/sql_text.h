// SQL as text, before it is prepared: what a prompt must know of it, and what goes into it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storage {

// The bytes of the first statement in `sql`, its ';' with them; npos where none has ended yet. A
// ';' in a string or a comment ends nothing.
std::size_t first_statement(std::string_view sql);

// For "... LIKE ? ESCAPE '\'": whatever holds `text`, ASCII letters in either case. A third of what
// instr(lower(...)) costs, which makes a copy of each value.
std::string like_holding(std::string_view text);

// Upper case.
std::vector<std::string> sql_keywords();

}  // namespace storage
