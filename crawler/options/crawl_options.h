// What a crawl is told: the options of `weft crawl` and their defaults. options/crawl_table.h
// declares how they are given.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/options/fetch_options.h"
#include "crawler/policy/scope.h"
#include "storage/records.h"

namespace crawler {

enum class Strategy : std::uint8_t { kAsync, kThreads, kSequential };

struct StrategyInfo {
  Strategy strategy;
  std::string_view word;
  unsigned concurrency;  // requests at once where none are asked for
};
// In the order of the enum: the only list of strategies.
inline constexpr std::array kStrategies{StrategyInfo{Strategy::kAsync, "async", 256},
                                        StrategyInfo{Strategy::kThreads, "threads", 32},
                                        StrategyInfo{Strategy::kSequential, "sequential", 1}};

constexpr const StrategyInfo& info(Strategy strategy) {
  return kStrategies[static_cast<std::size_t>(strategy)];
}
constexpr std::string_view to_string(Strategy strategy) { return info(strategy).word; }

// Which sitemaps are read. kNamed: those that robots.txt names; kTry: also /sitemap.xml of a host
// whose robots.txt names none.
enum class Sitemaps : std::uint8_t { kOff, kNamed, kTry };

struct CrawlOptions {
  std::vector<std::string> seeds;  // files, URLs, "-"
  std::string db;

  Strategy strategy = Strategy::kAsync;
  unsigned concurrency = 0;  // requests at once; 0: the strategy's own
  int parsers = -1;          // worker processes; 0: parse inline; -1: one a core
  std::chrono::milliseconds parse_timeout{5000};

  storage::Order order = storage::Order::kPriority;
  Scope::Options scope;
  std::uint64_t max_pages = 0;  // URLs requested, over all runs of the file; 0: no limit
  unsigned per_host = 2;
  std::chrono::milliseconds delay{500};
  unsigned retries = 2;  // further attempts at a URL whose failure may pass
  bool robots = true;
  Sitemaps sitemaps = Sitemaps::kNamed;
  bool bodies = false;
  FetchOptions fetch;

  bool quiet = false;
  std::string log_level = "warn";
  std::string log_file;
  std::string stats_file;
  std::string config;  // the file that options were read from
};

// Fills in what depends on other options. Throws std::invalid_argument where two contradict.
void complete(CrawlOptions& options);

}  // namespace crawler
