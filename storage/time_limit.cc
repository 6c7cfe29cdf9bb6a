#include "storage/time_limit.h"

#include <sqlite3.h>

namespace storage {
namespace {

// Instructions of SQLite's machine between two looks at the clock: some tens of microseconds.
constexpr int kInstructions = 10'000;

}  // namespace

TimeLimit::TimeLimit(const Database& db, std::chrono::milliseconds time,
                     const std::atomic<bool>* stop)
    : db_(db.handle()),
      end_(time.count() > 0 ? std::chrono::steady_clock::now() + time
                            : std::chrono::steady_clock::time_point::max()),
      stop_(stop) {
  if (time.count() > 0 || stop != nullptr) sqlite3_progress_handler(db_, kInstructions, look, this);
}

TimeLimit::~TimeLimit() { sqlite3_progress_handler(db_, 0, nullptr, nullptr); }

int TimeLimit::look(void* self) {
  auto& limit = *static_cast<TimeLimit*>(self);
  const bool stopped = limit.stop_ != nullptr && *limit.stop_;
  if (!stopped && std::chrono::steady_clock::now() < limit.end_) return 0;
  limit.has_cut_ = true;
  return 1;
}

}  // namespace storage
