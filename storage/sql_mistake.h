// What is wrong with an SQL statement, for its author: SQLite's message, the word at fault, and the
// nearest table, column, function or keyword.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace storage {

struct Mistake {
  std::string message;                      // SQLite's
  std::size_t at = std::string_view::npos;  // position in the statement; npos: unknown
  std::string word;                         // at that position, or what is not allowed; or ""
  std::string meant;                        // the nearest existing name, or ""
};

// To be called right after preparing `sql` failed.
Mistake find_mistake(const Database& db, std::string_view sql);

// For a statement that was prepared and returns no rows, such as VACUUM: it is not allowed, and
// SQLite would report that only when it runs.
Mistake refused_statement(std::string_view sql);

// As text: the message, and the line with a mark under the word. Up to three lines, none ended.
std::string describe_mistake(const Mistake& mistake, std::string_view sql);

// A statement that could not be prepared; what() has the path and the description.
class SqlError : public Error {
 public:
  SqlError(const Database& db, std::string_view sql, Mistake mistake);
  const Mistake& mistake() const { return mistake_; }

 private:
  Mistake mistake_;
};

// The edits (insert, delete, replace, swap two neighbours) between two words, ASCII case aside;
// words longer than kMaxWord are as far apart as can be.
inline constexpr std::size_t kMaxWord = 64;
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `names` that is near enough to be meant, one letter in three; "" where none is.
// The first of equals.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

}  // namespace storage
