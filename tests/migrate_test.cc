// A file of schema version 2, made by that version's own schema text: every command that reads
// opens it as it is, and a crawl brings it to the current version and goes on.
#include "storage/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <optional>

#include "storage/database.h"
#include "tests/crawl_support.h"

namespace {

using storage::Database;
using testing::HasSubstr;
using tests::sql;
using tests::weft;
using Mode = Database::Mode;

// Three origins of one host, of which one is paused, and another host that was only linked to.
constexpr const char* kRows = R"sql(
INSERT INTO runs VALUES (1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z', 'interrupted',
  '0.1.0', 'weft crawl', '{}', '{}');
INSERT INTO hosts VALUES
  (1, 'http://127.0.0.1:PORT', 404, NULL, '', '2026-01-01T00:00:00.000Z', NULL),
  (2, 'http://elsewhere.example', NULL, NULL, NULL, NULL, NULL),
  (3, 'https://127.0.0.1', 0, 'connect_failed', '', '2026-01-01T00:00:00.000Z',
   '2026-01-01T00:00:09.000Z'),
  (4, 'http://[::1]:8080', NULL, NULL, NULL, NULL, NULL);
INSERT INTO urls VALUES
  (1, 1, 0, 0, 1, 'done', 'fetched', NULL, 'http://127.0.0.1:PORT/', NULL),
  (2, 1, 1, 0, 0, 'queued', '', 1, 'http://127.0.0.1:PORT/two.html', NULL),
  (3, 2, 1, 0, 0, 'skipped', 'out_of_scope', 1, 'http://elsewhere.example/', NULL),
  (4, 3, 1, 0, 0, 'failed', 'connect_failed', 1, 'https://127.0.0.1/', 'robots.txt: refused'),
  (5, 4, 1, 0, 0, 'skipped', 'out_of_scope', 1, 'http://[::1]:8080/', NULL),
  (6, 1, 1, 0, 1, 'done', 'fetched', NULL, 'http://127.0.0.1:PORT/sitemap.xml', NULL);
INSERT INTO pages (url_id, run_id, fetched_at, status, content_type, wire_bytes, body_bytes, title,
                   elements, name_us, connect_us, tls_us, first_byte_us, total_us, parse_us)
VALUES (1, 1, '2026-01-01T00:00:00.000Z', 200, 'text/html', 100, 90, 'Herons', 3, 0, 0, 0, 1, 2, 1);
INSERT INTO links VALUES (1, 0, 2, '', 'two', '', 'a'), (1, 1, 3, '', 'else', '', 'a');
INSERT INTO sitemaps VALUES (6, 1, 0, 'urls', 1, 0, NULL);
INSERT INTO sitemap_urls VALUES (6, 2, NULL, NULL);
INSERT INTO texts VALUES (1, 'Herons', 'Where the grey heron fishes.');
INSERT INTO page_text (rowid, title, text) VALUES (1, 'Herons', 'Where the grey heron fishes.');
CREATE INDEX urls_by_url ON urls (url);
CREATE INDEX links_by_target ON links (to_id);
CREATE INDEX queued_by_depth ON urls (host_id, depth) WHERE state = 'queued';
ANALYZE;
)sql";

class Version2 : public testing::Test {
 protected:
  Version2() {
    tests::write_file(site_.file("two.html"), "<title>two</title>");
    nginx_.emplace(tests::Nginx::Config{.root = site_.path().string()});
    std::string rows = kRows;
    const std::string port = std::to_string(nginx_->port());
    for (std::size_t at; (at = rows.find("PORT")) != std::string::npos;) rows.replace(at, 4, port);
    const std::string schema = tests::read_file(tests::source_dir() + "/tests/data/schema_v2.sql");
    sqlite3* db = nullptr;
    sqlite3_open(path_.c_str(), &db);
    const std::string script = "PRAGMA page_size = 16384; BEGIN;" + schema +
                               "PRAGMA application_id = 0x77656674; PRAGMA user_version = 2;"
                               "INSERT INTO meta VALUES ('schema_version', '2');" +
                               rows + "COMMIT;";
    EXPECT_EQ(sqlite3_exec(db, script.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

  std::string query(const std::string& sql) {
    const tests::Ended ended = weft({"query", path_, sql, "--format", "csv"});
    EXPECT_EQ(ended.code, 0) << sql << ": " << ended.err;
    return ended.out.substr(ended.out.find('\n') + 1);
  }

  tests::TempDir dir_, site_;
  const std::string path_ = dir_.file("old.db");
  std::optional<tests::Nginx> nginx_;
};

TEST_F(Version2, IsReadInTheShapeOfTheCurrentSchemaAndIsNotChanged) {
  const std::string bytes = tests::read_file(path_);
  EXPECT_EQ(query("SELECT id, name, paused_until FROM hosts ORDER BY id"),
            "1,127.0.0.1,2026-01-01T00:00:09.000Z\n2,elsewhere.example,\n3,[::1],\n");
  EXPECT_EQ(query("SELECT id, host_id FROM origins ORDER BY id"), "1,1\n2,2\n3,1\n4,3\n");
  EXPECT_EQ(query("SELECT id, host_id, origin_id FROM urls ORDER BY id"),
            "1,1,1\n2,1,1\n3,2,2\n4,1,3\n5,3,4\n6,1,1\n");
  EXPECT_EQ(query("SELECT origin_id, kind FROM sitemaps"), "1,urls\n");
  EXPECT_EQ(query("SELECT host, urls, failed, robots FROM host_summary ORDER BY urls DESC LIMIT 1"),
            "127.0.0.1,4,1,\"404, connect_failed\"\n");
  EXPECT_EQ(query("SELECT count(*) FROM robots_redirects"), "0\n");
  EXPECT_EQ(query("SELECT title, elements, parsed_as IS NULL, parse_us FROM pages"),
            "Herons,3,1,1\n");
  EXPECT_EQ(query("SELECT title FROM page_list"), "Herons\n") << "a view of the file's own";
  EXPECT_EQ(tests::read_file(path_), bytes);
}

TEST_F(Version2, IsOpenedByEveryCommandThatReads) {
  const std::string home = nginx_->url("/");
  const std::vector<std::pair<std::vector<std::string>, std::string>> commands{
      {{"report", path_}, "URLs seen"},
      {{"report", path_, "hosts"}, "elsewhere.example"},
      {{"report", path_, "skipped"}, "out_of_scope"},
      {{"report", path_, "--html", dir_.file("report.html")}, ""},
      {{"search", path_, "heron"}, "Herons"},
      {{"search", path_, "heron", "site:127.0.0.1"}, "Herons"},
      {{"why", path_, home}, "robots.txt: status 404"},
      {{"why", path_, "https://127.0.0.1/"}, "connect_failed"},
      {{"export", path_, "hosts"}, "127.0.0.1"},
      {{"export", path_, "urls"}, "two.html"},
      {{"export", path_, "graph"}, "two.html"},
      {{"query", path_, "SELECT origin FROM robots_list"}, "https://127.0.0.1"}};
  for (const auto& [command, said] : commands) {
    const tests::Ended ended = weft(command);
    EXPECT_EQ(ended.code, 0) << command[0] << ": " << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(said));
  }
}

// Columns of each table, text of each view and index.
std::string schema_of(const std::string& path) {
  return sql(path,
             "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema m, "
             "pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' "
             "ORDER BY m.name, c.cid;"
             "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' AND name NOT LIKE "
             "'sqlite_%' AND name NOT LIKE 'queued_by%' ORDER BY type, name");
}

TEST_F(Version2, IsBroughtToTheCurrentSchemaByACrawlThatGoesOn) {
  const tests::Ended ended = tests::crawl({}, path_);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(sql(path_, "SELECT state, reason FROM urls WHERE id = 2"), "done|fetched");
  EXPECT_EQ(sql(path_, "SELECT count(*), count(DISTINCT url) FROM urls"), "6|6");
  EXPECT_EQ(sql(path_, "SELECT id, name FROM hosts ORDER BY id"),
            "1|127.0.0.1\n2|elsewhere.example\n3|[::1]");
  EXPECT_EQ(sql(path_,
                "SELECT u.id, h.name, o.id FROM urls u JOIN hosts h ON h.id = u.host_id "
                "JOIN origins o ON o.id = u.origin_id AND o.host_id = h.id ORDER BY u.id"),
            "1|127.0.0.1|1\n2|127.0.0.1|1\n3|elsewhere.example|2\n4|127.0.0.1|3\n5|[::1]|4\n"
            "6|127.0.0.1|1");
  EXPECT_EQ(sql(path_, "SELECT robots_error FROM origins WHERE id = 3"), "connect_failed");
  EXPECT_EQ(sql(path_, "SELECT origin_id FROM sitemaps"), "1");
  EXPECT_EQ(sql(path_, "SELECT url_id, title, elements, parsed_as FROM pages ORDER BY url_id"),
            "1|Herons|3|\n2|two|4|tree");
  EXPECT_EQ(sql(path_, "PRAGMA user_version; SELECT value FROM meta WHERE key = 'schema_version'"),
            "3\n3");
  EXPECT_EQ(sql(path_, "PRAGMA integrity_check"), "ok");
  const std::string fresh = dir_.file("fresh.db");
  ASSERT_EQ(tests::crawl({nginx_->url("/two.html")}, fresh).code, 0);
  // Its texts stay where they are, by number: new files have them in order of arrival.
  std::string expected = schema_of(fresh);
  const std::string key = "texts|url_id|INTEGER|1|0";
  ASSERT_NE(expected.find(key), std::string::npos);
  expected.replace(expected.find(key), key.size(), "texts|url_id|INTEGER|0|1");
  EXPECT_EQ(schema_of(path_), expected);
}

TEST_F(Version2, IsLeftAsItWasWhereItCannotBeBroughtUpToDate) {
  // Somebody's own table of a name that is needed.
  sqlite3* db = nullptr;
  sqlite3_open(path_.c_str(), &db);
  sqlite3_exec(db, "CREATE TABLE origins (x)", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  EXPECT_THROW(Database(path_, Mode::kCrawl), storage::Error);
  EXPECT_EQ(sql(path_,
                "PRAGMA user_version; SELECT count(*) FROM hosts; SELECT count(*) FROM "
                "broken_links"),
            "2\n4\n0");
}

}  // namespace
