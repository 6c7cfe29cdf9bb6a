// Functions of our own on the rows of a full-text query, as https://www.sqlite.org/fts5.html
// section 7 has them. They are this connection's: the file needs none of them.
#pragma once

#include <sqlite3.h>

#include "storage/database.h"

namespace storage {

// Throws Error.
void add_fts5_function(const Database& db, const char* name, fts5_extension_function function);

}  // namespace storage
