#include "storage/table.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "storage/error.h"
#include "storage/escape.h"
#include "storage/terminal_text.h"
#include "storage/utf8.h"

namespace storage {
namespace {

// Rows, and bytes of them, that a table holds back before it settles its columns' widths.
constexpr std::size_t kSampledRows = 500;
constexpr std::size_t kSampledBytes = 1 << 20;
// No column is wider than this where the terminal does not say: a page's text stands in one line.
constexpr std::size_t kWidestColumn = 120;
// A narrower column says nothing.
constexpr std::size_t kNarrowestColumn = 6;
// A cell's text beyond this is not looked at for a table.
constexpr std::size_t kCellBytes = 4096;
// A cell of a page has a URL of any usual length whole, and of a page's text the beginning.
constexpr std::size_t kHtmlCellWidth = 1000;
constexpr std::size_t kLongHtmlCell = 40;  // bytes; beyond, it may break into lines
constexpr std::string_view kGap = "  ";
// A whole number beyond this is none to JavaScript, which keeps them as doubles.
constexpr std::int64_t kLargestSafe = (std::int64_t{1} << 53) - 1;

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field += '"';
}

std::string tsv_field(std::string_view text) {
  std::string field;
  for (const char c : text) {
    switch (c) {
      case '\t':
        field += "\\t";
        break;
      case '\n':
        field += "\\n";
        break;
      case '\r':
        field += "\\r";
        break;
      case '\\':
        field += "\\\\";
        break;
      default:
        field += c;
    }
  }
  return field;
}

// What ends a cell or begins markup is escaped; the rest stands as it is.
std::string markdown_cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '&')
      cell += "&amp;";
    else if (c == '<')
      cell += "&lt;";
    else if (std::string_view("\\`*[]>|").find(c) != std::string_view::npos)
      cell.append(1, '\\').append(1, c);
    else
      cell += c;
  }
  return cell;
}

// A text that a spreadsheet would run, as one that it shows (OWASP, CSV injection).
bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  digits.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    digits += kDigits[byte >> 4];
    digits += kDigits[byte & 15];
  }
  return digits;
}

}  // namespace

std::optional<Format> format_from(std::string_view word) {
  constexpr std::array<std::string_view, 6> kWords{"table", "csv", "json",
                                                   "jsonl", "tsv", "markdown"};
  for (std::size_t i = 0; i < kWords.size(); ++i)
    if (kWords[i] == word) return static_cast<Format>(i);
  return std::nullopt;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (CodePoint next; !text.empty(); text.remove_prefix(next.bytes)) {
    next = next_code_point(text);
    const bool space = next.value == '\t' || next.value == '\n' || next.value == '\r';
    if (!space && is_unprintable(next.value))
      out += "\xef\xbf\xbd";
    else
      out += text.substr(0, next.bytes);
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool space = false;
  for (CodePoint next; !text.empty(); text.remove_prefix(next.bytes)) {
    next = next_code_point(text);
    if (next.value == ' ' || (next.value >= '\t' && next.value <= '\r')) {
      space = !out.empty();
      continue;
    }
    if (std::exchange(space, false)) out += ' ';
    if (!next.valid || is_unprintable(next.value))
      out += "\xef\xbf\xbd";
    else
      out += text.substr(0, next.bytes);
  }
  return out;
}

Table::Table(std::ostream& out, std::vector<std::string> columns, TableOptions options)
    : out_(out), columns_(std::move(columns)), options_(options) {
  // An object has each name once: a second "url" becomes "url_2".
  const bool objects = is_json() && options_.format != Format::kJsonRows;
  for (std::size_t i = 0; objects && i < columns_.size(); ++i) {
    const std::string name = columns_[i];
    const auto before = columns_.begin() + static_cast<std::ptrdiff_t>(i);
    for (int copy = 2; std::find(columns_.begin(), before, columns_[i]) != before; ++copy)
      columns_[i] = fmt::format("{}_{}", name, copy);
  }
  if (options_.format == Format::kTable || options_.format == Format::kHtml)
    held_.emplace_back();
  else if (!is_json() && options_.headers)
    write_names();
}

void Table::cell(std::int64_t value) {
  const bool safe = value >= -kLargestSafe && value <= kLargestSafe;
  if (options_.format == Format::kJsonRows && !safe)
    add(fmt::format("\"{}\"", value), false);
  else
    add(fmt::format("{}", value), true);
}

void Table::cell(double value) {
  // JSON has no word for infinity.
  if (!std::isfinite(value)) return null();
  add(nlohmann::json(value).dump(), true);
}

bool Table::is_json() const {
  return options_.format == Format::kJson || options_.format == Format::kJsonLines ||
         options_.format == Format::kJsonRows;
}

bool Table::full(std::uint64_t limit) const {
  return (limit != 0 && rows_ >= limit) ||
         (options_.most_bytes != 0 && bytes_ >= options_.most_bytes);
}

// `text` itself, or in `storage` what of it may stand in a cell.
std::string_view Table::fitted(std::string_view text, std::size_t longest, std::string& storage) {
  if (options_.longest_cell == 0 || text.size() <= longest) return text;
  cut_ = true;
  const auto continues = [text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u;
  };
  for (int n = 0; n < 3 && longest > 0 && continues(longest); ++n) --longest;
  return storage.assign(text.substr(0, longest)).append(kElided);
}

void Table::cell(std::string_view text) {
  if (only_counts()) return add({}, false);
  std::string shorter;
  text = fitted(text, options_.longest_cell, shorter);
  if (options_.format == Format::kTable)
    add(printable(text.substr(0, kCellBytes)), false);
  else
    add(escaped(text), false);
}

// As it stands in the output's text, by the format.
std::string Table::escaped(std::string_view text) const {
  if (options_.format == Format::kMarkdown) return markdown_cell(printable(text));
  if (options_.format == Format::kHtml) {
    std::string fitted;
    append_fitted(fitted, printable(text.substr(0, kCellBytes)), kHtmlCellWidth);
    return xml_text(fitted);
  }
  std::string mended;
  text = valid_utf8(text, mended);
  std::string shown;
  if (options_.terminal) {
    shown = without_controls(text);
    text = shown;
  }
  if (is_json()) return json_string(text);
  std::string safe;
  if (options_.spreadsheet_safe && is_formula(text)) text = safe.append("'").append(text);
  return options_.format == Format::kTsv ? tsv_field(text) : csv_field(text);
}

void Table::blob(std::string_view bytes) {
  const std::size_t shown = options_.format == Format::kTable ? kCellBytes
                            : options_.longest_cell != 0      ? options_.longest_cell
                                                              : bytes.size();
  cell(hexadecimal(bytes.substr(0, shown)));  // twice as long: cut again where it is too long
}

void Table::null() { add(is_json() ? "null" : "", false); }

void Table::add(std::string_view text, bool number) {
  bytes_ += text.size() + 1;
  if (!only_counts()) write_cell(text, number);
  if (++column_ == columns_.size()) end_row();
}

void Table::write_cell(std::string_view text, bool number) {
  switch (options_.format) {
    case Format::kTable:
    case Format::kHtml:
      held_.back().push_back({std::string(text), number});
      held_bytes_ += text.size() + sizeof(Cell);
      break;
    case Format::kCsv:
      out_ << (column_ > 0 ? "," : "") << text;
      break;
    case Format::kTsv:
      out_ << (column_ > 0 ? "\t" : "") << text;
      break;
    case Format::kMarkdown:
      out_ << (column_ > 0 ? " " : "| ") << text << " |";
      break;
    case Format::kJsonRows:
      out_ << (column_ > 0 ? "," : rows_ == 0 ? "[[" : ",[") << text;
      break;
    case Format::kJson:
    case Format::kJsonLines:
      if (column_ == 0 && options_.format == Format::kJson) out_ << (rows_ == 0 ? "[\n" : ",\n");
      out_ << (column_ == 0 ? "{" : ", ") << json_string(columns_[column_]) << ": " << text;
      break;
  }
}

void Table::end_row() {
  column_ = 0;
  const bool written = !only_counts();
  ++rows_;
  if (!written) return;
  switch (options_.format) {
    case Format::kTable:
      if (!widths_.empty() || held_.size() >= kSampledRows || held_bytes_ >= kSampledBytes)
        flush_held();
      held_.emplace_back();
      break;
    case Format::kHtml:
      write_html_row();
      break;
    case Format::kCsv:
    case Format::kTsv:
    case Format::kMarkdown:
      out_ << '\n';
      break;
    case Format::kJson:
      out_ << '}';
      break;
    case Format::kJsonRows:
      out_ << ']';
      break;
    case Format::kJsonLines:
      out_ << "}\n";
      break;
  }
}

// As wide as the widest cell seen; where the terminal is too narrow, the widest give way.
void Table::choose_widths() {
  for (const std::string& name : columns_)
    widths_.push_back(options_.headers ? display_width(printable(name)) : 0);
  for (const std::vector<Cell>& row : held_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths_[i] = std::max(widths_[i], display_width(row[i].text));
  if (options_.width == 0) {
    for (std::size_t& width : widths_) width = std::min(width, kWidestColumn);
    return;
  }
  // The widest cap on a column's width with which the line fits.
  const auto line_width = [&](std::size_t cap) {
    return std::accumulate(
        widths_.begin(), widths_.end(), kGap.size() * (widths_.size() - 1),
        [cap](std::size_t sum, std::size_t w) { return sum + std::min(w, cap); });
  };
  std::size_t low = kNarrowestColumn;
  std::size_t high = std::max(*std::max_element(widths_.begin(), widths_.end()), low);
  while (low < high) {
    const std::size_t middle = low + (high - low + 1) / 2;
    if (line_width(middle) <= options_.width)
      low = middle;
    else
      high = middle - 1;
  }
  // What the cap leaves over goes to the first columns that it cuts.
  std::size_t left = options_.width - std::min(options_.width, line_width(low));
  for (std::size_t& width : widths_) {
    const std::size_t more = std::min(left, width > low ? std::size_t{1} : 0);
    width = std::min(width, low + more);
    left -= more;
  }
}

void Table::write_names() {
  if (options_.format != Format::kTable) {
    const bool markdown = options_.format == Format::kMarkdown;
    const std::string_view between = markdown                          ? " | "
                                     : options_.format == Format::kTsv ? "\t"
                                                                       : ",";
    out_ << (markdown ? "| " : "");
    for (std::size_t i = 0; i < columns_.size(); ++i)
      out_ << (i > 0 ? between : "") << escaped(columns_[i]);
    out_ << (markdown ? " |\n|" : "\n");
    for (std::size_t i = 0; markdown && i < columns_.size(); ++i) out_ << " --- |";
    if (markdown) out_ << '\n';
    return;
  }
  std::vector<Cell> names;
  std::vector<Cell> rules;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    // A name stands over its column's first cell, to the side that the cell leans to.
    const bool number = !held_.empty() && i < held_[0].size() && held_[0][i].number;
    names.push_back({printable(columns_[i]), number});
    std::string rule;
    for (std::size_t k = 0; k < widths_[i]; ++k) rule += "─";
    rules.push_back({std::move(rule), false});
  }
  write_line(names);
  write_line(rules);
}

// A name leans to the side of its column's first cell, so the names wait for the first row.
void Table::write_html_row() {
  std::vector<Cell>& row = held_.back();
  const auto write = [this](const char* tag, const Cell& cell) {
    const bool is_long = cell.text.size() > kLongHtmlCell;
    out_ << '<' << tag
         << (cell.number ? " class=\"n\">"
             : is_long   ? " class=\"l\">"
                         : ">")
         << cell.text << "</" << tag << '>';
  };
  if (rows_ <= 1 && options_.headers) {
    out_ << "<tr>";
    for (std::size_t i = 0; i < columns_.size(); ++i)
      write("th", {escaped(columns_[i]), i < row.size() && row[i].number});
    out_ << "</tr>\n";
  }
  if (row.empty()) return;
  out_ << "<tr>";
  for (const Cell& cell : row) write("td", cell);
  out_ << "</tr>\n";
  row.clear();
}

void Table::write_line(const std::vector<Cell>& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::string fitted;
    const std::size_t used = append_fitted(fitted, row[i].text, widths_[i]);
    const std::size_t room = widths_[i] - std::min(used, widths_[i]);
    if (i > 0) line += kGap;
    if (row[i].number) line.append(room, ' ');
    line += fitted;
    if (!row[i].number) line.append(room, ' ');
  }
  line.resize(line.find_last_not_of(' ') + 1);
  out_ << line << '\n';
}

void Table::flush_held() {
  if (widths_.empty()) {
    choose_widths();
    if (options_.headers) write_names();
  }
  for (const std::vector<Cell>& row : held_)
    if (!row.empty()) write_line(row);
  held_.clear();
}

void Table::finish() {
  if (options_.format == Format::kTable && !columns_.empty()) flush_held();
  if (options_.format == Format::kHtml && rows_ == 0) write_html_row();
  if (options_.format == Format::kJson) out_ << (rows_ == 0 ? "[]\n" : "\n]\n");
  if (options_.format == Format::kJsonRows) out_ << (rows_ == 0 ? "[]" : "]");
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
