// What a comparison has measured, and what follows from it. A Comparison is plain data, which
// saved.h writes and reads, and every report is a pure function of it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "crawler/compare/digest.h"
#include "crawler/compare/limit.h"
#include "crawler/compare/plan.h"
#include "crawler/compare/statistics.h"
#include "crawler/options/machine.h"

namespace crawler {

enum class Stage : std::uint8_t { kFetch, kParse, kStore };
inline constexpr std::array kStages{Stage::kFetch, Stage::kParse, Stage::kStore};
const char* to_string(Stage stage);  // "fetch", "parse", "store"

// The state of a run at one time.
struct TimelineSample {
  double seconds = 0;
  std::uint64_t pages = 0;
  std::uint64_t in_flight = 0;
};

// One run of `weft crawl`.
struct Measurement {
  PlannedRun run;
  std::string error;     // it failed, and this is why; then nothing below is known
  bool stopped = false;  // at the time limit; its time is not that of the whole crawl
  double seconds = 0;    // from its start to its exit
  std::uint64_t pages = 0;
  std::uint64_t requests = 0;
  // CPU seconds. Fetch is everything that is neither parsing nor storing: the frontier and the
  // engine are in it.
  std::array<double, kStages.size()> cpu{};
  double server_cpu = 0;
  double machine_cpu = 0;              // of all that ran on the machine
  std::uint64_t memory = 0;            // peak of all processes together, bytes
  std::array<double, 3> latency_ms{};  // p50, p95, p99 of a response
  std::uint64_t most_in_flight = 0;
  double mean_in_flight = 0;
  std::uint64_t switches_waiting = 0;
  std::uint64_t switches_forced = 0;
  std::uint64_t threads = 0;  // parsers included
  std::string digest;         // of all that it found; "" where it was stopped or out of its budget
  std::vector<TimelineSample> timeline;
  FoundPages found;  // not saved
};
// The CPU of all stages.
double cpu_of(const Measurement& measurement);

struct Comparison {
  Machine machine;
  std::string command;  // that repeats it
  std::string measured_at;
  Workload workload;
  double floor = 0;  // seconds of an ideal crawl of the built-in site; 0: not known
  unsigned rounds = 0;
  double time_limit = 0;  // seconds a run may take
  std::vector<Configuration> configurations;
  std::vector<Measurement> measurements;
};

// One configuration, all its rounds together.
struct Summary {
  Configuration configuration;
  unsigned rounds = 0;
  std::string excluded;    // why its figures do not count; "" where they do
  bool estimated = false;  // runs were stopped: `seconds` is what the whole crawl would take
  std::vector<double> seconds_each;
  Spread seconds;
  Spread pages_per_second;
  Spread speedup;  // over the baseline; all 0 where there is none
  std::array<double, kStages.size()> cpu{};
  std::vector<double> cpu_each;  // all stages
  double server_cpu = 0;
  double pages = 0;
  std::vector<double> memory_each;
  Spread memory;
  std::vector<double> p95_each;
  std::array<double, 3> latency_ms{};
  double most_in_flight = 0;
  double switches = 0;
  double threads = 0;
  LimitFinding limit;
  std::size_t typical = 0;  // index of the measurement whose time is the median's
};

struct Findings {
  std::vector<Summary> summaries;  // of each configuration that has run, in their order
  std::size_t baseline = 0;        // index of what speed-ups refer to: sequential, or the first
  std::string digest;              // that they agree on; "" where no run was complete
  std::uint64_t pages = 0;         // of a complete run; 0 where there is none
  double others = 0;               // most that other programs took of the machine in a run, 0 to 1
  bool agree = true;               // none is excluded
};
// Needs the measurements' `found` where runs were cut short.
Findings find(const Comparison& comparison);

}  // namespace crawler
