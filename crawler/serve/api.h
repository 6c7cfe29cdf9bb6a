// The API of `weft serve`: each path under /api/ is a query on a crawl's file, with a JSON reply.
//
// Any number of threads may call it, each with a connection of its own. Every request gets a reply,
// also where the request or the file is malformed. A query is interrupted after kAnswerTime, and
// when its client has gone.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "crawler/serve/request.h"
#include "crawler/serve/watch.h"
#include "storage/database.h"

namespace storage {
class JsonWriter;
}

namespace crawler {

struct CrawlCounts;

// The longest time that a query may take: a user of a page waits no longer.
inline constexpr std::chrono::seconds kAnswerTime{10};

class ServeApi {
 public:
  explicit ServeApi(FileWatch& watch) : watch_(watch) {}

  // The replies that need no look into the file: whether it has changed, and the list of reports.
  [[nodiscard]] std::optional<ApiReply> answer_at_once(const ApiRequest& request);
  // All other replies. `cancelled` may become true meanwhile, on another thread.
  ApiReply answer(const storage::Database& db, const ApiRequest& request,
                  const std::atomic<bool>& cancelled);

 private:
  std::string dispatch(const storage::Database& db, const ApiRequest& request);
  std::string summary(const storage::Database& db);

  FileWatch& watch_;
  std::mutex mutex_;              // held while rows are counted, so that one thread does it
  std::int64_t counted_at_ = -1;  // the change at which counts_ were taken; both guarded by mutex_
  std::shared_ptr<const CrawlCounts> counts_;
};

// ---- Replies that have a file of their own. Throw ApiError and storage::Error. ------------------

// The figures of /api/summary that take a look at every row.
std::shared_ptr<const CrawlCounts> count_crawl(const storage::Database& db);
// As the members "totals" to "latencies".
void write_counts(storage::JsonWriter& json, const CrawlCounts& counts);
std::string list_pages(const storage::Database& db, const ApiRequest& request);
std::string show_neighbours(const storage::Database& db, const ApiRequest& request);

}  // namespace crawler
