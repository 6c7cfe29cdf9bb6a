// The built-in site's pages, latencies, critical path and faults, without a socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "crawler/site/faults.h"
#include "crawler/site/latency.h"
#include "crawler/site/pages.h"
#include "crawler/site/text.h"
#include "tests/support.h"

namespace {

using crawler::Answer;
using crawler::critical_path;
using crawler::DemoPages;
using crawler::FaultPlan;
using crawler::Faults;
using crawler::Latency;
using crawler::PageId;
using crawler::SiteOptions;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::EndsWith;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::StartsWith;

SiteOptions small_site() {
  SiteOptions options;
  options.hosts = 3;
  options.pages = 60;
  options.fanout = 4;
  options.port = 8080;
  return options;
}

Latency latency(const char* text) { return Latency::parse(text).value(); }

TEST(DemoPages, SameSeedSameBytes) {
  SiteOptions options = small_site();
  options.flaws = 0.5;
  const DemoPages one(options);
  const DemoPages two(options);
  for (std::size_t host = 0; host < options.hosts; ++host)
    for (std::size_t page = 0; page < options.pages; ++page) {
      const std::string path = one.path({host, page});
      EXPECT_EQ(to_http(one.answer(host, path), false, true),
                to_http(two.answer(host, path), false, true));
    }
}

TEST(DemoPages, AnotherSeedIsAnotherSite) {
  SiteOptions options = small_site();
  const std::string one = DemoPages(options).answer(0, "/").body;
  options.seed = 2;
  EXPECT_NE(DemoPages(options).answer(0, "/").body, one);
}

TEST(DemoPages, HostsHaveLoopbackAddressesOfTheirOwn) {
  const DemoPages pages(small_site());
  EXPECT_EQ(pages.origin(0), "http://127.0.1.1:8080");
  EXPECT_EQ(pages.origin(249), "http://127.0.1.250:8080");
  EXPECT_EQ(pages.origin(250), "http://127.0.2.1:8080");
  EXPECT_EQ(pages.origin(SiteOptions::kMostHosts - 1), "http://127.0.253.250:8080");
}

TEST(DemoPages, EveryPageIsReachedFromItsRootInFewHops) {
  SiteOptions options = small_site();
  options.cross = 0;
  const DemoPages pages(options);
  std::vector<std::size_t> found{0};
  std::map<std::size_t, int> depth{{0, 0}};
  for (std::size_t next = 0; next < found.size(); ++next)
    for (const PageId to : pages.links({1, found[next]})) {
      EXPECT_EQ(to.host, 1u);
      if (depth.emplace(to.page, depth[found[next]] + 1).second) found.push_back(to.page);
    }
  EXPECT_EQ(found.size(), options.pages);
  for (const auto& [page, hops] : depth) EXPECT_LE(hops, 3) << page;  // 1 + 4 + 16 + 64 >= 60
}

TEST(DemoPages, APathNamesOnePageAndNoOtherSpellingDoes) {
  const DemoPages pages(small_site());
  std::set<std::string> paths;
  for (std::size_t page = 0; page < 60; ++page) {
    const std::string path = pages.path({2, page});
    paths.insert(path);
    EXPECT_EQ(pages.find(2, path), (PageId{2, page})) << path;
  }
  EXPECT_EQ(paths.size(), 60u);
  for (const char* path :
       {"", "/x", "/1.html", "/a/b-1.html", "/river/river-99999999999999999999.html",
        "/river/river-60.html", "/-.html", ".html"})
    EXPECT_FALSE(pages.find(2, path)) << path;
}

TEST(DemoPages, APageShowsItsLinks) {
  const DemoPages pages(small_site());
  const std::string html = pages.answer(0, "/").body;
  for (const PageId to : pages.links({0, 0})) {
    const std::string path = pages.path(to);
    EXPECT_THAT(html, HasSubstr(path.substr(1))) << path;
  }
  EXPECT_EQ(pages.links({0, 0}).size(), 10u + 1u);
  EXPECT_NE(pages.links({0, 0}).back().host, 0u);
}

TEST(DemoPages, APageHasWhatPagesHave) {
  const DemoPages pages(small_site());
  const Answer answer = pages.answer(0, "/");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  for (const char* part :
       {"<title>", "<html lang=\"en\">", "<meta name=\"description\"", "<h1>", "<h2>", "<table>",
        "<link rel=\"canonical\" href=\"http://127.0.1.1:8080/\">"})
    EXPECT_THAT(answer.body, HasSubstr(part));
}

TEST(DemoPages, BodyIsTheSizeOfTheText) {
  SiteOptions options = small_site();
  options.body = 0;
  const std::size_t bare = DemoPages(options).answer(0, "/").body.size();
  options.body = 100'000;
  EXPECT_THAT(DemoPages(options).answer(0, "/").body.size() - bare,
              AllOf(Ge(100'000u), Le(105'000u)));
}

TEST(DemoPages, SearchFindsCommonAndRareWords) {
  SiteOptions options = small_site();
  options.hosts = 1;
  const DemoPages pages(options);
  const auto with = [&](const char* word) {
    std::size_t count = 0;
    for (std::size_t page = 0; page < options.pages; ++page)
      if (pages.answer(0, pages.path({0, page})).body.find(word) != std::string::npos) ++count;
    return count;
  };
  EXPECT_GT(with("river"), options.pages * 9 / 10);
  EXPECT_THAT(with("geyser"), AllOf(Ge(1u), Le(options.pages / 2)));
}

TEST(DemoPages, UnchangedPagesAreNotSentAgain) {
  const DemoPages pages(small_site());
  const Answer first = pages.answer(0, "/");
  EXPECT_EQ(pages.answer(0, "/", {first.etag, ""}).status, 304u);
  EXPECT_EQ(pages.answer(0, "/", {"\"other\", " + first.etag, ""}).status, 304u);
  EXPECT_EQ(pages.answer(0, "/", {"", first.last_modified}).status, 304u);
  EXPECT_EQ(pages.answer(0, "/", {"\"other\"", first.last_modified}).status, 200u);
  EXPECT_EQ(pages.answer(0, "/", {first.etag, ""}).body, "");
}

TEST(DemoPages, WithoutFlawsThereIsNothingButThePages) {
  SiteOptions options = small_site();
  const DemoPages pages(options);
  for (std::size_t page = 0; page < options.pages; ++page) {
    const Answer answer = pages.answer(0, pages.path({0, page}));
    EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
    for (const char* flaw : {"/moved/", "/missing/", "/copy/", "/private/"})
      EXPECT_THAT(answer.body, Not(HasSubstr(flaw)));
  }
}

TEST(DemoPages, FlawsAreOfEveryKindAndAboutAsManyAsAskedFor) {
  SiteOptions options = small_site();
  options.hosts = 1;
  options.pages = 1000;
  options.flaws = 0.2;
  const DemoPages pages(options);
  std::map<std::string, int> count;
  for (std::size_t page = 0; page < options.pages; ++page) {
    const Answer answer = pages.answer(0, pages.path({0, page}));
    for (const char* flaw : {"/moved/", "/missing/", "/copy/", "charset=iso-8859-1\">"})
      if (answer.body.find(flaw) != std::string::npos) ++count[flaw];
    if (answer.content_type == "text/html; charset=iso-8859-1") ++count["latin1"];
    if (answer.body.starts_with("\xFF\xFE")) ++count["utf16"];
  }
  EXPECT_EQ(count.size(), 6u);
  int all = 0;
  for (const auto& [flaw, times] : count) all += times;
  EXPECT_THAT(all, AllOf(Ge(150), Le(250)));
}

TEST(DemoPages, AFlawLeadsWhereItSays) {
  const DemoPages pages(small_site());
  const Answer moved = pages.answer(0, "/moved/5");
  EXPECT_EQ(moved.status, 301u);
  EXPECT_EQ(moved.location, pages.path({0, 5}));
  EXPECT_EQ(pages.answer(0, "/missing/5").status, 404u);
  EXPECT_EQ(pages.answer(0, "/copy/5").body, pages.answer(0, pages.path({0, 5})).body);
  EXPECT_EQ(pages.answer(0, "/moved/60").status, 404u);
  EXPECT_EQ(pages.answer(0, "/private/notes.html").status, 200u);
}

TEST(DemoPages, RobotsTxtForbidsThePrivatePart) {
  const DemoPages pages(small_site());
  EXPECT_EQ(pages.answer(1, "/robots.txt").body, "User-agent: *\nDisallow: /private/\n");
  EXPECT_EQ(pages.answer(1, "/orphan/0").status, 404u);
}

TEST(DemoPages, RobotsTxtNamesTheSitemapWhereAskedToAndSomePagesStandInThatAlone) {
  SiteOptions options = small_site();
  options.sitemap = true;
  const DemoPages pages(options);
  const std::string robots = pages.answer(1, "/robots.txt").body;
  EXPECT_THAT(robots, HasSubstr("Disallow: /private/\n"));
  EXPECT_THAT(robots, HasSubstr("Sitemap: http://127.0.1.2:8080/sitemap.xml\n"));
  EXPECT_THAT(pages.answer(1, "/sitemap.xml").body,
              AllOf(HasSubstr("<loc>http://127.0.1.2:8080" + pages.path({1, 59}) + "</loc>"),
                    HasSubstr("<loc>http://127.0.1.2:8080/orphan/2</loc>")));
  EXPECT_EQ(pages.answer(1, "/orphan/2").status, 200u);
  EXPECT_EQ(pages.answer(1, "/orphan/3").status, 404u);
}

TEST(DemoText, OtherCharsetsKeepTheLetters) {
  EXPECT_EQ(crawler::to_latin1("a\u00e9\u2019"), "a\xE9?");
  EXPECT_EQ(crawler::to_utf16le("a\u00e9\u2019"), std::string("\xFF\xFE"
                                                              "a\0\xE9\0\x19\x20",
                                                              8));
}

TEST(DemoLatency, TakesEachShape) {
  for (const char* text :
       {"0", "200ms", "lognormal(80ms,0.6)", "pareto(50ms, 1.5)", "uniform(50ms,200ms)"})
    EXPECT_TRUE(Latency::parse(text)) << text;
  for (const char* text :
       {"", "200", "lognormal", "lognormal()", "lognormal(80ms)", "lognormal(80ms,0.6",
        "lognormal(80ms,0)", "lognormal(80ms,x)", "lognormal(80ms,0.6)x", "gamma(80ms,2)",
        "uniform(2s,1s)", "uniform(1s,2)", "pareto(1s,-1)", "2h", "pareto(1s,nan)"})
    EXPECT_FALSE(Latency::parse(text)) << text;
}

TEST(DemoLatency, SameUrlSameWait) {
  SiteOptions options = small_site();
  options.latency = latency("lognormal(80ms,0.6)");
  const DemoPages one(options);
  const DemoPages two(options);
  EXPECT_EQ(one.latency(0, "/a"), two.latency(0, "/a"));
  EXPECT_NE(one.latency(0, "/a"), one.latency(0, "/b"));
  EXPECT_NE(one.latency(0, "/a"), one.latency(1, "/a"));
}

std::vector<microseconds> thousand_draws(const char* text) {
  std::vector<microseconds> draws;
  for (std::uint64_t key = 0; key < 1000; ++key)
    draws.push_back(latency(text).draw(crawler::mix(key)));
  std::sort(draws.begin(), draws.end());
  return draws;
}

TEST(DemoLatency, DrawsLieWhereTheyShould) {
  const auto constant = thousand_draws("200ms");
  EXPECT_EQ(constant.front(), milliseconds(200));
  EXPECT_EQ(constant.back(), milliseconds(200));
  const auto uniform = thousand_draws("uniform(50ms,200ms)");
  EXPECT_THAT(uniform.front(), AllOf(Ge(milliseconds(50)), Le(milliseconds(52))));
  EXPECT_THAT(uniform.back(), AllOf(Ge(milliseconds(198)), Le(milliseconds(200))));
  const auto lognormal = thousand_draws("lognormal(80ms,0.6)");
  EXPECT_THAT(lognormal[500], AllOf(Ge(milliseconds(75)), Le(milliseconds(85))));
  // One sigma down and up hold 16 % and 84 %: 80 ms * e^-0.6 = 43.9, * e^0.6 = 145.8.
  EXPECT_THAT(lognormal[159], AllOf(Ge(milliseconds(39)), Le(milliseconds(49))));
  EXPECT_THAT(lognormal[841], AllOf(Ge(milliseconds(131)), Le(milliseconds(161))));
  const auto pareto = thousand_draws("pareto(50ms,1.5)");
  EXPECT_GE(pareto.front(), milliseconds(50));
  // The median is 50 ms * 2^(1/1.5) = 79.4.
  EXPECT_THAT(pareto[500], AllOf(Ge(milliseconds(75)), Le(milliseconds(84))));
}

TEST(DemoLatency, NoDrawIsLongerThanAMinute) {
  EXPECT_EQ(thousand_draws("pareto(1s,0.01)").back(), std::chrono::minutes(1));
}

// All answers take 100 ms; links are the tree's alone.
SiteOptions tree(std::size_t pages, std::size_t fanout) {
  SiteOptions options;
  options.hosts = 2;
  options.pages = pages;
  options.fanout = fanout;
  options.links = 0;
  options.cross = 0;
  options.latency = latency("100ms");
  return options;
}

TEST(CriticalPath, OfOnePageIsItsRobotsTxtAndItself) {
  EXPECT_EQ(critical_path(tree(1, 1), 8), milliseconds(200));
}

TEST(CriticalPath, OfAChainIsItsLengthHoweverManyConnections) {
  EXPECT_EQ(critical_path(tree(5, 1), 1), milliseconds(600));
  EXPECT_EQ(critical_path(tree(5, 1), 100), milliseconds(600));
}

TEST(CriticalPath, OfAStarIsItsRoundsOfConnections) {
  EXPECT_EQ(critical_path(tree(10, 9), 1), milliseconds(1100));
  EXPECT_EQ(critical_path(tree(10, 9), 4), milliseconds(500));  // 9 pages in 3 rounds
  EXPECT_EQ(critical_path(tree(10, 9), 9), milliseconds(300));
  EXPECT_EQ(critical_path(tree(10, 9), 100), milliseconds(300));
}

TEST(CriticalPath, KeepsConnectionsBusyAcrossLevels) {
  // Root; 1, 2; then 3, 4, 5, 6: with three connections the second level leaves one idle, and the
  // third takes two rounds.
  EXPECT_EQ(critical_path(tree(7, 2), 3), milliseconds(100 + 100 + 100 + 200));
  EXPECT_EQ(critical_path(tree(7, 2), 2), milliseconds(100 + 100 + 100 + 200));
  EXPECT_EQ(critical_path(tree(7, 2), 4), milliseconds(100 + 100 + 100 + 100));
}

TEST(CriticalPath, OfTheComparisonSiteIsThreeSeconds) {
  SiteOptions options;
  options.hosts = 100;
  options.latency = latency("200ms");
  // robots.txt, the root, and 99 pages by eights.
  EXPECT_EQ(critical_path(options, 8), milliseconds(200 + 200 + 13 * 200));
}

TEST(CriticalPath, IsThatOfTheSlowestHost) {
  SiteOptions options = tree(6, 5);
  options.latency = latency("uniform(10ms,500ms)");
  const DemoPages pages(options);
  microseconds slowest{0};
  for (std::size_t host = 0; host < options.hosts; ++host) {
    microseconds leaf{0};
    for (std::size_t page = 1; page < options.pages; ++page)
      leaf = std::max(leaf, pages.latency(host, pages.path({host, page})));
    slowest =
        std::max(slowest, pages.latency(host, "/robots.txt") + pages.latency(host, "/") + leaf);
  }
  EXPECT_EQ(critical_path(options, 5), slowest);
}

TEST(CriticalPath, IsRefusedWhereItWouldNotFitInMemory) {
  SiteOptions options;
  options.hosts = SiteOptions::kMostHosts;
  options.pages = SiteOptions::kMostPages;
  EXPECT_THROW(critical_path(options, 1), std::invalid_argument);
}

TEST(DemoSeeds, AreTheStartUrlsOfTheSiteThatDemoShStarts) {
  const std::string source = tests::source_dir();
  std::string command;  // as demo.txt documents it
  std::vector<std::string> urls;
  std::istringstream lines(tests::read_file(source + "/seeds/demo.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("weft site --hosts") != std::string::npos)
      command = line.substr(line.find("--hosts"));
    if (!line.starts_with('#')) urls.push_back(line);
  }
  SiteOptions options;
  options.port = 8899;
  EXPECT_THAT(command, StartsWith("--hosts " + std::to_string(urls.size()) + " "));
  EXPECT_THAT(command, EndsWith(" --port 8899"));
  const std::string script = tests::read_file(source + "/seeds/demo.sh");
  EXPECT_THAT(script, HasSubstr(command.substr(0, command.find(" --port"))));
  EXPECT_THAT(script, HasSubstr("\nport=8899 "));
  for (std::size_t host = 0; host < urls.size(); ++host)
    EXPECT_EQ(urls[host], DemoPages(options).origin(host) + "/");
}

TEST(DemoFaults, EachIsListedAndHasAPlan) {
  Faults faults;
  const std::string list = faults.plan(0, "/bad/").start;
  for (const crawler::FaultName& fault : crawler::fault_names()) {
    EXPECT_THAT(list, HasSubstr(std::string(fault.path))) << fault.path;
    std::string target(fault.path);  // with numbers for what stands in capitals
    for (const char* name : {"/N", "=N", "=URL"}) {
      const std::size_t at = target.find(name);
      if (at != std::string::npos) target.replace(at + 1, std::string::npos, "200");
    }
    EXPECT_THAT(faults.plan(0, target).start,
                AllOf(Not(StartsWith("HTTP/1.1 404")), Not(StartsWith("HTTP/1.1 400"))))
        << target;
  }
}

TEST(DemoFaults, WhatIsNoFaultIsNotFound) {
  Faults faults;
  for (const char* target : {"/bad/x", "/bad//", "/bad/?", "/bad/statuses/200"})
    EXPECT_THAT(faults.plan(0, target).start, target == std::string("/bad/?")
                                                  ? StartsWith("HTTP/1.1 200")
                                                  : StartsWith("HTTP/1.1 404"))
        << target;
}

TEST(DemoFaults, WrongNumbersAreRefused) {
  Faults faults;
  for (const char* target : {"/bad/status", "/bad/status/", "/bad/status/x", "/bad/status/99",
                             "/bad/status/1000", "/bad/slow-body?ms=x", "/bad/slow-body?ms=-1",
                             "/bad/slow-headers?ms=99999999999", "/bad/redirect-chain/1001",
                             "/bad/retry-after/x", "/bad/redirect-to", "/bad/redirect-to?x=1"})
    EXPECT_THAT(faults.plan(0, target).start, StartsWith("HTTP/1.1 400")) << target;
}

TEST(DemoFaults, RedirectToCannotBreakOutOfItsHeaderField) {
  Faults faults;
  EXPECT_THAT(faults.plan(0, "/bad/redirect-to?url=http%3A%2F%2Fa%2F%zz%").start,
              HasSubstr("\r\nLocation: http://a/%zz%\r\n"));
  EXPECT_THAT(faults.plan(0, "/bad/redirect-to?url=a%0d%0aSet-Cookie:x").start,
              StartsWith("HTTP/1.1 400"));
}

TEST(DemoFaults, RetryAfterAnswersEverySecondRequest) {
  Faults faults;
  for (const std::size_t host : {0u, 1u}) {
    const std::string refused = faults.plan(host, "/bad/retry-after/3").start;
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(refused, HasSubstr("\r\nRetry-After: 3\r\n"));
  }
  EXPECT_THAT(faults.plan(0, "/bad/retry-after/3").start, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(faults.plan(0, "/bad/retry-after/3").start, StartsWith("HTTP/1.1 503"));
}

TEST(DemoFaults, StatusesWithoutABodyHaveNone) {
  Faults faults;
  for (const char* target : {"/bad/status/204", "/bad/status/304", "/bad/status/100"})
    EXPECT_THAT(faults.plan(0, target).start, EndsWith("\r\n\r\n")) << target;
}

}  // namespace
