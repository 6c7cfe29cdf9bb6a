// The tables and views of a weft file, with the comments that schema.sql has on them: help for
// users who write SQL.
#pragma once

#include <string>
#include <vector>

#include "storage/database.h"

namespace storage {

struct ColumnNote {
  std::string name;
  std::string type;   // as declared; "" of a view's
  std::string about;  // its comment, or ""
};

struct TableNote {
  std::string name;
  bool view = false;
  std::string about;  // the comment above it, with its line ends, or ""
  std::vector<ColumnNote> columns;
};

// In schema.sql's order, then what else the file has, by name; not SQLite's own tables, nor those
// inside of FTS5's.
std::vector<TableNote> schema_notes(const Database& db);

}  // namespace storage
