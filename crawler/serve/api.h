// The answers of `weft serve`, as JSON: each path under /api/ is a question on a crawl's file.
//
// Any number of threads may ask, each with a connection of its own. Whatever a request or the file
// holds, the answer is a reply: a question is cut after kAnswerTime, and when nobody waits for it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "crawler/serve/request.h"
#include "crawler/serve/watch.h"
#include "storage/database.h"

namespace crawler {

// Longest time for an answer: who looks at a page waits no longer.
inline constexpr std::chrono::seconds kAnswerTime{10};

class ServeApi {
 public:
  explicit ServeApi(FileWatch& watch) : watch_(watch) {}

  // What needs no look into the file: whether it changed, and which reports there are. At once.
  std::optional<ApiReply> answer_at_once(const ApiRequest& request);
  // Everything else. `unwanted` may become true meanwhile, on another thread.
  ApiReply answer(const storage::Database& db, const ApiRequest& request,
                  const std::atomic<bool>& unwanted);

 private:
  std::string dispatch(const storage::Database& db, const ApiRequest& request);
  std::string summary(const storage::Database& db);

  FileWatch& watch_;
  std::mutex mutex_;              // held while it is counted, so that it is done once
  std::int64_t counted_at_ = -1;  // the change that counts_ are of; guarded by mutex_, as they are
  std::string counts_;            // as count_crawl answers them
};

// ---- Answers that have a file of their own. Throw Refusal and storage::Error. ------------------

// The members "totals" to "latencies" of a summary, without braces around them.
std::string count_crawl(const storage::Database& db);
std::string list_pages(const storage::Database& db, const ApiRequest& request);
std::string show_neighbours(const storage::Database& db, const ApiRequest& request);

}  // namespace crawler
