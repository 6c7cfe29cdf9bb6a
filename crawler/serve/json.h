// JSON as `weft serve` writes it: one object an answer, and rows in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/json_writer.h"
#include "storage/table.h"

namespace crawler {

using storage::JsonWriter;

// The object whose members `write_members` (a function of JsonWriter&) writes.
template <class Write>
std::string json_object(Write write_members) {
  std::string text;
  JsonWriter json(text);
  json.object([&] { write_members(json); });
  return text;
}

// A member: a text or null.
void write_or_null(JsonWriter& json, std::string_view name, const storage::Statement& row,
                   int column);

// How a table is written that goes into write_rows, bounded in memory.
storage::TableOptions json_rows();

// The members "columns", "rows", "more" and "notice". `rows` is what a table with the options above
// wrote.
void write_rows(JsonWriter& json, const std::vector<std::string>& columns, std::string_view rows,
                bool more, std::string_view notice);

// What a user should know about a table whose cells were cut, else "".
std::string_view notice_of(const storage::Table& table);

}  // namespace crawler
