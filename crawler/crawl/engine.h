// The crawl itself. The engine owns its state and runs on one thread, so nothing here needs a lock;
// what other threads hand to it (a fetched page, queued URLs read from the file) is posted to its
// io_context.
//
//   seeds -> Frontier -> RequestQueue -> Fetcher -on_fetched-> Parser -on_parsed-> Writer -> SQLite
//               ^                                                 |
//               +------------------ new links --------------------+
//
//  1. pump() takes entries that are due from the frontier while has_room() says so. It alone starts
//     anything, and runs after every event.
//  2. An entry that robots.txt forbids, or whose origin cannot be reached, ends there.
//  3. The others go into the request queue, never more of them at once than the fetcher has
//  workers:
//     an entry is sent when the frontier says it is due and not later, in a bunch.
//  4. on_fetched() frees the host's slot and asks judge() what the answer means: to try again, a
//     redirect, something to be parsed, or the end of this URL.
//  5. on_parsed() gives each link, and each URL of a sitemap, to the frontier (link_ingest.h),
//  which
//     answers its id and whether it is new.
//  6. finish_url() hands the page, its links, its new URLs and its URL's new state to the writer as
//  one
//     record: they are committed together or not at all.
//  7. The crawl has ended when the frontier is empty and nothing is under way, when the budget is
//     spent, or when it was interrupted. A URL that has not ended is still queued in the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crawler/crawl/progress.h"
#include "crawler/crawl/stats.h"
#include "crawler/options/crawl_options.h"
#include "parser/url.h"
#include "storage/database.h"

namespace crawler {

class Engine {
 public:
  enum class Ending : std::uint8_t { kFinished, kBudget, kInterrupted };

  // `db` is open for a crawl; the crawl that it holds is resumed. All of them outlive the engine.
  // Throws storage::Error, std::system_error and std::runtime_error: our machine's failures.
  Engine(const CrawlOptions& options, storage::Database& db, Stats& stats, Progress& progress);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Crawls to the end, on the calling thread; SIGINT and SIGTERM are its own meanwhile. The first
  // drains (what is under way is finished), the second drops what is under way. What has
  // ended is committed when it returns, and also when it throws, as far as the file lets it. Call
  // once.
  Ending run(const std::vector<parser::Url>& seeds);

  // URLs still waiting in the file.
  std::uint64_t queued() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

std::string_view to_string(Engine::Ending ending);  // "finished", "budget", "interrupted"

}  // namespace crawler
