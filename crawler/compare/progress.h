// The one line that a comparison shows while it runs: which run, and how long the rest will take.
// On a terminal it is rewritten in place; elsewhere one is written every ten seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "crawler/compare/plan.h"

namespace crawler {

// How long runs take, judged by those that have been: of the same configuration, or else of all.
class TimeLeft {
 public:
  explicit TimeLeft(std::vector<PlannedRun> plan, std::size_t configurations);
  void ran(std::size_t configuration, double seconds);
  // What is left from the plan's `next` run on, of which `elapsed` seconds have passed; nothing
  // before a run has ended.
  std::optional<double> left(std::size_t next, double elapsed) const;

 private:
  double expected(std::size_t configuration) const;

  std::vector<PlannedRun> plan_;
  std::vector<std::vector<double>> seconds_;  // by configuration
};

class CompareProgress {
 public:
  using Clock = std::chrono::steady_clock;
  CompareProgress();
  // Leaves a terminal's line empty.
  ~CompareProgress();
  CompareProgress(const CompareProgress&) = delete;
  CompareProgress& operator=(const CompareProgress&) = delete;

  void show(const std::string& line);

 private:
  const bool terminal_;
  Clock::time_point next_{};
};

}  // namespace crawler
