#include "storage/fts5_function.h"

namespace storage {

void add_fts5_function(const Database& db, const char* name, fts5_extension_function function) {
  fts5_api* api = nullptr;
  Statement statement(db, "SELECT fts5(?1)");
  sqlite3_bind_pointer(statement.handle(), 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
  statement.step_to_row();
  if (api == nullptr) throw Error("this SQLite has no FTS5");
  if (api->xCreateFunction(api, name, nullptr, function, nullptr) != SQLITE_OK)
    db.fail("the search");
}

}  // namespace storage
