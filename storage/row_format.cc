#include "storage/row_format.h"

#include <fmt/format.h>

#include <utility>

#include "parser/utf8.h"
#include "storage/terminal_text.h"

namespace storage {
namespace {

// A text that a spreadsheet would run as a formula (OWASP, CSV injection).
bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
}

}  // namespace

void RowFormat::integer(std::int64_t value) { number(fmt::format_int(value).c_str()); }

std::string RowFormat::plain(std::string_view text) const {
  const parser::ValidUtf8 valid(text);
  std::string shown =
      options_.terminal ? without_controls(valid.view()) : std::string(valid.view());
  if (options_.spreadsheet_safe && is_formula(shown)) shown.insert(shown.begin(), '\'');
  return shown;
}

std::unique_ptr<RowFormat> make_row_format(std::string& out, std::vector<std::string> columns,
                                           const TableOptions& options) {
  const auto make = [&options]() -> MakeRowFormat* {
    switch (options.format) {
      case Format::kTable:
        return make_terminal_format;
      case Format::kCsv:
        return make_csv_format;
      case Format::kJson:
        return make_json_format;
      case Format::kJsonLines:
        return make_json_lines_format;
      case Format::kTsv:
        return make_tsv_format;
      case Format::kMarkdown:
        return make_markdown_format;
      case Format::kJsonRows:
        return make_json_rows_format;
      case Format::kHtml:
        return make_html_format;
    }
    return make_csv_format;
  };
  return make()(out, std::move(columns), options);
}

}  // namespace storage
