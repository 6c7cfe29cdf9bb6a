#include "crawler/parse/job_deadline.h"

#include <algorithm>

namespace crawler {

void JobDeadline::begin(Time now, std::chrono::microseconds cpu) {
  begun_ = now;
  cpu_begun_ = cpu;
  next_check_ = now + budget_;
}

bool JobDeadline::is_over(Time now, std::chrono::microseconds cpu) {
  if (now < next_check_) return false;
  // Not less, so that the last of the budget does not take many checks.
  constexpr std::chrono::milliseconds kShortestWait{1};
  const auto cpu_left = cpu_begun_ + budget_ - cpu;
  const Time latest = begun_ + kWallFactor * budget_;
  if (cpu_left <= cpu_left.zero() || now >= latest) return true;
  const auto wait = std::max<std::chrono::microseconds>(cpu_left, kShortestWait);
  next_check_ = std::min(now + wait, latest);
  return false;
}

}  // namespace crawler
