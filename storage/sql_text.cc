#include "storage/sql_text.h"

#include <sqlite3.h>

namespace storage {

std::size_t first_statement(std::string_view sql) {
  for (std::size_t at = sql.find(';'); at != std::string_view::npos; at = sql.find(';', at + 1))
    if (sqlite3_complete(std::string(sql.substr(0, at + 1)).c_str()) == 1) return at + 1;
  return std::string_view::npos;
}

std::string like_holding(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

std::vector<std::string> sql_keywords() {
  std::vector<std::string> names;
  for (int i = 0; i < sqlite3_keyword_count(); ++i) {
    const char* name = nullptr;
    int size = 0;
    if (sqlite3_keyword_name(i, &name, &size) == SQLITE_OK)
      names.emplace_back(name, static_cast<std::size_t>(size));
  }
  return names;
}

}  // namespace storage
