// Where `weft serve` has its questions answered: a few threads, each with a read-only connection of
// its own, and bounded queues before them, so that the thread that serves connections never waits
// for the file.
//
// Questions that may take long (SQL, reports, counts of the whole file) have threads of their own:
// a search is not held up by them. A connection is given up as soon as there is a write-ahead log
// and nothing waits: held on to, it would keep the file from coming to rest when its crawl ends.
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

struct Question {
  explicit Question(ApiRequest asked) : request(std::move(asked)) {}

  const ApiRequest request;
  // Called once, on one of the desk's threads, unless the desk closes before.
  std::function<void(ApiReply)> done;
  // Nobody waits for the answer any more: it is cut short. May be set on any thread.
  std::atomic<bool> unwanted{false};
};

class ServeDesk {
 public:
  // `watch` outlives the desk. Throws storage::Error where the file is none of weft's.
  explicit ServeDesk(FileWatch& watch);
  // Cuts what is under way, drops what waits, and joins the threads.
  ~ServeDesk();
  ServeDesk(const ServeDesk&) = delete;
  ServeDesk& operator=(const ServeDesk&) = delete;

  // What can be answered without waiting.
  std::optional<ApiReply> answer_at_once(const ApiRequest& request) {
    return api_.answer_at_once(request);
  }
  // False: too many wait already, and the question was not taken.
  bool put(std::shared_ptr<Question> question);

 private:
  struct Lane {
    std::deque<std::shared_ptr<Question>> waiting;  // guarded by mutex_
    std::condition_variable come;
  };
  void work(Lane& lane, std::shared_ptr<Question>& under_way);
  ApiReply answer(std::optional<storage::Database>& db, const Question& question);

  FileWatch& watch_;
  ServeApi api_;
  std::mutex mutex_;
  bool closing_ = false;  // guarded by mutex_
  Lane quick_, slow_;
  std::vector<std::shared_ptr<Question>> under_way_;  // one a thread; guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace crawler
