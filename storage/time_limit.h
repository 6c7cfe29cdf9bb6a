// A time after which the statements of a database are interrupted: for statements of users, which
// may take longer than intended. One at a time; the database must outlive it.
#pragma once

#include <atomic>
#include <chrono>

#include "storage/database.h"

namespace storage {

class TimeLimit {
 public:
  // `time` from now on; 0: no limit. `stop` may be null; statements are interrupted once it is
  // true.
  TimeLimit(const Database& db, std::chrono::milliseconds time,
            const std::atomic<bool>* stop = nullptr);
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  // Whether it has interrupted a statement, for either reason.
  bool has_cut() const { return has_cut_; }

 private:
  [[nodiscard]] static int look(void* self);

  sqlite3* db_;
  std::chrono::steady_clock::time_point end_;
  const std::atomic<bool>* stop_;
  bool has_cut_ = false;
};

}  // namespace storage
