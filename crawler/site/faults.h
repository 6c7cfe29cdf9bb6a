// The paths under /bad/ of the built-in site: each answers wrongly in one way, and is named by it.
// Here a fault is a plan of what to send, made without a socket; site.h carries it out. Any
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace crawler {

// What is sent: nothing for `delay`, then `start`, then `piece` as often as `pieces` says with
// `pause` before each, then `finish`.
struct FaultPlan {
  enum class End { kKeepAlive, kClose, kReset };

  std::chrono::milliseconds delay{0};
  std::string start;
  std::string piece;
  std::uint64_t pieces = 0;
  std::chrono::milliseconds pause{0};
  std::string finish;
  End end = End::kClose;
};

struct FaultName {
  std::string_view path;  // as people write it: "/bad/status/N"
  std::string_view what;
};

// Every fault, in the order in which they are listed.
std::vector<FaultName> fault_names();

class Faults {
 public:
  // The plan for a request's target, path and query. What is no fault is the list of them at /bad/,
  // else 404, else, where a number is wrong, 400.
  FaultPlan plan(std::size_t host, std::string_view target);

 private:
  [[nodiscard]] bool second_time(std::size_t host, std::string_view target);

  std::mutex mutex_;
  std::unordered_set<std::string> asked_;  // guarded by mutex_: retry-after URLs asked for once
};

}  // namespace crawler
