// What a comparison runs, and in which order. Pure values: the command fills them in from its
// options, and a saved comparison holds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/options/crawl_options.h"

namespace crawler {

struct Configuration {
  Strategy strategy = Strategy::kAsync;
  unsigned concurrency = 1;
  unsigned parsers = 0;
  bool operator==(const Configuration&) const = default;
};
std::string name_of(const Configuration& configuration);  // "async 512, 2 parsers"

// What is crawled. Without seeds it is the built-in site, of these options.
struct Workload {
  std::vector<std::string> seeds;  // FILE|URL, as typed; empty: the built-in site
  std::size_t hosts = 100;
  std::size_t pages = 100;        // a host
  std::string latency = "200ms";  // as `weft site` takes it
  std::string body = "2KiB";
  std::size_t site_threads = 1;  // of the built-in site's process
  unsigned per_host = 8;         // connections a host
  std::uint64_t max_pages = 0;   // 0: no bound
  bool live() const { return !seeds.empty(); }
  bool operator==(const Workload&) const = default;
};

// A preset: a workload, and what is worth comparing on it.
struct Preset {
  Workload workload;
  std::vector<Strategy> strategies;
  std::vector<unsigned> concurrency;
  std::vector<unsigned> parsers;
};
// "io", "cpu", "mixed"; nothing for another word. `cores`: of this machine.
[[nodiscard]] std::optional<Preset> preset(std::string_view name, unsigned cores);

[[nodiscard]] std::optional<Strategy> strategy_from(std::string_view word);

// Every combination once, in the order given; sequential is always one at a time.
std::vector<Configuration> configurations_of(const std::vector<Strategy>& strategies,
                                             const std::vector<unsigned>& concurrency,
                                             const std::vector<unsigned>& parsers);

// One run: the configuration's place in the list, and its round from 1.
struct PlannedRun {
  std::size_t configuration = 0;
  unsigned round = 1;
  bool operator==(const PlannedRun&) const = default;
};

// Each round holds every configuration once, in an order of its own drawn from `seed`: what slowly
// changes on the machine meets all configurations alike.
std::vector<PlannedRun> plan_runs(std::size_t configurations, unsigned rounds, std::uint64_t seed);

}  // namespace crawler
