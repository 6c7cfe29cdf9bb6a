#include "crawler/serve/query_executor.h"

#include <exception>
#include <utility>

namespace crawler {
namespace {

constexpr std::size_t kQuickThreads = 1;
constexpr std::size_t kSlowThreads = 2;
// Queries in a queue: a page sends a few at once, and while a user types, some are left behind.
constexpr std::size_t kMostWaiting = 32;

bool may_take_long(const ApiRequest& request) {
  return request.path == "/api/sql" || request.path == "/api/summary" ||
         request.path == "/api/pages" || request.path.starts_with("/api/report/");
}

}  // namespace

QueryExecutor::QueryExecutor(FileWatch& watch)
    : watch_(watch), api_(watch), running_(kQuickThreads + kSlowThreads) {
  // A file that cannot be read is reported before anything is served.
  const storage::Database first(watch_.path(), storage::Database::Mode::kReadOnly);
  for (std::size_t n = 0; n < running_.size(); ++n) {
    Queue& queue = n < kQuickThreads ? quick_ : slow_;
    threads_.emplace_back([this, n, &queue] { work(queue, running_[n]); });
  }
}

QueryExecutor::~QueryExecutor() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    for (const std::shared_ptr<Query>& query : running_)
      if (query) query->cancelled = true;
  }
  quick_.ready.notify_all();
  slow_.ready.notify_all();
  threads_.clear();  // joins
}

bool QueryExecutor::submit(std::shared_ptr<Query> query) {
  Queue& queue = may_take_long(query->request) ? slow_ : quick_;
  {
    const std::scoped_lock lock(mutex_);
    if (queue.waiting.size() >= kMostWaiting) return false;
    queue.waiting.push_back(std::move(query));
  }
  queue.ready.notify_one();
  return true;
}

void QueryExecutor::work(Queue& queue, std::shared_ptr<Query>& running) {
  std::optional<storage::Database> db;
  std::unique_lock lock(mutex_);
  for (;;) {
    queue.ready.wait(lock, [&] { return closing_ || !queue.waiting.empty(); });
    if (closing_) return;
    const std::shared_ptr<Query> query = std::move(queue.waiting.front());
    queue.waiting.pop_front();
    if (query->cancelled) continue;
    running = query;
    lock.unlock();
    ApiReply reply = answer(db, *query);
    lock.lock();
    running.reset();
    const bool idle = queue.waiting.empty();
    lock.unlock();
    if (idle && watch_.has_log()) db.reset();
    query->done(std::move(reply));
    lock.lock();
  }
}

ApiReply QueryExecutor::answer(std::optional<storage::Database>& db, const Query& query) {
  try {
    static_cast<void>(watch_.look());  // throws where another file has the name
    if (!db) db.emplace(watch_.path(), storage::Database::Mode::kReadOnly);
    ApiReply reply = api_.answer(*db, query.request, query.cancelled);
    if (reply.status >= 500) db.reset();  // the next query opens it again
    return reply;
  } catch (const std::exception& error) {  // the file cannot be opened, or there is no memory
    db.reset();
    return ApiError(error.what(), "", "", 500).reply();
  }
}

}  // namespace crawler
