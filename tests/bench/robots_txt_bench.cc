// What a robots.txt costs the engine: once to read, and once a request to ask.
#include <benchmark/benchmark.h>

#include <string>

#include "parser/robots_txt.h"

namespace {

using parser::RobotsTxt;

std::string file_of(std::size_t bytes, std::string_view before, std::string_view after) {
  std::string body = "User-agent: *\n";
  for (int i = 0; body.size() < bytes; ++i)
    body.append(before).append(std::to_string(i)).append(after).append("\n");
  return body;
}

void read_file(benchmark::State& state, const std::string& body) {
  for (auto _ : state) benchmark::DoNotOptimize(RobotsTxt(body, "weft/0.1"));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}

void ask(benchmark::State& state, const std::string& body, const std::string& target) {
  const RobotsTxt rules(body, "weft/0.1");
  for (auto _ : state) benchmark::DoNotOptimize(rules.decide(target));
}

const std::string kPath = "/a/page/of/ordinary/length.html?with=a&query=b";
const std::string kLongPath = "/" + std::string(8000, 'a');

BENCHMARK_CAPTURE(read_file, ordinary, file_of(2'000, "Disallow: /private", "/"));
BENCHMARK_CAPTURE(read_file, largest, file_of(parser::kMaxRobotsBytes, "Disallow: /p", "/"));
BENCHMARK_CAPTURE(ask, no_rules, std::string(), kPath);
BENCHMARK_CAPTURE(ask, ordinary, file_of(2'000, "Disallow: /private", "/"), kPath);
BENCHMARK_CAPTURE(ask, wildcards, file_of(2'000, "Disallow: /*?page=", "*x"), kPath);
BENCHMARK_CAPTURE(ask, largest, file_of(parser::kMaxRobotsBytes, "Disallow: /p", "/"), kPath);
BENCHMARK_CAPTURE(ask, hostile_rules, file_of(parser::kMaxRobotsBytes, "allow:*aaab", ""),
                  kLongPath);
BENCHMARK_CAPTURE(ask, hostile_stars, file_of(parser::kMaxRobotsBytes, "allow:*a*a*a*b", ""),
                  kLongPath);

}  // namespace
