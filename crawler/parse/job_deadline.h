// Until when a worker may be at one job. The worker's CPU time counts, not the time that passes: a
// machine that is busy fails no page. A worker that uses no CPU time is given up in the end too.
// A value that is told both clocks: reads neither. One thread.
#pragma once

#include <chrono>

namespace crawler {

class JobDeadline {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Times the budget that may pass, for a worker that sleeps or is hardly ever scheduled.
  static constexpr int kWallFactor = 10;

  // `budget`: CPU time for one job.
  explicit JobDeadline(std::chrono::milliseconds budget) : budget_(budget) {}

  // A job begins. `cpu` is what the worker has used in its life.
  void begin(Time now, std::chrono::microseconds cpu);
  // No job is under way.
  void stop() { next_check_ = Time::max(); }

  // When is_over() is to be asked; Time::max(): there is no job.
  Time next_check() const { return next_check_; }
  // True where the budget is spent. Else next_check() is when it may be spent at the earliest.
  [[nodiscard]] bool is_over(Time now, std::chrono::microseconds cpu);

 private:
  std::chrono::milliseconds budget_;
  Time begun_{};
  std::chrono::microseconds cpu_begun_{0};
  Time next_check_ = Time::max();
};

}  // namespace crawler
