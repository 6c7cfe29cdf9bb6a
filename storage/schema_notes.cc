#include "storage/schema_notes.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "schema_sql.h"

namespace storage {
namespace {

struct Comments {
  std::size_t place = 0;  // in schema.sql
  std::string about;
  std::map<std::string, std::string, std::less<>> columns;
};

// The first word of `text`, and what is behind it.
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" ,(;"));
  text.remove_prefix(word.size());
  return word;
}

void add_line(std::string& text, std::string_view line, char between) {
  if (!text.empty()) text += between;
  text += line;
}

// schema.sql is ours and written one column a line: a comment above a CREATE is the table's, one at
// the end of a line its column's, and goes on in the lines that hold nothing but a comment.
std::map<std::string, Comments, std::less<>> read_comments() {
  std::map<std::string, Comments, std::less<>> tables;
  Comments* table = nullptr;      // whose columns are read
  std::string* column = nullptr;  // whose comment may go on
  std::string above;
  for (std::string_view text = kSchemaSql; !text.empty();) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);

    const std::size_t dashes = line.find("--");
    std::string_view comment = dashes == std::string_view::npos ? "" : line.substr(dashes + 2);
    if (comment.starts_with(' ')) comment.remove_prefix(1);
    std::string_view of_column = comment;  // set out in columns of its own: without that space
    of_column.remove_prefix(std::min(of_column.find_first_not_of(' '), of_column.size()));
    std::string_view rest = line.substr(0, dashes);
    const std::string_view first = take_word(rest);
    if (first.empty() && dashes == std::string_view::npos) {
      above.clear();  // an empty line parts a comment from what follows
    } else if (first.empty() && table != nullptr) {
      if (column != nullptr) add_line(*column, of_column, ' ');
    } else if (first.empty()) {
      add_line(above, comment, '\n');
    } else if (first == "CREATE") {
      const bool view = take_word(rest) == "VIEW";
      std::string_view name = take_word(rest);
      if (name == "TABLE") name = take_word(rest);  // VIRTUAL TABLE
      Comments& made = tables[std::string(name)];
      made.place = tables.size();
      made.about = std::move(above);
      above.clear();
      const bool one_line = view || line.ends_with(';');
      table = one_line ? nullptr : &made;
      column = nullptr;
    } else if (table != nullptr && first.starts_with(')')) {
      table = nullptr;
    } else if (table != nullptr) {
      column = &table->columns[std::string(first)];
      *column = of_column;
    }
  }
  return tables;
}

}  // namespace

std::vector<TableNote> schema_notes(const Database& db) {
  static const std::map<std::string, Comments, std::less<>> comments = read_comments();
  Statement tables(db,
                   "SELECT name, min(type = 'view') FROM pragma_table_list "
                   "WHERE type <> 'shadow' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                   "AND name NOT LIKE 'v2\\_%' ESCAPE '\\' GROUP BY name ORDER BY name");
  Statement columns(db, "SELECT name, type FROM pragma_table_info(?) ORDER BY cid");
  std::vector<std::pair<std::size_t, TableNote>> notes;
  while (tables.step()) {
    TableNote note;
    note.name = tables.column_text(0);
    note.view = tables.column_int(1) != 0;
    const auto known = comments.find(note.name);
    const Comments none{comments.size() + 1, {}, {}};
    const Comments& said = known == comments.end() ? none : known->second;
    note.about = said.about;
    columns.bind(1, note.name);
    while (columns.step()) {
      const auto about = said.columns.find(columns.column_text(0));
      note.columns.push_back({std::string(columns.column_text(0)),
                              std::string(columns.column_text(1)),
                              about == said.columns.end() ? "" : about->second});
    }
    columns.reset();
    notes.emplace_back(said.place, std::move(note));
  }
  std::stable_sort(notes.begin(), notes.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<TableNote> in_order;
  in_order.reserve(notes.size());
  for (auto& [place, note] : notes) in_order.push_back(std::move(note));
  return in_order;
}

}  // namespace storage
