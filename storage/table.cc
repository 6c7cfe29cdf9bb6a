#include "storage/table.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "parser/ascii.h"
#include "parser/utf8.h"
#include "storage/error.h"
#include "storage/json_writer.h"
#include "storage/row_format.h"
#include "storage/terminal_text.h"

namespace storage {

std::optional<Format> format_from(std::string_view word) {
  constexpr std::array<std::string_view, 6> kWords{"table", "csv", "json",
                                                   "jsonl", "tsv", "markdown"};
  for (std::size_t i = 0; i < kWords.size(); ++i)
    if (kWords[i] == word) return static_cast<Format>(i);
  return std::nullopt;
}

Table::Table(std::ostream& out, std::vector<std::string> columns, TableOptions options)
    : out_(out),
      options_(options),
      width_(columns.size()),
      format_(make_row_format(written_, std::move(columns), options)) {
  format_->begin();
  hand_on();
}

Table::~Table() = default;

void Table::cell(std::int64_t value) {
  if (!only_counts()) format_->integer(value);
  end_cell();
}

void Table::cell(double value) {
  if (!std::isfinite(value)) return null();
  std::string digits;
  append_json_number(digits, value);
  if (!only_counts()) format_->number(digits);
  end_cell();
}

void Table::cell(std::string_view text) {
  if (!only_counts()) write_text(text);
  end_cell();
}

void Table::blob(std::string_view bytes) {
  const std::size_t longest =
      options_.longest_cell == 0 ? format_->longest_text() : options_.longest_cell;
  bytes = bytes.substr(0, longest);
  std::string digits;  // twice as long as the bytes: cut once more where that is too long
  digits.reserve(2 * bytes.size());
  for (const char c : bytes) parser::append_hex(digits, static_cast<unsigned char>(c));
  cell(digits);
}

void Table::null() {
  if (!only_counts()) format_->null();
  end_cell();
}

bool Table::full(std::uint64_t limit) const {
  return (limit != 0 && rows_ >= limit) ||
         (options_.most_bytes != 0 && bytes_ >= options_.most_bytes);
}

// Writes what of `text` may be in a cell.
void Table::write_text(std::string_view text) {
  if (options_.longest_cell == 0 || text.size() <= options_.longest_cell)
    return format_->text(text);
  cut_ = true;
  std::size_t end = options_.longest_cell;
  const auto is_continuation = [text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u;
  };
  for (int n = 0; n < 3 && end > 0 && is_continuation(end); ++n) --end;
  format_->text(std::string(text.substr(0, end)).append(kElided));
}

void Table::end_cell() {
  if (++column_ < width_) return;
  column_ = 0;
  if (!only_counts()) format_->end_row();
  ++rows_;
  hand_on();
}

void Table::hand_on() {
  bytes_ += written_.size();
  out_ << written_;
  written_.clear();
}

void Table::finish() {
  format_->finish();
  hand_on();
  out_.flush();
  if (!out_) throw Error("the output could not be written whole");
}

void push_cells(Table& table, const Statement& statement) {
  sqlite3_stmt* row = statement.handle();
  const int count = sqlite3_column_count(row);
  for (int i = 0; i < count; ++i) {
    switch (sqlite3_column_type(row, i)) {
      case SQLITE_INTEGER:
        table.cell(statement.column_int(i));
        break;
      case SQLITE_FLOAT:
        table.cell(statement.column_double(i));
        break;
      case SQLITE_NULL:
        table.null();
        break;
      case SQLITE_BLOB: {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, i));
        table.blob(
            {bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(row, i))});
        break;
      }
      default:
        table.cell(statement.column_text(i));
    }
  }
}

bool push_rows(Table& table, Statement& statement, std::uint64_t limit) {
  bool more = false;
  while (!more && table.good() && statement.step()) {
    more = table.full(limit);
    if (!more) push_cells(table, statement);
  }
  statement.reset();
  return more;
}

}  // namespace storage
