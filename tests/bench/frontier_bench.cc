// What the frontier costs the engine's thread: a link seen before (most are), a new one, and
// picking the next entry of few and of many hosts.
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "crawler/crawl/frontier.h"

namespace crawler {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kUrls = 1'000'000;

std::vector<std::string> make_urls(std::size_t count, std::size_t hosts) {
  std::vector<std::string> urls;
  urls.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    urls.push_back("https://host" + std::to_string(i % hosts) + ".example/manual/chapter/section-" +
                   std::to_string(i) + ".html");
  return urls;
}

Frontier::Options options(std::size_t max_in_memory = 10 * kUrls) {
  return {.per_host = 64,
          .delay = 0ms,
          .robots = false,
          .max_in_memory = max_in_memory,
          .fingerprint_seed = 1};
}

storage::Reason admit(const parser::Url&, std::uint16_t) { return storage::Reason::kNone; }

void AddSeen(benchmark::State& state) {
  const std::vector<std::string> urls = make_urls(static_cast<std::size_t>(state.range(0)), 100);
  Frontier frontier(options(), admit);
  for (const std::string& url : urls) frontier.add(url, 1);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(frontier.add(urls[i], 2));
    if (++i == urls.size()) i = 0;
  }
}
BENCHMARK(AddSeen)->Arg(10'000)->Arg(kUrls);

void AddNew(benchmark::State& state) {
  const std::vector<std::string> urls = make_urls(kUrls, 100);
  const auto bound = static_cast<std::size_t>(state.range(0));
  while (state.KeepRunningBatch(kUrls)) {
    Frontier frontier(options(bound), admit);
    for (const std::string& url : urls) frontier.add(url, 1);
    benchmark::DoNotOptimize(frontier.queued());
  }
}
BENCHMARK(AddNew)->ArgName("max_in_memory")->Arg(10 * kUrls)->Arg(200'000);

void Next(benchmark::State& state) {
  const std::vector<std::string> urls = make_urls(kUrls, static_cast<std::size_t>(state.range(0)));
  Time now{};
  while (state.KeepRunningBatch(kUrls)) {
    state.PauseTiming();
    Frontier frontier(options(), admit);
    for (const std::string& url : urls) frontier.add(url, 1);
    state.ResumeTiming();
    for (;;) {
      const Frontier::Next next = frontier.next(now += 1us);
      const auto* fetch = std::get_if<Frontier::Fetch>(&next);
      if (fetch == nullptr) break;
      frontier.release(fetch->entry);
      frontier.done(fetch->entry);
    }
  }
}
BENCHMARK(Next)->ArgName("hosts")->Arg(10)->Arg(10'000);

}  // namespace
}  // namespace crawler
