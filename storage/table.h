// Rows for people and programs: a table for a terminal, or csv, tsv, json, jsonl, markdown, html.
//
// Cells are pushed in order; a row ends with its last column and is written then. Memory does not
// grow with the number of rows: only the table for a terminal holds back the first ones, in order
// to choose the widths of its columns. Every text may be untrusted: in a table for a terminal and
// in markdown, control characters and what could move the cursor are replaced; in every format
// bytes that are not UTF-8 are; blobs are written in hexadecimal. One thread.
//
// The formats are in *_format.cc, behind storage/row_format.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/terminal_text.h"

namespace storage {

class RowFormat;

enum class Format : std::uint8_t {
  kTable,
  kCsv,        // RFC 4180, but lines end as this system's do; NULL is an empty field
  kJson,       // one array of objects
  kJsonLines,  // an object a line
  kTsv,  // tabs between fields; in a field tab, line ends and backslash are \t \n \r \\ escapes
  kMarkdown,  // a table as GitHub reads it
  kJsonRows,  // for the pages of weft serve: one array of arrays, without the columns' names
  kHtml,      // rows of a <table>; cells of numbers have the class "n", long texts "l"
};
// "table", "csv", "json", "jsonl", "tsv", "markdown". The others are parts of documents that weft
// writes, and have no word.
[[nodiscard]] std::optional<Format> format_from(std::string_view word);

struct TableOptions {
  Format format = Format::kCsv;
  bool headers = true;    // the columns' names, where the format can do without
  std::size_t width = 0;  // columns of the terminal that a table must fit in; 0: no bound
  // In csv and tsv, a text that a spreadsheet would take for a formula gets a ' before it.
  bool spreadsheet_safe = false;
  // The rows are shown on a terminal: control characters are replaced in every format.
  bool terminal = false;
  // Bounds for a caller that holds the whole output in memory; 0: none. A longer cell is cut, and
  // marked as cut; after `most_bytes` of output the table is full().
  std::size_t longest_cell = 0;  // bytes
  std::size_t most_bytes = 0;
  std::uint64_t most_rows = 0;  // rows beyond are counted and not written; 0: no bound
};

class Table {
 public:
  // `out` must outlive the table.
  Table(std::ostream& out, std::vector<std::string> columns, TableOptions options);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void cell(std::int64_t value);
  void cell(double value);  // infinity and NaN are null
  void cell(std::string_view text);
  void blob(std::string_view bytes);
  void null();

  // Writes what was held back and ends the output. Throws Error if it could not all be written.
  void finish();
  std::uint64_t rows() const { return rows_; }
  // Takes no further row: there are `limit` rows (0: no limit), or the options' most_bytes.
  bool full(std::uint64_t limit) const;
  // Whether a cell was cut.
  bool cut() const { return cut_; }
  // False: the output takes no more, as finish() will say.
  bool good() const { return out_.good(); }

 private:
  bool only_counts() const { return options_.most_rows != 0 && rows_ >= options_.most_rows; }
  void write_text(std::string_view text);
  void end_cell();
  void hand_on();

  std::ostream& out_;
  const TableOptions options_;
  const std::size_t width_;  // columns
  std::string written_;      // by format_, and not yet handed on to out_
  std::unique_ptr<RowFormat> format_;
  std::uint64_t rows_ = 0;
  std::size_t column_ = 0;  // of the next cell
  std::size_t bytes_ = 0;   // handed on to out_
  bool cut_ = false;
};

// Pushes the row that `statement` is at.
void push_cells(Table& table, const Statement& statement);

// Pushes the rows of `statement` until the table is full(limit). Returns whether there were more.
bool push_rows(Table& table, Statement& statement, std::uint64_t limit);

}  // namespace storage
