// A moment after which a database's statements are cut short: for statements from people, who may
// ask for more than they meant to. One at a time; the database outlives it.
#pragma once

#include <atomic>
#include <chrono>

#include "storage/database.h"

namespace storage {

class TimeLimit {
 public:
  // From now on, `time`; 0: no limit. `stop`, where there is one, cuts as well once it is true. A
  // statement that is cut short fails as interrupted.
  TimeLimit(const Database& db, std::chrono::milliseconds time,
            const std::atomic<bool>* stop = nullptr);
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  // Whether it has cut a statement short, for either reason.
  bool has_cut() const { return has_cut_; }

 private:
  static int look(void* self);

  sqlite3* db_;
  std::chrono::steady_clock::time_point end_;
  const std::atomic<bool>* stop_;
  bool has_cut_ = false;
};

}  // namespace storage
