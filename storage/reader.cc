#include "storage/reader.h"

#include <fmt/format.h>

#include "storage/wall_time.h"

namespace storage {
namespace {

// The search index may be left in many pieces; merging them is worth so many of its pages of work
// at the end of a run (about a tenth of a second), and no more: reading works either way.
constexpr int kMergePages = 500;
// Rows of each index that ANALYZE looks at.
constexpr int kAnalyzedRows = 400;

}  // namespace

std::vector<StoredHost> read_hosts(Database& db) {
  std::vector<StoredHost> hosts;
  Statement statement(db,
                      "SELECT h.id, h.origin, coalesce(q.queued, 0), "
                      "coalesce(unixepoch(h.paused_until) + 1, 0) FROM hosts h LEFT JOIN "
                      "(SELECT host_id, count(*) AS queued FROM urls WHERE state = 'queued' "
                      "GROUP BY host_id) q ON q.host_id = h.id ORDER BY h.id");
  while (statement.step())
    hosts.push_back(
        {static_cast<HostId>(statement.column_int(0)), std::string(statement.column_text(1)),
         static_cast<std::uint64_t>(statement.column_int(2)), statement.column_int(3) * 1'000'000});
  return hosts;
}

void for_each_url(Database& db, const std::function<void(const StoredUrl&)>& visit) {
  Statement statement(db, "SELECT id, url, depth, state, reason, attempts FROM urls ORDER BY id");
  while (statement.step()) {
    const auto state = state_from(statement.column_text(3));
    const auto reason = reason_from(statement.column_text(4));
    if (!state || !reason)
      throw Error(fmt::format(
          "{}: URL {} has a state or reason that this weft does not know: {} {}", db.path(),
          statement.column_int(0), statement.column_text(3), statement.column_text(4)));
    visit({static_cast<UrlId>(statement.column_int(0)), statement.column_text(1),
           static_cast<std::uint16_t>(statement.column_int(2)), *state, *reason,
           statement.column_int(5) > 0});
  }
}

std::vector<SitemapRow> read_sitemaps(Database& db) {
  std::vector<SitemapRow> sitemaps;
  Statement statement(db, "SELECT url_id, host_id, level FROM sitemaps ORDER BY url_id");
  while (statement.step())
    sitemaps.push_back({static_cast<UrlId>(statement.column_int(0)),
                        static_cast<HostId>(statement.column_int(1)),
                        static_cast<std::uint8_t>(statement.column_int(2))});
  return sitemaps;
}

std::int64_t begin_run(Database& db, std::string_view version, std::string_view command_line,
                       std::string_view options_json, WallTime now) {
  db.execute("UPDATE urls SET reason = '' WHERE state = 'queued' AND reason <> ''");
  const TimeText started_at(now);
  Statement statement(db,
                      "INSERT INTO runs (started_at, version, command_line, options) "
                      "VALUES (?, ?, ?, ?) RETURNING id");
  statement.bind(1, started_at.view()).bind(2, version).bind(3, command_line).bind(4, options_json);
  statement.step();
  const std::int64_t run = statement.column_int(0);
  statement.run();
  return run;
}

void end_run(Database& db, std::int64_t run, std::string_view outcome,
             std::string_view summary_json, WallTime now) {
  const TimeText ended_at(now);
  Statement statement(db,
                      "UPDATE runs SET ended_at = ?2, outcome = ?3, summary = ?4 WHERE id = ?1");
  statement.bind(1, run).bind(2, ended_at.view()).bind(3, outcome).bind(4, summary_json).run();
  if (outcome == "budget")
    db.execute("UPDATE urls SET reason = 'over_budget' WHERE state = 'queued'");
  db.execute(
      "CREATE INDEX IF NOT EXISTS urls_by_url ON urls (url);"
      "CREATE INDEX IF NOT EXISTS links_by_target ON links (to_id);"
      "CREATE INDEX IF NOT EXISTS sitemap_urls_by_url ON sitemap_urls (url_id);");
  db.execute(
      fmt::format("INSERT INTO page_text (page_text, rank) VALUES ('merge', {})", kMergePages)
          .c_str());
  db.execute(fmt::format("PRAGMA analysis_limit = {}; ANALYZE", kAnalyzedRows).c_str());
  db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

void prepare_order(Database& db, Order order) {
  // The rowid, which is the URL's number, ends every index.
  if (order == Order::kPriority)
    db.execute(
        "DROP INDEX IF EXISTS queued_by_id;"
        "CREATE INDEX IF NOT EXISTS queued_by_depth ON urls (host_id, depth) "
        "WHERE state = 'queued'");
  else
    db.execute(
        "DROP INDEX IF EXISTS queued_by_depth;"
        "CREATE INDEX IF NOT EXISTS queued_by_id ON urls (host_id) WHERE state = 'queued'");
}

}  // namespace storage
