#include "storage/runs.h"

#include <fmt/format.h>

#include <string>

#include "storage/json_writer.h"
#include "storage/wall_time.h"

namespace storage {
namespace {

// The search index may be left in many pieces; merging them is worth so many of its pages of work
// at the end of a run (about a tenth of a second), and no more: reading works either way.
constexpr int kMergePages = 500;
// Rows of each index that ANALYZE looks at.
constexpr int kAnalyzedRows = 400;

void set_end(Database& db, std::int64_t run, std::string_view outcome,
             std::string_view summary_json, WallTime now) {
  const TimeText ended_at(now);
  Statement statement(db,
                      "UPDATE runs SET ended_at = ?2, outcome = ?3, summary = ?4 WHERE id = ?1");
  statement.bind(1, run).bind(2, ended_at.view()).bind(3, outcome).bind(4, summary_json).run();
}

}  // namespace

std::int64_t start_run(Database& db, std::string_view version, std::string_view command_line,
                       std::string_view options_json, WallTime now) {
  db.execute("UPDATE urls SET reason = '' WHERE state = 'queued' AND reason <> ''");
  const TimeText started_at(now);
  Statement statement(db,
                      "INSERT INTO runs (started_at, version, command_line, options) "
                      "VALUES (?, ?, ?, ?) RETURNING id");
  statement.bind(1, started_at.view()).bind(2, version).bind(3, command_line).bind(4, options_json);
  statement.step_to_row();
  const std::int64_t run = statement.column_int(0);
  statement.run();
  return run;
}

void end_run(Database& db, std::int64_t run, std::string_view outcome,
             std::string_view summary_json, WallTime now) {
  set_end(db, run, outcome, summary_json, now);
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

void fail_run(Database& db, std::int64_t run, std::string_view why, WallTime now) {
  std::string summary;
  JsonWriter json(summary);
  json.object([&] { json.member("error", why); });
  set_end(db, run, "failed", summary, now);
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
