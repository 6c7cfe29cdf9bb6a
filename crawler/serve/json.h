// JSON as `weft serve` writes it: strings that may be a stranger's, and rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/table.h"

namespace crawler {

// `text` as a JSON string; bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

// An array of items that are JSON already, as they come.
class JsonArray {
 public:
  void add(std::string_view item) { items_.append(items_.empty() ? "" : ",").append(item); }
  std::string text() const { return "[" + items_ + "]"; }

 private:
  std::string items_;
};

// How a table is written that goes into rows_json, bounded in memory.
storage::TableOptions json_rows();

// {"columns": [...], "rows": ROWS, "more": ..., "notice": ...MEMBERS}. `rows` is what a table with
// the options above wrote, `members` is what else there is, each with a comma before it.
std::string rows_json(const std::vector<std::string>& columns, std::string_view rows, bool more,
                      std::string_view notice, std::string_view members = {});

// What is to be said of a table whose cells were cut, else "".
std::string_view notice_of(const storage::Table& table);

}  // namespace crawler
