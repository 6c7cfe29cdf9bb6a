#include "crawler/compare/result.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

namespace crawler {
namespace {

bool whole(const Measurement& measurement) {
  return measurement.error.empty() && !measurement.digest.empty();
}

// What the others are held against: of the complete runs, those that most agree with, and among
// equals those that found most; without a complete run, the one that got furthest.
const Measurement* reference_of(const std::vector<Measurement>& measurements) {
  std::map<std::string, std::size_t> votes;
  for (const Measurement& each : measurements)
    if (whole(each)) ++votes[each.digest];
  const auto worth = [&votes](const Measurement& each) {
    return std::tuple(whole(each), whole(each) ? votes[each.digest] : 0, each.pages);
  };
  const Measurement* best = nullptr;
  for (const Measurement& each : measurements)
    if (each.error.empty() && (best == nullptr || worth(each) > worth(*best))) best = &each;
  return best;
}

// What a stopped run would have had to request, were it let go on; 0: not known.
std::uint64_t requests_in_all(const Comparison& comparison, const Measurement* reference) {
  if (reference != nullptr && whole(*reference)) return reference->requests;
  if (comparison.workload.live()) return 0;
  const std::size_t robots = 1;
  return comparison.workload.hosts * (comparison.workload.pages + robots);
}

class Summing {
 public:
  Summing(const Comparison& comparison, const Measurement* reference)
      : comparison_(comparison),
        reference_(reference),
        requests_(requests_in_all(comparison, reference)) {}

  Summary sum_up(std::size_t index) {
    summary_ = {};
    summary_.configuration = comparison_.configurations[index];
    rates_.clear();
    memory_.clear();
    std::vector<const Measurement*> runs;
    for (const Measurement& each : comparison_.measurements) {
      if (each.run.configuration != index) continue;
      ++summary_.rounds;
      exclude(each);
      if (!each.error.empty()) continue;
      runs.push_back(&each);
      add_time(each);
    }
    summary_.seconds = spread_of(summary_.seconds_each);
    summary_.pages_per_second = spread_of(rates_);
    if (!runs.empty()) add_medians(runs);
    return summary_;
  }

  const std::vector<double>& rates() const { return rates_; }

 private:
  void exclude(const Measurement& each) {
    if (!summary_.excluded.empty()) return;
    summary_.excluded = each.error;
    if (!each.error.empty() || reference_ == nullptr || each.digest == reference_->digest) return;
    const std::uint64_t count =
        differences(each.found, whole(each), reference_->found, whole(*reference_));
    if (count > 0)
      summary_.excluded =
          "results differ in " + std::to_string(count) + (count == 1 ? " page" : " pages");
  }

  void add_time(const Measurement& each) {
    double seconds = each.seconds;
    double pages = static_cast<double>(each.pages);
    if (each.stopped && requests_ > 0 && each.requests > 0) {
      const double part = static_cast<double>(each.requests) / static_cast<double>(requests_);
      summary_.estimated = true;
      seconds /= part;
      if (reference_ != nullptr && whole(*reference_))
        pages = static_cast<double>(reference_->pages);
      else
        pages /= part;
    }
    summary_.seconds_each.push_back(seconds);
    rates_.push_back(pages / std::max(seconds, 1e-6));
  }

  void add_medians(const std::vector<const Measurement*>& runs) {
    const auto middle = [&runs](auto&& of) {
      std::vector<double> values;
      values.reserve(runs.size());
      for (const Measurement* run : runs) values.push_back(static_cast<double>(of(*run)));
      return median(std::move(values));
    };
    for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
      summary_.cpu[stage] = middle([stage](const Measurement& run) { return run.cpu[stage]; });
      summary_.latency_ms[stage] =
          middle([stage](const Measurement& run) { return run.latency_ms[stage]; });
    }
    for (const Measurement* run : runs) {
      summary_.cpu_each.push_back(cpu_of(*run));
      summary_.memory_each.push_back(static_cast<double>(run->memory));
      summary_.p95_each.push_back(run->latency_ms[1]);
    }
    summary_.memory = spread_of(summary_.memory_each);
    summary_.server_cpu = middle([](const Measurement& run) { return run.server_cpu; });
    summary_.pages = middle([](const Measurement& run) { return run.pages; });
    summary_.most_in_flight = middle([](const Measurement& run) { return run.most_in_flight; });
    summary_.threads = middle([](const Measurement& run) { return run.threads; });
    summary_.switches =
        middle([](const Measurement& run) { return run.switches_waiting + run.switches_forced; });
    std::size_t typical = 0;
    for (std::size_t i = 1; i < runs.size(); ++i)
      if (std::abs(summary_.seconds_each[i] - summary_.seconds.median) <
          std::abs(summary_.seconds_each[typical] - summary_.seconds.median))
        typical = i;
    summary_.typical = static_cast<std::size_t>(runs[typical] - comparison_.measurements.data());
    summary_.limit = limit_of(facts_of(*runs[typical]));
  }

  LimitFacts facts_of(const Measurement& run) const {
    const Configuration& configuration = summary_.configuration;
    return {.seconds = run.seconds,
            .floor = comparison_.floor,
            .cores = comparison_.machine.cores,
            .site_threads = comparison_.workload.live()
                                ? 0
                                : static_cast<unsigned>(comparison_.workload.site_threads),
            .server_cpu = run.server_cpu,
            .machine_cpu = run.machine_cpu,
            .fetch_cpu = run.cpu[0],
            .parse_cpu = run.cpu[1],
            .store_cpu = run.cpu[2],
            .fetch_threads =
                configuration.strategy == Strategy::kThreads ? configuration.concurrency : 1,
            .parsers = configuration.parsers,
            .concurrency = configuration.concurrency,
            .slots = comparison_.workload.live()
                         ? 0
                         : comparison_.workload.hosts * comparison_.workload.per_host,
            .mean_in_flight = run.mean_in_flight,
            .stopped = run.stopped};
  }

  const Comparison& comparison_;
  const Measurement* reference_;
  const std::uint64_t requests_;
  Summary summary_;
  std::vector<double> rates_, memory_;
};

}  // namespace

const char* to_string(Stage stage) {
  switch (stage) {
    case Stage::kFetch:
      return "fetch";
    case Stage::kParse:
      return "parse";
    case Stage::kStore:
      return "store";
  }
  return "";
}

double cpu_of(const Measurement& measurement) {
  return std::accumulate(measurement.cpu.begin(), measurement.cpu.end(), 0.0);
}

Findings find(const Comparison& comparison) {
  const Measurement* const reference = reference_of(comparison.measurements);
  Findings findings;
  if (reference != nullptr && whole(*reference)) {
    findings.digest = reference->digest;
    findings.pages = reference->pages;
  }
  Summing summing(comparison, reference);
  std::vector<std::vector<double>> rates;
  std::optional<std::size_t> sequential;
  for (std::size_t index = 0; index < comparison.configurations.size(); ++index) {
    Summary summary = summing.sum_up(index);
    if (summary.rounds == 0) continue;
    findings.agree = findings.agree && summary.excluded.empty();
    if (!sequential && summary.configuration.strategy == Strategy::kSequential)
      sequential = findings.summaries.size();
    rates.push_back(summing.rates());
    findings.summaries.push_back(std::move(summary));
  }
  for (const Measurement& each : comparison.measurements)
    if (each.error.empty() && each.seconds > 0)
      findings.others =
          std::max(findings.others, (each.machine_cpu - cpu_of(each) - each.server_cpu) /
                                        each.seconds / comparison.machine.cores);
  findings.baseline = sequential.value_or(0);
  for (std::size_t i = 0; i < findings.summaries.size(); ++i)
    findings.summaries[i].speedup = ratio_of(rates[i], rates[findings.baseline]);
  return findings;
}

}  // namespace crawler
