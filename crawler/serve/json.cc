#include "crawler/serve/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace crawler {
namespace {

// A cell beyond this is cut: a page shows no more of it.
constexpr std::size_t kLongestCell = 64 << 10;  // bytes
// Rows end after so much: what a browser puts into a table without a stall.
constexpr std::size_t kMostRows = 16 << 20;  // bytes

}  // namespace

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

storage::TableOptions json_rows() {
  storage::TableOptions options;
  options.format = storage::Format::kJsonRows;
  options.longest_cell = kLongestCell;
  options.most_bytes = kMostRows;
  return options;
}

std::string rows_json(const std::vector<std::string>& columns, std::string_view rows, bool more,
                      std::string_view notice, std::string_view members) {
  std::string names;
  for (const std::string& column : columns)
    names.append(names.empty() ? "" : ",").append(json_string(column));
  return fmt::format(R"({{"columns":[{}],"rows":{},"more":{},"notice":{}{}}})", names, rows, more,
                     json_string(notice), members);
}

std::string_view notice_of(const storage::Table& table) {
  return table.cut() ? "values of more than 64 KiB are cut" : "";
}

}  // namespace crawler
