#include "crawler/serve/json.h"

namespace crawler {
namespace {

// A longer cell is cut: a page shows no more of it.
constexpr std::size_t kLongestCell = 64 << 10;  // bytes
// Rows end after so much: what a browser puts into a table without a stall.
constexpr std::size_t kMostRows = 16 << 20;  // bytes

}  // namespace

void write_or_null(JsonWriter& json, std::string_view name, const storage::Statement& row,
                   int column) {
  json.key(name);
  if (row.column_is_null(column))
    json.null();
  else
    json.value(row.column_text(column));
}

storage::TableOptions json_rows() {
  storage::TableOptions options;
  options.format = storage::Format::kJsonRows;
  options.longest_cell = kLongestCell;
  options.most_bytes = kMostRows;
  return options;
}

void write_rows(JsonWriter& json, const std::vector<std::string>& columns, std::string_view rows,
                bool more, std::string_view notice) {
  json.array("columns", [&] {
    for (const std::string& column : columns) json.value(column);
  });
  json.key("rows");
  json.raw(rows);
  json.member("more", more);
  json.member("notice", notice);
}

std::string_view notice_of(const storage::Table& table) {
  return table.cut() ? "values of more than 64 KiB are cut" : "";
}

}  // namespace crawler
