// What is wrong with an SQL statement, for the person who wrote it: SQLite's message, the line with
// a mark under the word, and the nearest table, column, function or keyword that there is.
#pragma once

#include <string>
#include <string_view>

#include "storage/database.h"

namespace storage {

// To be called right after preparing `sql` failed. Up to three lines, none ended.
std::string describe_mistake(const Database& db, std::string_view sql);

// The edits (insert, delete, replace, swap two neighbours) between two words, ASCII case aside;
// words longer than kMaxWord are as far apart as can be.
inline constexpr std::size_t kMaxWord = 64;
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace storage
