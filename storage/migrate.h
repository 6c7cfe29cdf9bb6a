// Files of schema version 2: its table hosts has one row per origin, and no table origins. Whoever
// only reads opens them as they are; a crawl rewrites them first. Called by Database alone.
#pragma once

namespace storage {

class Database;

// The oldest version that can be opened.
inline constexpr int kOldestSchemaVersion = 2;

// Lays temporary tables and views in the shape of schema.sql over those of version 2 that differ:
// unqualified names then mean these. Of the connection; the file is not changed. Throws Error.
void overlay_version_2(Database& db);

// Rewrites the file to the current version in one transaction: it is killed or fails, and the file
// is what it was. Throws Error.
void migrate_version_2(Database& db);

}  // namespace storage
