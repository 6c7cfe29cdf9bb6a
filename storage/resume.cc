#include "storage/resume.h"

#include <fmt/format.h>

namespace storage {

std::vector<StoredHost> read_hosts(Database& db) {
  std::vector<StoredHost> hosts;
  Statement statement(db,
                      "SELECT h.id, h.name, coalesce(q.queued, 0), "
                      "coalesce(unixepoch(h.paused_until) + 1, 0) FROM hosts h LEFT JOIN "
                      "(SELECT host_id, count(*) AS queued FROM urls WHERE state = 'queued' "
                      "GROUP BY host_id) q ON q.host_id = h.id ORDER BY h.id");
  while (statement.step())
    hosts.push_back(
        {static_cast<HostId>(statement.column_int(0)), std::string(statement.column_text(1)),
         static_cast<std::uint64_t>(statement.column_int(2)), statement.column_int(3) * 1'000'000});
  return hosts;
}

std::vector<OriginRow> read_origins(Database& db) {
  std::vector<OriginRow> origins;
  Statement statement(db, "SELECT id, host_id, origin FROM origins ORDER BY id");
  while (statement.step())
    origins.push_back({static_cast<OriginId>(statement.column_int(0)),
                       static_cast<HostId>(statement.column_int(1)),
                       std::string(statement.column_text(2))});
  return origins;
}

void for_each_url(Database& db, const std::function<void(const StoredUrl&)>& visit) {
  Statement statement(db, "SELECT id, url, depth, state, reason FROM urls ORDER BY id");
  while (statement.step()) {
    const auto state = state_from(statement.column_text(3));
    const auto reason = reason_from(statement.column_text(4));
    if (!state || !reason)
      throw Error(fmt::format(
          "{}: URL {} has a state or reason that this weft does not know: {} {}", db.path(),
          statement.column_int(0), statement.column_text(3), statement.column_text(4)));
    visit({static_cast<UrlId>(statement.column_int(0)), statement.column_text(1),
           static_cast<std::uint16_t>(statement.column_int(2)), *state, *reason});
  }
}

std::uint64_t count_requested_pages(const Database& db) {
  Statement statement(db,
                      "SELECT count(*) FROM urls WHERE attempts > 0 AND state <> 'queued' "
                      "AND id NOT IN (SELECT url_id FROM sitemaps)");
  statement.step_to_row();
  return static_cast<std::uint64_t>(statement.column_int(0));
}

std::vector<SitemapRow> read_sitemaps(Database& db) {
  std::vector<SitemapRow> sitemaps;
  Statement statement(db, "SELECT url_id, origin_id, level FROM sitemaps ORDER BY url_id");
  while (statement.step())
    sitemaps.push_back({static_cast<UrlId>(statement.column_int(0)),
                        static_cast<OriginId>(statement.column_int(1)),
                        static_cast<std::uint8_t>(statement.column_int(2))});
  return sitemaps;
}

}  // namespace storage
