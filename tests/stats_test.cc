#include "crawler/crawl/stats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "crawler/crawl/histogram.h"
#include "crawler/process/process_usage.h"
#include "tests/json.h"

namespace crawler {
namespace {

using namespace std::chrono_literals;
using storage::Reason;
using storage::State;
using testing::HasSubstr;
using testing::Not;

const Stats::Time kStart = Stats::Time{} + 1h;

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.min(), 0u);
  EXPECT_EQ(histogram.mean(), 0u);
  EXPECT_EQ(histogram.percentile(50), 0u);
  EXPECT_EQ(histogram.max(), 0u);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint32_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.min(), 1u);
  EXPECT_EQ(histogram.mean(), 50u);
  EXPECT_EQ(histogram.percentile(50), 50u);
  EXPECT_EQ(histogram.percentile(99), 99u);
  EXPECT_EQ(histogram.percentile(100), 100u);
  EXPECT_EQ(histogram.max(), 100u);
}

TEST(Histogram, EveryValueIsReadBackWithinTwoPercent) {
  for (std::uint64_t value = 1; value <= 0xffff'ffffu; value += 1 + value / 50) {
    Histogram histogram;
    histogram.record(0);
    histogram.record(static_cast<std::uint32_t>(value));
    histogram.record(0xffff'ffffu);
    const double read = histogram.percentile(66);
    ASSERT_LE(std::abs(read - static_cast<double>(value)), 0.02 * static_cast<double>(value));
  }
}

TEST(Histogram, PercentilesAreWithinTwoPercentOfTheSortedValues) {
  std::mt19937 random(1);
  std::lognormal_distribution<double> latency(11, 2);
  Histogram histogram;
  std::vector<std::uint32_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::uint32_t>(std::min(latency(random), 4e9)));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const std::size_t percent : {1u, 50u, 95u, 99u}) {
    const double exact = values[values.size() * percent / 100 - 1];
    EXPECT_NEAR(histogram.percentile(static_cast<double>(percent)), exact, 0.02 * exact);
  }
}

TEST(Memory, OfThisProcessIsKnown) {
  const Memory memory = memory_of(0);
  EXPECT_GT(memory.now, 1u << 20);
  EXPECT_GE(memory.peak, memory.now);
}

Stats::Fetched response(int status, std::uint32_t connect_us = 0, bool robots = false) {
  return {.robots = robots,
          .status = status,
          .wire_bytes = 1024,
          .body_bytes = 4096,
          .timings = {.connect = connect_us, .first_byte = 2000, .total = 5000}};
}

// Three pages, a redirect, a 404, a refused connection, robots.txt, some skipped.
Stats small_crawl() {
  Stats stats(kStart);
  stats.record_fetch(response(200, 300, true));
  for (int i = 0; i < 3; ++i) {
    stats.record_fetch(response(200));
    stats.record_parse(700us, "");
    stats.record_outcome(State::kDone, Reason::kFetched);
  }
  stats.record_fetch(response(301));
  stats.record_outcome(State::kDone, Reason::kRedirect);
  stats.record_fetch(response(404));
  stats.record_outcome(State::kFailed, Reason::kHttpError);
  stats.record_fetch({.error = Reason::kConnectFailed});
  stats.record_fetch({.retry = true, .error = Reason::kConnectFailed});
  stats.record_outcome(State::kFailed, Reason::kConnectFailed);
  stats.record_parse(5s, "timeout");
  stats.record_outcome(State::kFailed, Reason::kParseFailed);
  for (int i = 0; i < 300; ++i) stats.record_outcome(State::kSkipped, Reason::kOutOfScope);
  for (int i = 0; i < 83; ++i) stats.record_outcome(State::kSkipped, Reason::kRobotsDisallowed);
  stats.finish(kStart + 2s, {.queued = 7,
                             .most_in_flight = 64,
                             .crawl_cpu = 1500ms,
                             .parse_cpu = 4800ms,
                             .store_busy = 900ms,
                             .store_cpu = 850ms,
                             .parser_restarts = 1,
                             .parser_memory = 91u << 20});
  return stats;
}

TEST(Stats, SummaryHasTheFormOfH2loads) {
  std::ostringstream out;
  small_crawl().print_summary(out);
  const std::string text = out.str();
  EXPECT_THAT(text, testing::StartsWith("finished in 2s, 1.50 pages/s, 3KiB/s\n"));
  EXPECT_THAT(text, HasSubstr("\nurls:     4 done, 3 failed, 383 skipped, 7 queued\n"));
  EXPECT_THAT(text, HasSubstr("\nstatus:   3 2xx, 1 3xx, 1 4xx, 0 5xx\n"));
  EXPECT_THAT(text, HasSubstr("\nerrors:   http_error 1, connect_failed 1, parse_failed 1\n"));
  EXPECT_THAT(text, HasSubstr("\nparsing:  timeout 1\n"));
  EXPECT_THAT(text, HasSubstr("\nskipped:  out_of_scope 300, robots_disallowed 83\n"));
  EXPECT_THAT(text, HasSubstr("\nrequests: 8 (1 robots.txt, 1 retries), at most 64 in flight, 1 "
                              "connections opened, 5 requests on open ones\n"));
  EXPECT_THAT(text, HasSubstr("\ntraffic:  wire 6KiB, decoded 24KiB\n"));
  EXPECT_THAT(text, HasSubstr("\ntime:     fetch 30ms waiting, parse 5s (4.8s CPU), store 900ms "
                              "(850ms CPU), crawl 1.5s CPU in all\n"));
  EXPECT_THAT(text, HasSubstr("parsers 91MiB)\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  total  +5ms +5ms +5ms +5ms +5ms +5ms\n"));
}

TEST(Stats, SummaryOfACrawlThatDidNothingIsSane) {
  Stats stats(kStart);
  stats.finish(kStart, {});
  std::ostringstream out;
  stats.print_summary(out);
  EXPECT_THAT(out.str(), HasSubstr("0.00 pages/s"));
  EXPECT_THAT(out.str(), HasSubstr("0 done, 0 failed, 0 skipped, 0 queued"));
  EXPECT_THAT(out.str(), Not(HasSubstr("errors:")));
  EXPECT_THAT(out.str(), Not(HasSubstr("nan")));
}

TEST(Stats, JsonHoldsTheTotals) {
  const auto json = tests::Json::parse(small_crawl().to_json());
  EXPECT_EQ(json["seconds"], 2.0);
  EXPECT_EQ(json["urls"]["done"], 4);
  EXPECT_EQ(json["urls"]["queued"], 7);
  EXPECT_EQ(json["reasons"]["out_of_scope"], 300);
  EXPECT_EQ(json["status"]["2xx"], 3);
  EXPECT_EQ(json["requests"]["total"], 8);
  EXPECT_EQ(json["connections"]["reused"], 5);
  EXPECT_EQ(json["bytes"]["decoded"], 6 * 4096);
  EXPECT_EQ(json["latency_us"]["total"]["max"], 5000);
  EXPECT_EQ(json["parse_errors"]["timeout"], 1);
  EXPECT_EQ(json["time_us"]["store"]["cpu"], 850'000);
  EXPECT_EQ(json["memory"]["parsers"], 91 << 20);
  EXPECT_EQ(json["memory"]["peak"], json["memory"]["weft"].number() + (91 << 20));
}

TEST(Stats, AnOutcomeThatIsTakenBackCountsOnce) {
  Stats stats(kStart);
  stats.record_outcome(State::kSkipped, Reason::kTooDeep);
  stats.take_back_outcome(State::kSkipped, Reason::kTooDeep);
  stats.record_outcome(State::kDone, Reason::kFetched);
  EXPECT_EQ(stats.count(State::kSkipped), 0u);
  EXPECT_EQ(stats.pages(), 1u);
}

TEST(Stats, TimelineIsSampledEveryTenthOfASecond) {
  Stats stats(kStart);
  for (int ms = 0; ms < 1000; ms += 10)
    stats.sample(kStart + std::chrono::milliseconds(ms),
                 {.queued = static_cast<std::uint64_t>(ms)});
  const tests::Json timeline = tests::Json::parse(stats.to_json())["timeline"];
  EXPECT_EQ(timeline["every_ms"], 100);
  ASSERT_EQ(timeline["samples"].size(), 10u);
  EXPECT_EQ(timeline["samples"][3]["ms"], 300);
  EXPECT_EQ(timeline["samples"][3]["queued"], 300);
  EXPECT_GT(timeline["samples"][3]["memory"], 1 << 20);
}

TEST(Stats, TimelineOfALongCrawlIsCoarserAndNotLonger) {
  Stats stats(kStart);
  const std::size_t tenths = 3 * Stats::kMaxSamples;
  for (std::size_t i = 0; i < tenths; ++i) stats.sample(kStart + i * 100ms, {});
  const tests::Json timeline = tests::Json::parse(stats.to_json())["timeline"];
  const tests::Json& samples = timeline["samples"];
  EXPECT_EQ(timeline["every_ms"], 400);
  EXPECT_LE(samples.size(), Stats::kMaxSamples);
  EXPECT_GE(samples.size(), Stats::kMaxSamples / 2);
  for (std::size_t i = 1; i + 1 < samples.size(); ++i)
    ASSERT_EQ(samples[i]["ms"].number() - samples[i - 1]["ms"].number(), 400) << i;
}

}  // namespace
}  // namespace crawler
