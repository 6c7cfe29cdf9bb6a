// A moment after which a database's statements are cut short: for statements from people, who may
// ask for more than they meant to. One at a time; the database outlives it.
#pragma once

#include <atomic>
#include <chrono>

#include "storage/database.h"

namespace storage {

class TimeLimit {
 public:
  // From now on, `time`; 0: no limit. A statement that is cut short fails as interrupted. Where
  // `unwanted` is given, a statement is also cut once it holds true: nobody waits for the answer.
  TimeLimit(const Database& db, std::chrono::milliseconds time,
            const std::atomic<bool>* unwanted = nullptr);
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  // Whether the time has cut a statement short.
  bool has_cut() const { return has_cut_; }

 private:
  static int look(void* self);

  sqlite3* db_;
  std::chrono::steady_clock::time_point end_;
  const std::atomic<bool>* unwanted_;
  bool has_cut_ = false;
};

}  // namespace storage
