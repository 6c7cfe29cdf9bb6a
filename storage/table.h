// The one way out for rows: a table for people, or csv, tsv, json, jsonl and markdown for programs.
//
// Cells are pushed in order, and a row ends with its last column. Rows go out as they come: memory
// does not grow with their number. A table alone holds back the first ones, to see how wide each
// column must be. Every string may be a stranger's: in a table and in markdown, control characters
// and what could move the cursor are replaced, and in every format so are bytes that are no UTF-8;
// blobs are written in hexadecimal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace storage {

enum class Format : std::uint8_t {
  kTable,
  kCsv,        // RFC 4180, but lines end as this system's do; NULL is an empty field
  kJson,       // one array of objects
  kJsonLines,  // an object a line
  kTsv,        // tabs between fields; tab, line ends and backslash in them are escaped: \t \n \r
  kMarkdown,   // a table as GitHub reads it
  kJsonRows,   // for our own pages: one array of arrays, without the columns' names
  kHtml,       // rows of a <table>; cells of numbers have the class "n", long texts "l"
};
// "table", "csv", "json", "jsonl", "tsv", "markdown". kHtml has no word: it is no whole document.
std::optional<Format> format_from(std::string_view word);

struct TableOptions {
  Format format = Format::kCsv;
  bool headers = true;    // the columns' names, where the format can do without
  std::size_t width = 0;  // columns of the terminal that a table must fit in; 0: no bound
  // In csv and tsv, a text that a spreadsheet would take for a formula gets a ' before it.
  bool spreadsheet_safe = false;
  // The rows are shown on a terminal: control characters are replaced in every format.
  bool terminal = false;
  // Bounds for those who hold the whole answer in memory; 0: none. A longer cell is cut, with a
  // sign that it was; after so many bytes the table is full().
  std::size_t longest_cell = 0;
  std::size_t most_bytes = 0;
  std::uint64_t most_rows = 0;  // that are written; those beyond are counted alone. 0: no bound
};

class Table {
 public:
  // `out` must outlive the table.
  Table(std::ostream& out, std::vector<std::string> columns, TableOptions options);
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void cell(std::int64_t value);
  void cell(double value);
  void cell(std::string_view text);
  void blob(std::string_view bytes);
  void null();

  // Writes what was held back and ends the output. Throws Error if it could not all be written.
  void finish();
  std::uint64_t rows() const { return rows_; }
  // Takes no further row: `limit` rows are there (0: no limit), or the options' most_bytes.
  bool full(std::uint64_t limit) const;
  // Whether a cell was cut.
  bool cut() const { return cut_; }
  // False: the output takes no more, as finish() will say.
  bool good() const { return out_.good(); }

 private:
  struct Cell {
    std::string text;
    bool number = false;
  };

  bool is_json() const;
  std::string_view fitted(std::string_view text, std::size_t longest, std::string& storage);
  bool only_counts() const { return options_.most_rows != 0 && rows_ >= options_.most_rows; }
  std::string escaped(std::string_view text) const;
  void add(std::string_view text, bool number);
  void write_cell(std::string_view text, bool number);
  void end_row();
  void choose_widths();
  void write_names();
  void write_line(const std::vector<Cell>& row);
  void write_html_row();
  void flush_held();

  std::ostream& out_;
  std::vector<std::string> columns_;
  const TableOptions options_;
  std::uint64_t rows_ = 0;
  std::size_t column_ = 0;  // of the next cell
  std::size_t bytes_ = 0;   // of all cells so far
  bool cut_ = false;

  // Of a table, and of HTML the row under way.
  std::vector<std::vector<Cell>> held_;  // the rows so far; only the one under way, once widths_ is
  std::size_t held_bytes_ = 0;
  std::vector<std::size_t> widths_;  // empty until chosen
};

// Pushes the row that `statement` stands on.
void push_cells(Table& table, const Statement& statement);

// Pushes the rows that `statement` answers, until the table is full(limit). Answers whether there
// were more.
bool push_rows(Table& table, Statement& statement, std::uint64_t limit);

// `text` fit for a terminal: whitespace collapsed, control characters (and with them every escape
// sequence), characters that turn the direction of writing, and bytes that are no UTF-8 replaced
// by U+FFFD.
std::string printable(std::string_view text);
// The same with whitespace and lines as they are.
std::string without_controls(std::string_view text);

}  // namespace storage
