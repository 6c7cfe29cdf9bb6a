#include "crawler/compare/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <utility>

namespace crawler {
namespace {

constexpr std::chrono::seconds kOffTerminal{10};  // a log of hours stays readable
constexpr std::chrono::milliseconds kOnTerminal{200};

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

TimeLeft::TimeLeft(std::vector<PlannedRun> plan, std::size_t configurations)
    : plan_(std::move(plan)), seconds_(configurations) {}

void TimeLeft::ran(std::size_t configuration, double seconds) {
  seconds_[configuration].push_back(seconds);
}

double TimeLeft::expected(std::size_t configuration) const {
  if (!seconds_[configuration].empty()) return mean(seconds_[configuration]);
  std::vector<double> all;
  for (const auto& each : seconds_) all.insert(all.end(), each.begin(), each.end());
  return mean(all);
}

std::optional<double> TimeLeft::left(std::size_t next, double elapsed) const {
  const bool any =
      std::any_of(seconds_.begin(), seconds_.end(), [](const auto& each) { return !each.empty(); });
  if (!any || next >= plan_.size()) return std::nullopt;
  double sum = std::max(0.0, expected(plan_[next].configuration) - elapsed);
  for (std::size_t i = next + 1; i < plan_.size(); ++i) sum += expected(plan_[i].configuration);
  return sum;
}

CompareProgress::CompareProgress() : terminal_(isatty(STDERR_FILENO) == 1) {}

void CompareProgress::show(const std::string& line) {
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + (terminal_ ? Clock::duration(kOnTerminal) : Clock::duration(kOffTerminal));
  if (terminal_)
    std::cerr << "\r\x1b[K" << line << std::flush;
  else
    std::cerr << line << std::endl;
}

CompareProgress::~CompareProgress() {
  if (terminal_) std::cerr << "\r\x1b[K" << std::flush;
}

}  // namespace crawler
