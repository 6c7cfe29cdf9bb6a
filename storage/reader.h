// What a crawl needs of its file when it starts or goes on, and the record of its runs.
// Called before the Writer takes the database and after it is closed, on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/records.h"

namespace storage {

struct StoredHost {
  HostId id = 0;
  std::string origin;
  std::uint64_t queued = 0;   // URLs of this host in state queued
  WallTime paused_until = 0;  // it asked to be left alone until then, to the second; 0: it did not
};

// Every host, by id.
std::vector<StoredHost> read_hosts(Database& db);

// Every URL the crawl has seen, by id. `url` holds until the call returns.
struct StoredUrl {
  UrlId id = 0;
  std::string_view url;
  std::uint16_t depth = 0;
  State state = State::kQueued;
  Reason reason = Reason::kNone;
  bool requested = false;  // at least once, by an earlier run
};
void for_each_url(Database& db, const std::function<void(const StoredUrl&)>& visit);

// Every sitemap that was named, by its URL's id.
std::vector<SitemapRow> read_sitemaps(Database& db);

// Starts a run's row and answers its id; `options_json` is what it was started with.
std::int64_t begin_run(Database& db, std::string_view version, std::string_view command_line,
                       std::string_view options_json, WallTime now);
// `outcome`: "finished", "interrupted" or "budget" (what is queued then has reason over_budget
// until the next run). A run whose row has none was killed. `summary_json`: the run's totals. Also
// brings the file to rest: FTS merged, indexes made, one file.
void end_run(Database& db, std::int64_t run, std::string_view outcome,
             std::string_view summary_json, WallTime now);

// Makes the index that Writer::read_queued uses for `order`, and drops the other one.
void prepare_order(Database& db, Order order);

}  // namespace storage
