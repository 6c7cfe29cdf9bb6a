// What a comparison decides without running anything: its plan, what bounds a crawl, whether
// results agree, which figures count.
#include "crawler/compare/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "crawler/ask/chart.h"
#include "crawler/ask/html_page.h"
#include "crawler/compare/html.h"
#include "crawler/compare/limit.h"
#include "crawler/compare/progress.h"
#include "crawler/compare/report.h"
#include "crawler/compare/result.h"
#include "crawler/compare/saved.h"

namespace crawler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Configurations, SequentialIsOneAtATimeAndStandsOnce) {
  const auto made = configurations_of({Strategy::kSequential, Strategy::kAsync}, {8, 64}, {2});
  EXPECT_THAT(made, ElementsAre(Configuration{Strategy::kSequential, 1, 2},
                                Configuration{Strategy::kAsync, 8, 2},
                                Configuration{Strategy::kAsync, 64, 2}));
}

TEST(Configurations, AreNamedAsPeopleSayThem) {
  EXPECT_EQ(name_of({Strategy::kAsync, 512, 1}), "async 512, 1 parser");
  EXPECT_EQ(name_of({Strategy::kSequential, 1, 0}), "sequential, inline parser");
}

TEST(Plan, EachRoundHoldsEachConfigurationOnce) {
  const auto plan = plan_runs(4, 3, 1);
  ASSERT_EQ(plan.size(), 12u);
  for (unsigned round = 1; round <= 3; ++round) {
    std::set<std::size_t> seen;
    for (std::size_t i = (round - 1) * 4; i < round * 4; ++i) {
      EXPECT_EQ(plan[i].round, round);
      seen.insert(plan[i].configuration);
    }
    EXPECT_EQ(seen.size(), 4u);
  }
}

TEST(Plan, RoundsDifferInTheirOrderAndASeedRepeatsThem) {
  const auto plan = plan_runs(8, 2, 7);
  EXPECT_EQ(plan, plan_runs(8, 2, 7));
  EXPECT_NE(plan, plan_runs(8, 2, 8));
  const bool same_order =
      std::equal(plan.begin(), plan.begin() + 8, plan.begin() + 8,
                 [](const auto& a, const auto& b) { return a.configuration == b.configuration; });
  EXPECT_FALSE(same_order);
}

TEST(TimeLeft, IsThatOfTheRunsThatHaveBeen) {
  TimeLeft time({{0, 1}, {1, 1}, {0, 2}, {1, 2}}, 2);
  EXPECT_EQ(time.left(0, 0), std::nullopt);
  time.ran(0, 10);
  time.ran(1, 2);
  EXPECT_EQ(time.left(2, 4), 10 - 4 + 2);
  EXPECT_EQ(time.left(3, 99), 0);
}

const FoundPages kThree{{1, 10}, {2, 20}, {3, 30}};

TEST(Results, CompleteCrawlsMustHaveFoundTheSame) {
  EXPECT_EQ(differences(kThree, true, kThree, true), 0u);
  EXPECT_EQ(differences({{1, 10}, {3, 30}}, true, kThree, true), 1u) << "a page is lost";
  EXPECT_EQ(differences({{1, 10}, {2, 21}, {3, 30}}, true, kThree, true), 1u) << "one differs";
  EXPECT_EQ(differences({{1, 10}, {2, 20}, {3, 30}, {4, 40}}, true, kThree, true), 1u);
}

TEST(Results, OneThatWasCutShortMayLackPagesButHasNoOthers) {
  EXPECT_EQ(differences({{2, 20}}, false, kThree, true), 0u);
  EXPECT_EQ(differences({{2, 20}, {4, 40}}, false, kThree, true), 1u);
  EXPECT_EQ(differences({{2, 21}}, false, kThree, true), 1u);
}

TEST(Results, TwoThatWereCutShortMustAgreeWhereBothHaveAPage) {
  EXPECT_EQ(differences({{1, 10}, {5, 50}}, false, kThree, false), 0u);
  EXPECT_EQ(differences({{1, 11}, {5, 50}}, false, kThree, false), 1u);
}

LimitFacts idle() {
  return {.seconds = 10,
          .floor = 1,
          .cores = 4,
          .site_threads = 1,
          .fetch_threads = 1,
          .parsers = 2,
          .concurrency = 100,
          .slots = 1000};
}

TEST(Limits, NearTheFloorItIsTheCriticalPath) {
  LimitFacts facts = idle();
  facts.floor = 9;
  EXPECT_EQ(limit_of(facts).limit, Limit::kCriticalPath);
}

TEST(Limits, AServerWithoutCpuLeftIsTheServer) {
  LimitFacts facts = idle();
  facts.server_cpu = 9.5;
  EXPECT_EQ(limit_of(facts).limit, Limit::kServer);
  EXPECT_EQ(limit_of(facts).detail, "server busy 95% of 1 thread");
}

TEST(Limits, BusyParsersAreTheCpu) {
  LimitFacts facts = idle();
  facts.parse_cpu = 19;
  EXPECT_EQ(limit_of(facts).limit, Limit::kCpu);
}

TEST(Limits, ABusyEngineIsTheCpuEvenOnManyCores) {
  LimitFacts facts = idle();
  facts.fetch_cpu = 9;
  EXPECT_EQ(limit_of(facts).limit, Limit::kCpu);
}

TEST(Limits, InlineParsingKeepsTheEngineBusy) {
  LimitFacts facts = idle();
  facts.parsers = 0;
  facts.parse_cpu = 9;
  EXPECT_EQ(limit_of(facts).limit, Limit::kCpu);
}

TEST(Limits, AllConnectionsInFlightIsConcurrency) {
  LimitFacts facts = idle();
  facts.mean_in_flight = 95;
  EXPECT_EQ(limit_of(facts).limit, Limit::kConnections);
}

TEST(Limits, AllTheHostsSlotsInFlightIsPerHost) {
  LimitFacts facts = idle();
  facts.slots = 20;
  facts.mean_in_flight = 19;
  EXPECT_EQ(limit_of(facts).limit, Limit::kPoliteness);
}

TEST(Limits, CoresThatOthersHaveAreTheCpu) {
  LimitFacts facts = idle();
  facts.machine_cpu = 39;
  EXPECT_EQ(limit_of(facts).limit, Limit::kCpu);
  EXPECT_EQ(limit_of(facts).detail, "98% of 4 cores, 100% of it other programs'");
  facts.mean_in_flight = 95;
  EXPECT_EQ(limit_of(facts).limit, Limit::kConnections) << "they are not what it waits for";
}

TEST(Limits, LiveHostsWithPausesArePerHost) {
  LimitFacts facts = idle();
  facts.floor = 0;
  facts.slots = 0;
  facts.mean_in_flight = 1;
  EXPECT_EQ(limit_of(facts).limit, Limit::kPoliteness);
}

// ---- what follows from measurements ----

Measurement measured(std::size_t configuration, unsigned round, double seconds,
                     const FoundPages& found = kThree) {
  Measurement measurement;
  measurement.run = {configuration, round};
  measurement.seconds = seconds;
  measurement.pages = found.size();
  measurement.requests = 4;
  measurement.cpu = {0.1, 0.2, 0.3};
  measurement.memory = 10 << 20;
  measurement.timeline = {{0, 0, 1}, {seconds, found.size(), 0}};
  measurement.found = found;
  measurement.digest = digest_of(found);
  return measurement;
}

Comparison comparison() {
  Comparison made;
  made.machine = {"a <processor> & more", 2, 1u << 30, "Linux", "weft"};
  made.command = "weft compare";
  made.rounds = 3;
  made.time_limit = 30;
  made.floor = 0.5;
  made.workload.hosts = 1;
  made.workload.pages = 3;
  made.configurations = {{Strategy::kAsync, 8, 2}, {Strategy::kSequential, 1, 2}};
  for (unsigned round = 1; round <= 3; ++round) {
    made.measurements.push_back(measured(0, round, 1 + 0.01 * round));
    made.measurements.push_back(measured(1, round, 8 + 0.01 * round));
  }
  return made;
}

TEST(Findings, SpeedUpsAreOverSequentialWhereverItStands) {
  const Findings findings = find(comparison());
  ASSERT_EQ(findings.summaries.size(), 2u);
  EXPECT_EQ(findings.baseline, 1u);
  EXPECT_NEAR(findings.summaries[0].speedup.median, 8.02 / 1.02, 1e-9);
  EXPECT_EQ(findings.summaries[1].speedup.median, 1);
  EXPECT_TRUE(findings.agree);
  EXPECT_EQ(findings.pages, 3u);
}

TEST(Findings, AStrategyThatLosesAPageIsStruckOut) {
  Comparison lossy = comparison();
  lossy.measurements[0] = measured(0, 1, 1, {{1, 10}, {3, 30}});
  const Findings findings = find(lossy);
  EXPECT_FALSE(findings.agree);
  EXPECT_EQ(findings.summaries[0].excluded, "results differ in 1 page");
  EXPECT_EQ(findings.summaries[1].excluded, "");
}

TEST(Findings, OneAgainstOneItIsTheOneWithFewerPagesThatIsStruckOut) {
  Comparison lossy = comparison();
  lossy.measurements = {measured(0, 1, 1, {{1, 10}, {3, 30}}), measured(1, 1, 8)};
  EXPECT_NE(find(lossy).summaries[0].excluded, "");
  EXPECT_EQ(find(lossy).summaries[1].excluded, "");
}

TEST(Findings, AFailedCrawlIsStruckOutWithItsReason) {
  Comparison failing = comparison();
  failing.measurements[0].error = "no more threads";
  EXPECT_EQ(find(failing).summaries[0].excluded, "no more threads");
  EXPECT_FALSE(find(failing).agree);
}

TEST(Findings, AStoppedCrawlsTimeIsEstimatedFromItsRequests) {
  Comparison cut = comparison();
  for (Measurement& each : cut.measurements)
    if (each.run.configuration == 1) {
      each.stopped = true;
      each.digest.clear();
      each.requests = 1;  // of 4
      each.found = {{1, 10}};
      each.pages = 1;
    }
  const Summary sequential = find(cut).summaries[1];
  EXPECT_TRUE(sequential.estimated);
  EXPECT_NEAR(sequential.seconds.median, 4 * 8.02, 1e-9);
  EXPECT_NEAR(sequential.pages_per_second.median, 3 / (4 * 8.02), 1e-9);
  EXPECT_EQ(sequential.excluded, "");
}

TEST(Findings, AnInterruptedComparisonHasTheConfigurationsThatRan) {
  Comparison cut = comparison();
  cut.measurements.resize(1);
  EXPECT_EQ(find(cut).summaries.size(), 1u);
}

TEST(Saved, AComparisonIsReadBackAsItWas) {
  const Comparison before = comparison();
  const std::string json = to_json(before);
  EXPECT_EQ(to_json(comparison_from(json)), json);
}

TEST(Saved, AnotherFileIsRefused) {
  for (const char* text : {"[1, 2]", "{}", "no JSON"})
    EXPECT_THROW(comparison_from(text), std::runtime_error) << text;
}

// ---- pictures ----

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(Chart, ABarOfThreePartsHasThreeMarks) {
  BarChart chart;
  chart.series = {"a", "b", "c"};
  chart.rows = {{"first", {{0, 1}, {1, 2}, {2, 3}}, 0, 0, "6"}};
  EXPECT_EQ(count(draw(chart), "class=\"mark"), 3u);
}

TEST(Chart, EmptyAndEqualValuesDrawNoNumbersThatAreNone) {
  LineChart chart;
  chart.series = {{"flat", {{0, 0}, {0, 0}}, 0}, {"empty", {}, 1}};
  for (const bool logarithmic : {false, true}) {
    chart.logarithmic_x = chart.logarithmic_y = logarithmic;
    EXPECT_THAT(draw(chart), Not(HasSubstr("nan")));
    EXPECT_THAT(draw(chart), Not(HasSubstr("inf")));
  }
}

TEST(Html, StrangersTextIsText) {
  EXPECT_EQ(escape_html("<b a=\"1\">&\x1b</b>"),
            "&lt;b a=&quot;1&quot;&gt;&amp;\xEF\xBF\xBD&lt;/b&gt;");
  const Comparison made = comparison();
  EXPECT_THAT(to_html(made, find(made)), HasSubstr("a &lt;processor&gt; &amp; more"));
}

TEST(Html, EveryChartHasItsMarksAndATable) {
  const Comparison made = comparison();
  const std::string page = to_html(made, find(made));
  EXPECT_EQ(count(page, "<figure"), 5u);
  EXPECT_EQ(count(page, "<summary>As a table</summary>"), 5u);
  // Two bars, two points, two curves for each strategy, three stages of two crawls.
  EXPECT_EQ(count(page, "class=\"mark"), 2u + 2 + 4 + 6);
}

TEST(Html, NothingIsFetchedFromElsewhere) {
  const Comparison made = comparison();
  const std::string page = to_html(made, find(made));
  for (const char* reference : {"src=", "@import", "url(http", "href=\"http", "<script"})
    EXPECT_THAT(page, Not(HasSubstr(reference)));
}

TEST(Html, WhatIsStruckOutIsStruckThroughAndNotDrawn) {
  Comparison lossy = comparison();
  for (Measurement& each : lossy.measurements)
    if (each.run.configuration == 0) each = measured(0, each.run.round, 1, {{1, 10}});
  const std::string page = to_html(lossy, find(lossy));
  EXPECT_THAT(page, HasSubstr("<s>results differ in 2 pages</s>"));
  EXPECT_EQ(count(page, "class=\"mark"), 1u + 1 + 2 + 3);
}

}  // namespace
}  // namespace crawler
