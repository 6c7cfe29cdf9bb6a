#include "crawler/compare/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

namespace crawler {

std::string name_of(const Configuration& configuration) {
  const std::string at = configuration.strategy == Strategy::kSequential
                             ? std::string()
                             : fmt::format(" {}", configuration.concurrency);
  if (configuration.parsers == 0)
    return fmt::format("{}{}, inline parser", to_string(configuration.strategy), at);
  return fmt::format("{}{}, {} {}", to_string(configuration.strategy), at, configuration.parsers,
                     configuration.parsers == 1 ? "parser" : "parsers");
}

std::optional<Preset> preset(std::string_view name, unsigned cores) {
  const std::vector<Strategy> all{Strategy::kSequential, Strategy::kThreads, Strategy::kAsync};
  Preset made;
  // Slow small pages: the network is the wait.
  if (name == "io") {
    made = {
        .workload = {.seeds = {}, .hosts = 100, .pages = 100, .latency = "200ms", .body = "2KiB"},
        .strategies = all,
        .concurrency = {8, 64, 512},
        .parsers = {cores}};
    return made;
  }
  // Fast large pages: parsing is the work.
  if (name == "cpu") {
    made = {.workload = {.seeds = {}, .hosts = 4, .pages = 250, .latency = "0", .body = "128KiB"},
            .strategies = {Strategy::kAsync},
            .concurrency = {16},
            .parsers = {0, 1, 2, cores}};
    return made;
  }
  // Latencies as the web's are: most answers soon, some late. Pages of 24 KiB are what 6,371 pages
  // of manuals, 149 MB, have on average.
  if (name == "mixed") {
    made = {.workload = {.seeds = {},
                         .hosts = 50,
                         .pages = 60,
                         .latency = "lognormal(80ms,0.6)",
                         .body = "24KiB"},
            .strategies = all,
            .concurrency = {8, 64, 512},
            .parsers = {cores}};
    return made;
  }
  return std::nullopt;
}

std::optional<Strategy> strategy_from(std::string_view word) {
  for (const StrategyInfo& each : kStrategies)
    if (each.word == word) return each.strategy;
  return std::nullopt;
}

std::vector<Configuration> configurations_of(const std::vector<Strategy>& strategies,
                                             const std::vector<unsigned>& concurrency,
                                             const std::vector<unsigned>& parsers) {
  std::vector<Configuration> made;
  for (const Strategy strategy : strategies)
    for (const unsigned at_once : concurrency)
      for (const unsigned workers : parsers) {
        const Configuration configuration{strategy, strategy == Strategy::kSequential ? 1 : at_once,
                                          workers};
        if (std::find(made.begin(), made.end(), configuration) == made.end())
          made.push_back(configuration);
      }
  return made;
}

std::vector<PlannedRun> plan_runs(std::size_t configurations, unsigned rounds, std::uint64_t seed) {
  // std::shuffle differs from library to library; this does not, so a seed means the same anywhere.
  std::mt19937_64 random(seed);
  std::vector<PlannedRun> plan;
  for (unsigned round = 1; round <= rounds; ++round) {
    const std::size_t first = plan.size();
    for (std::size_t index = 0; index < configurations; ++index) plan.push_back({index, round});
    for (std::size_t left = configurations; left > 1; --left)
      std::swap(plan[first + left - 1], plan[first + (random() >> 32) % left]);
  }
  return plan;
}

}  // namespace crawler
