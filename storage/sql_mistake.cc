#include "storage/sql_mistake.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "parser/ascii.h"
#include "parser/utf8.h"
#include "storage/sql_text.h"

namespace storage {
namespace {

// Bytes of the statement's line that are shown before and behind the mistake.
constexpr std::size_t kShownBefore = 60;
constexpr std::size_t kShownBehind = 60;

constexpr std::string_view kOnlyReads = ": a statement here can only read this file";

using parser::to_lower;

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || c == '$' || parser::is_digit(c) || parser::is_alpha(c) || byte >= 0x80;
}

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at;
}

std::string first_word(std::string_view sql) {
  std::size_t at = 0;
  while (at < sql.size() && !is_word(sql[at])) ++at;
  return std::string(sql.substr(at, word_end(sql, at) - at));
}

// Position of `word` in `sql` as a whole word, in any case; npos where it does not occur.
std::size_t find_word(std::string_view sql, std::string_view word) {
  for (std::size_t at = 0; !word.empty() && at + word.size() <= sql.size(); ++at) {
    const bool same = parser::equals_ignoring_case(sql.substr(at, word.size()), word);
    if (same && (at == 0 || !is_word(sql[at - 1])) && word_end(sql, at) == at + word.size())
      return at;
  }
  return std::string_view::npos;
}

struct Kind {
  std::string_view says;   // how SQLite's message begins
  std::string_view names;  // the existing names; ?1 is the statement. Nearer ones come first
};
constexpr std::array<Kind, 3> kKinds{
    {{"no such table: ", "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"},
     // Those of the tables that the statement names first.
     {"no such column: ",
      "SELECT c.name FROM sqlite_schema t, pragma_table_info(t.name) c "
      "WHERE t.type IN ('table', 'view') ORDER BY instr(lower(?1), lower(t.name)) = 0, t.name"},
     {"no such function: ", "SELECT DISTINCT name FROM pragma_function_list ORDER BY name"}}};

std::vector<std::string> names_of(const Database& db, const Kind& kind, std::string_view sql) {
  std::vector<std::string> names;
  Statement statement(db, kind.names);
  if (!statement.parameter_names().empty()) statement.bind(1, sql);
  while (statement.step()) names.emplace_back(statement.column_text(0));
  return names;
}

// The line of `sql` that `at` is in, and a line with a mark under the word there.
std::string pointed(std::string_view sql, std::size_t at, std::size_t size) {
  const std::size_t start = at == 0 ? 0 : sql.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  const std::size_t end = std::min(sql.find('\n', at), sql.size());
  const std::size_t from = std::max(start, at - std::min(at, kShownBefore));
  const std::size_t to = std::min(end, at + size + kShownBehind);
  std::string line;
  std::string mark;
  for (std::size_t i = from; i < to;) {
    const parser::CodePoint next = parser::next_code_point(sql.substr(i, to - i));
    const bool shown = next.valid && next.value >= ' ' && (next.value < 0x7f || next.value > 0x9f);
    line += shown ? sql.substr(i, next.bytes) : std::string_view(" ");
    if (i < at + std::max<std::size_t>(size, 1)) mark += i < at ? ' ' : i == at ? '^' : '~';
    i += next.bytes;
  }
  if (at >= to) mark += '^';
  return fmt::format("\n  {}\n  {}", line, mark);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > kMaxWord || b.size() > kMaxWord) return std::numeric_limits<std::size_t>::max();
  // Three rows of the table: this one, the one before, and the one before that.
  std::array<std::array<std::size_t, kMaxWord + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& before = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
          to_lower(a[i - 2]) == to_lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
  std::size_t best = word.size() / 3 + 1;
  std::string found;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(word, name);
    if (distance > 0 && distance < best) {
      best = distance;
      found = name;
    }
  }
  return found;
}

Mistake find_mistake(const Database& db, std::string_view sql) {
  // Both are of the statement that failed last: read before another is prepared.
  const int offset = sqlite3_error_offset(db.handle());
  Mistake mistake;
  mistake.message = sqlite3_errmsg(db.handle());
  const bool refused = (sqlite3_errcode(db.handle()) & 0xff) == SQLITE_AUTH;

  if (offset >= 0) mistake.at = static_cast<std::size_t>(offset);
  for (const Kind& kind : kKinds) {
    if (!mistake.message.starts_with(kind.says)) continue;
    std::string word = mistake.message.substr(kind.says.size());
    word.erase(0, word.rfind('.') + 1);  // of "table.column", the column
    mistake.meant = nearest(word, names_of(db, kind, sql));
    if (const std::size_t found = find_word(sql, word); found != std::string_view::npos)
      mistake.at = found;
  }
  if (mistake.at <= sql.size())
    mistake.word = sql.substr(mistake.at, word_end(sql, mistake.at) - mistake.at);
  if (mistake.message.ends_with("syntax error") && mistake.at < sql.size())
    mistake.meant = nearest(mistake.word, sql_keywords());
  if (refused) {
    mistake.message += kOnlyReads;
    if (mistake.word.empty()) mistake.word = first_word(sql);
  }
  return mistake;
}

std::string describe_mistake(const Mistake& mistake, std::string_view sql) {
  std::string text = mistake.message;
  if (!mistake.meant.empty()) text += fmt::format("; did you mean {}?", mistake.meant);
  if (mistake.at <= sql.size()) text += pointed(sql, mistake.at, mistake.word.size());
  return text;
}

SqlError::SqlError(const Database& db, std::string_view sql, Mistake mistake)
    : Error(db.path() + ": " + describe_mistake(mistake, sql)), mistake_(std::move(mistake)) {}

Mistake refused_statement(std::string_view sql) {
  return {fmt::format("not authorized{}", kOnlyReads), std::string_view::npos, first_word(sql), ""};
}

}  // namespace storage
