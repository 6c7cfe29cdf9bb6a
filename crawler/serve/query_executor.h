// Runs the queries of `weft serve`: a few threads, each with a read-only connection of its own, and
// bounded queues before them, so that the thread that serves connections never waits for the file.
//
// Queries that may take long (SQL, reports, counts of the whole file) have a queue and threads of
// their own, so a search does not wait for them. A thread closes its connection when there is a
// write-ahead log and its queue is empty: an open connection would keep the file from being one
// file again when its crawl ends.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "crawler/serve/api.h"

namespace crawler {

struct Query {
  explicit Query(ApiRequest asked) : request(std::move(asked)) {}

  const ApiRequest request;
  // Called once, on a thread of the executor, unless the executor is destroyed before.
  std::function<void(ApiReply)> done;
  // The client has gone: the query is interrupted. May be set on any thread.
  std::atomic<bool> cancelled{false};
};

class QueryExecutor {
 public:
  // `watch` must outlive the executor. Throws storage::Error where the file is not a weft file.
  explicit QueryExecutor(FileWatch& watch);
  // Interrupts what runs, drops what is queued, and joins the threads.
  ~QueryExecutor();
  QueryExecutor(const QueryExecutor&) = delete;
  QueryExecutor& operator=(const QueryExecutor&) = delete;

  // The reply to a request that needs no thread and no look into the file.
  [[nodiscard]] std::optional<ApiReply> answer_at_once(const ApiRequest& request) {
    return api_.answer_at_once(request);
  }
  // False: the queue is full, and the query was not taken.
  [[nodiscard]] bool submit(std::shared_ptr<Query> query);

 private:
  struct Queue {
    std::deque<std::shared_ptr<Query>> waiting;  // guarded by mutex_
    std::condition_variable ready;
  };
  void work(Queue& queue, std::shared_ptr<Query>& running);
  ApiReply answer(std::optional<storage::Database>& db, const Query& query);

  FileWatch& watch_;
  ServeApi api_;
  std::mutex mutex_;
  bool closing_ = false;  // guarded by mutex_
  Queue quick_, slow_;
  std::vector<std::shared_ptr<Query>> running_;  // one a thread; guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace crawler
