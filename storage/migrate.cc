#include "storage/migrate.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <string>
#include <string_view>

#include "schema_sql.h"
#include "storage/database.h"

namespace storage {
namespace {

// The host name of each origin, and its number: in order of discovery, from 1.
constexpr const char* kNamesSql = R"sql(
CREATE TEMP TABLE v2_names (origin_id INTEGER PRIMARY KEY, name TEXT NOT NULL, host_id INTEGER);
INSERT INTO temp.v2_names
SELECT id, name, dense_rank() OVER (ORDER BY first) FROM (
  SELECT id, name, min(id) OVER (PARTITION BY name) AS first FROM (
    SELECT id, CASE WHEN authority LIKE '[%' THEN substr(authority, 1, instr(authority, ']'))
                    ELSE substr(authority, 1, instr(authority || ':', ':') - 1) END AS name
    FROM (SELECT id, substr(origin, instr(origin, '://') + 3) AS authority FROM main.hosts)));
)sql";

// A host is paused for as long as the longest pause of its origins.
constexpr std::string_view kHostsSql =
    "SELECT n.host_id, n.name, max(h.paused_until) FROM temp.v2_names n "
    "JOIN main.{} h ON h.id = n.origin_id GROUP BY n.host_id ORDER BY n.host_id";
constexpr std::string_view kOriginsSql =
    "SELECT h.id, (SELECT n.host_id FROM temp.v2_names n WHERE n.origin_id = h.id) AS host_id, "
    "h.origin, h.robots_status, h.robots_error, h.robots_body, h.robots_fetched_at FROM main.{} h";
constexpr std::string_view kUrlsSql =
    "SELECT u.id, (SELECT n.host_id FROM temp.v2_names n WHERE n.origin_id = u.host_id) AS "
    "host_id, u.host_id AS origin_id, u.depth, u.redirects, u.attempts, u.state, u.reason, "
    "u.found_on, u.url, u.detail FROM main.{} u";
constexpr std::string_view kSitemapsSql =
    "SELECT url_id, host_id AS origin_id, level, kind, entries, ignored, problem FROM main.{}";

// Version 2 did not say how a page was parsed.
constexpr std::string_view kPagesSql =
    "SELECT url_id, run_id, fetched_at, status, content_type, charset, wire_bytes, body_bytes, "
    "title, lang, description, canonical, meta_robots, digest, simhash, elements, NULL AS "
    "parsed_as, links_ignored, links_cut, protocol, address, redirect_to, name_us, connect_us, "
    "tls_us, first_byte_us, total_us, parse_us FROM main.{}";

// The statement of schema.sql that begins with `start`, and all behind it.
std::string_view schema_from(std::string_view start) {
  const std::string_view schema = kSchemaSql;
  return schema.substr(schema.find(start));
}

// One statement of schema.sql, with `create` in place of its CREATE.
void run_schema(Database& db, std::string_view start, std::string_view create = "CREATE") {
  constexpr std::string_view kCreate = "CREATE";
  const std::string sql = std::string(create).append(schema_from(start).substr(kCreate.size()));
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db.handle(), sql.c_str(), -1, &statement, nullptr);
  const int code = sqlite3_step(statement);
  sqlite3_finalize(statement);
  if (code != SQLITE_DONE) db.fail("bringing it to this version's schema");
}

std::string of(std::string_view select, std::string_view table) {
  return fmt::format(fmt::runtime(select), table);
}

}  // namespace

void overlay_version_2(Database& db) {
  db.execute(kNamesSql);
  run_schema(db, "CREATE TABLE hosts (", "CREATE TEMP");
  run_schema(db, "CREATE TABLE robots_redirects (", "CREATE TEMP");
  db.execute(fmt::format("INSERT INTO temp.hosts {}; CREATE TEMP VIEW origins AS {};"
                         "CREATE TEMP VIEW urls AS {}; CREATE TEMP VIEW sitemaps AS {};"
                         "CREATE TEMP VIEW pages AS {}",
                         of(kHostsSql, "hosts"), of(kOriginsSql, "hosts"), of(kUrlsSql, "urls"),
                         of(kSitemapsSql, "sitemaps"), of(kPagesSql, "pages"))
                 .c_str());
  run_schema(db, "CREATE VIEW host_summary ", "CREATE TEMP");
  run_schema(db, "CREATE VIEW robots_list ", "CREATE TEMP");
}

// Views and the tables that differ are made anew from schema.sql, comments included; but texts, the
// largest, whose columns are the same and whose order alone differs, stays as it is. By the old
// rules of ALTER TABLE the other tables go on to refer to the name, which the new one takes.
void migrate_version_2(Database& db) {
  db.execute("PRAGMA legacy_alter_table = ON; BEGIN IMMEDIATE");
  try {
    for (const char* view : {"page_list", "link_list", "broken_links", "skipped_urls", "failures",
                             "redirects", "duplicates", "sitemap_list", "host_summary"})
      db.execute(fmt::format("DROP VIEW IF EXISTS {}", view).c_str());
    db.execute(kNamesSql);
    for (const char* table : {"hosts", "urls", "sitemaps", "pages"})
      db.execute(fmt::format("ALTER TABLE {0} RENAME TO v2_{0}", table).c_str());
    for (const char* table : {"hosts", "origins", "robots_redirects", "urls", "sitemaps", "pages"})
      run_schema(db, fmt::format("CREATE TABLE {} (", table));
    db.execute(fmt::format("INSERT INTO hosts {}; INSERT INTO origins {} ORDER BY id;"
                           "INSERT INTO urls {} ORDER BY id; INSERT INTO sitemaps {};"
                           "INSERT INTO pages {} ORDER BY url_id;"
                           "DROP TABLE v2_pages; DROP TABLE v2_sitemaps; DROP TABLE v2_urls;"
                           "DROP TABLE v2_hosts; DROP TABLE temp.v2_names",
                           of(kHostsSql, "v2_hosts"), of(kOriginsSql, "v2_hosts"),
                           of(kUrlsSql, "v2_urls"), of(kSitemapsSql, "v2_sitemaps"),
                           of(kPagesSql, "v2_pages"))
                   .c_str());
    db.execute(std::string(schema_from("CREATE VIEW page_list")).c_str());
    db.set_meta("schema_version", std::to_string(kSchemaVersion));
    db.execute(fmt::format("PRAGMA user_version = {}; COMMIT; PRAGMA legacy_alter_table = OFF",
                           kSchemaVersion)
                   .c_str());
  } catch (...) {
    try {
      db.execute("ROLLBACK");
    } catch (const Error&) {  // a full disk has ended the transaction by itself
    }
    throw;
  }
}

}  // namespace storage
