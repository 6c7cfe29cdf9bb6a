// SQL as text, before it is prepared: what a prompt must know of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storage {

// The bytes of the first statement in `sql`, its ';' with them; npos where none has ended yet. A
// ';' in a string or a comment ends nothing.
std::size_t first_statement(std::string_view sql);

// Upper case.
std::vector<std::string> sql_keywords();

}  // namespace storage
