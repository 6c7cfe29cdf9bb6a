// Which URLs a crawl takes: --scope, --depth, --include, --exclude, --max-pages, and what a crawl
// that goes on still knows of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/crawl_support.h"

namespace tests {
namespace {

// A page that links to each of `links`.
std::string page(const std::vector<std::string>& links) {
  std::string html = "<title>t</title>";
  for (const std::string& link : links) html += "<a href=\"" + link + "\">l</a>";
  return html;
}

using Links = std::map<std::string, std::vector<std::string>>;

// nginx on a folder of such pages.
class Pages {
 public:
  explicit Pages(const Links& links, const std::string& server = "")
      : nginx_(config(links, server)) {}

  std::string url(const std::string& path) const { return nginx_.url(path); }
  std::uint16_t port() const { return nginx_.port(); }

 private:
  Nginx::Config config(const Links& links, const std::string& server) {
    for (const auto& [path, to] : links) {
      const std::filesystem::path file = root_.path() / path;
      std::filesystem::create_directories(file.parent_path());
      write_file(file, page(to));
    }
    return {.root = root_.path().string(), .server = server};
  }

  TempDir root_;
  Nginx nginx_;
};

class Selection : public testing::Test {
 protected:
  // Path and outcome of every URL, in the paths' order; other hosts' URLs in full.
  std::string outcomes(const Pages& pages) const {
    return sql(db_, "SELECT replace(url, '" + pages.url("/") +
                        "', '/'), CASE state WHEN 'skipped' THEN reason ELSE state END FROM urls "
                        "ORDER BY 1");
  }

  TempDir dir_;
  const std::string db_ = dir_.file("c.db");
};

// ---- scope -------------------------------------------------------------------------------------

TEST_F(Selection, EachScopeFollowsItsOwnKindOfLinks) {
  const Pages other(Links{{"x.html", {}}});
  const Pages pages(Links{{"a/index.html", {"in.html", "/b/out.html", other.url("/x.html")}},
                          {"a/in.html", {}},
                          {"b/out.html", {}}});
  // The other server is another port of the same host: another origin.
  const std::vector<std::pair<std::string, std::string>> cases{
      {"host", "done done done"},
      {"origin", "done done out_of_scope"},
      {"prefix", "done out_of_scope out_of_scope"},
      {"any", "done done done"}};
  for (const auto& [scope, expected] : cases) {
    const std::string db = dir_.file(scope + ".db");
    ASSERT_EQ(crawl({pages.url("/a/index.html")}, db, {"--scope", scope}).code, 0);
    EXPECT_EQ(sql(db,
                  "SELECT group_concat(w, ' ') FROM (SELECT CASE state WHEN 'skipped' THEN reason "
                  "ELSE state END AS w FROM urls WHERE id > 1 ORDER BY id)"),
              expected)
        << scope;
  }
}

TEST_F(Selection, AHostOfAnotherNameIsOutOfScopeAndNeverAskedFor) {
  const Pages pages(Links{{"index.html", {"http://other.invalid/", "//127.0.0.2:1/"}}});
  ASSERT_EQ(crawl({pages.url("/index.html")}, db_).code, 0);
  EXPECT_EQ(sql(db_, "SELECT DISTINCT state, reason, attempts FROM urls WHERE id > 1"),
            "skipped|out_of_scope|0");
}

TEST_F(Selection, WhereASeedRedirectsToAnotherHostThatHostIsCrawledToo) {
  const Pages www(Links{{"index.html", {"/two.html"}}, {"two.html", {}}});
  // By name, so that it is another host than 127.0.0.1.
  const std::string target = "http://localhost:" + std::to_string(www.port()) + "/index.html";
  const Pages bare(Links{{"x.html", {}}}, "location = / { return 301 " + target + "; }");
  ASSERT_EQ(crawl({bare.url("/")}, db_).code, 0);
  EXPECT_EQ(sql(db_, "SELECT state, reason FROM urls ORDER BY id"),
            "done|redirect\ndone|fetched\ndone|fetched");
}

TEST_F(Selection, ARedirectOfALaterPageDoesNotWidenTheScope) {
  const Pages pages(Links{{"index.html", {"/away"}}},
                    "location = /away { return 302 http://localhost:1/; }");
  ASSERT_EQ(crawl({pages.url("/index.html")}, db_).code, 0);
  EXPECT_EQ(sql(db_, "SELECT reason FROM urls ORDER BY id"), "fetched\nredirect\nout_of_scope");
}

TEST_F(Selection, ACrawlThatGoesOnWithoutSeedsKeepsTheirScope) {
  const Pages www(Links{{"index.html", {"/two.html", "http://other.invalid/"}},
                        {"two.html", {"/three.html", "http://third.invalid/"}},
                        {"three.html", {}}});
  const std::string target = "http://localhost:" + std::to_string(www.port()) + "/index.html";
  const Pages bare(Links{{"x.html", {}}}, "location = / { return 301 " + target + "; }");
  ASSERT_EQ(crawl({bare.url("/")}, db_, {"--max-pages", "2"}).code, 0);
  ASSERT_EQ(crawl({}, db_).code, 0);
  EXPECT_EQ(sql(db_, "SELECT count(*) FROM urls WHERE state = 'done'"), "4");
  EXPECT_EQ(sql(db_, "SELECT url, reason FROM urls WHERE state <> 'done' ORDER BY url"),
            "http://other.invalid/|out_of_scope\nhttp://third.invalid/|out_of_scope");
}

// ---- depth -------------------------------------------------------------------------------------

TEST_F(Selection, BeyondTheDepthUrlsAreKnownAndNotFetched) {
  const Pages pages(Links{{"0.html", {"1.html"}}, {"1.html", {"2.html"}}, {"2.html", {"3.html"}}});
  ASSERT_EQ(crawl({pages.url("/0.html")}, db_, {"--depth", "1"}).code, 0);
  EXPECT_EQ(outcomes(pages), "/0.html|done\n/1.html|done\n/2.html|too_deep");
}

TEST_F(Selection, AUrlThatWasTooDeepIsFetchedOnceAShorterWayToItIsFound) {
  // Last found first: the long way (1, 2, far) is walked before the short one (late, far).
  const Pages pages(Links{{"0.html", {"late.html", "1.html"}},
                          {"1.html", {"2.html"}},
                          {"2.html", {"far.html"}},
                          {"late.html", {"far.html"}},
                          {"far.html", {}}});
  ASSERT_EQ(crawl({pages.url("/0.html")}, db_,
                  {"--depth", "2", "--order", "depth", "--concurrency", "1", "--parsers", "1"})
                .code,
            0);
  EXPECT_EQ(outcomes(pages),
            "/0.html|done\n/1.html|done\n/2.html|done\n/far.html|done\n/late.html|done");
  EXPECT_EQ(sql(db_, "SELECT depth FROM urls WHERE url LIKE '%far.html'"), "2");
  EXPECT_EQ(sql(db_, "SELECT count(*) - count(DISTINCT url) FROM urls"), "0");
}

TEST_F(Selection, ASeedAddedLaterRevivesWhatWasTooDeep) {
  const Pages pages(Links{{"0.html", {"1.html"}}, {"1.html", {"2.html"}}, {"2.html", {}}});
  ASSERT_EQ(crawl({pages.url("/0.html")}, db_, {"--depth", "1"}).code, 0);
  ASSERT_EQ(crawl({pages.url("/2.html")}, db_).code, 0);
  EXPECT_EQ(outcomes(pages), "/0.html|done\n/1.html|done\n/2.html|done");
}

// ---- patterns ----------------------------------------------------------------------------------

TEST_F(Selection, IncludeAndExcludeDecideByTheUrlAndExcludeWins) {
  const Pages pages(Links{{"index.html", {"/keep/a.html", "/keep/b.html", "/other.html"}},
                          {"keep/a.html", {}},
                          {"keep/b.html", {}}});
  ASSERT_EQ(crawl({pages.url("/index.html")}, db_,
                  {"--include", "/keep/", "--include", "index", "--exclude", "b\\.html$"})
                .code,
            0);
  EXPECT_EQ(outcomes(pages),
            "/index.html|done\n/keep/a.html|done\n/keep/b.html|excluded\n/other.html|not_included");
}

// ---- budget ------------------------------------------------------------------------------------

TEST_F(Selection, ABudgetCountsRequestedUrlsOverAllRunsAndNotRobotsTxt) {
  const Pages pages(
      {{"0.html", {"1.html", "2.html", "3.html"}}, {"1.html", {}}, {"2.html", {}}, {"3.html", {}}});
  ASSERT_EQ(crawl({pages.url("/0.html")}, db_, {"--max-pages", "2"}).code, 0);
  EXPECT_EQ(sql(db_, "SELECT count(*) FROM urls WHERE state = 'done'"), "2");
  ASSERT_EQ(crawl({pages.url("/0.html")}, db_, {"--max-pages", "2"}).code, 0);
  EXPECT_EQ(sql(db_, "SELECT count(*) FROM urls WHERE state = 'done'"), "2") << "spent already";
  EXPECT_EQ(sql(db_, "SELECT group_concat(outcome) FROM runs"), "budget,budget");
  ASSERT_EQ(crawl({}, db_, {"--max-pages", "100"}).code, 0);
  EXPECT_EQ(sql(db_, "SELECT count(*) FROM urls WHERE state = 'done'"), "4");
}

TEST_F(Selection, UrlsOfAHostThatIsDownWereNeverRequestedAndCostNoBudget) {
  const Pages pages({{"0.html", {"1.html", "2.html"}}, {"1.html", {}}, {"2.html", {}}});
  std::vector<std::string> seeds{pages.url("/0.html")};
  const std::string down = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
  for (int i = 0; i < 10; ++i) seeds.push_back(down + std::to_string(i));
  ASSERT_EQ(crawl(seeds, db_, {"--max-pages", "1", "--retries", "0"}).code, 0);
  ASSERT_EQ(crawl(seeds, db_, {"--max-pages", "2", "--retries", "0"}).code, 0);
  EXPECT_EQ(sql(db_, "SELECT count(*) FROM urls WHERE state = 'done'"), "2");
  ASSERT_EQ(crawl(seeds, db_, {"--max-pages", "3", "--retries", "0"}).code, 0);
  EXPECT_EQ(sql(db_, "SELECT state, count(*) FROM urls GROUP BY 1"), "done|3\nfailed|10");
}

// The URLs of the other host end by the answer to its robots.txt, which comes after the page that
// spends the budget was requested.
TEST_F(Selection, HowUrlsOfAHostThatIsDownEndDoesNotDependOnWhenTheBudgetIsSpent) {
  const Pages pages({{"0.html", {"1.html", "2.html"}}, {"1.html", {}}, {"2.html", {}}});
  std::vector<std::string> seeds{pages.url("/0.html")};
  const std::string down = "http://127.0.0.2:" + std::to_string(free_port()) + "/";
  for (int i = 0; i < 10; ++i) seeds.push_back(down + std::to_string(i));
  for (const char* retries : {"0", "1"}) {
    const std::string db = dir_.file(std::string("retries") + retries + ".db");
    ASSERT_EQ(crawl(seeds, db, {"--max-pages", "1", "--retries", retries}).code, 0);
    EXPECT_EQ(sql(db, "SELECT state, reason, count(*) FROM urls GROUP BY 1, 2"),
              "done|fetched|1\nfailed|connect_failed|10\nqueued|over_budget|2")
        << retries;
    EXPECT_EQ(sql(db, "SELECT outcome FROM runs"), "budget");
  }
}

// ---- what has no row ---------------------------------------------------------------------------

TEST_F(Selection, LinksThatNobodyCanRequestAreCountedOnTheirPage) {
  const Pages pages(
      Links{{"0.html", {"1.html", "mailto:a@b", "tel:1", "http://%zz/"}}, {"1.html", {}}});
  ASSERT_EQ(crawl({pages.url("/0.html")}, db_).code, 0);
  EXPECT_EQ(sql(db_, "SELECT links_ignored, links_cut FROM pages ORDER BY url_id"), "3|0\n0|0");
  EXPECT_EQ(sql(db_, "SELECT count(*) FROM urls"), "2");
  EXPECT_NE(weft({"why", db_, pages.url("/0.html")})
                .out.find("1 links, and 3 more that are no http(s) URL\n"),
            std::string::npos);
}

TEST_F(Selection, ABudgetOfJustTheSitesSizeFinishesIt) {
  const Pages pages(Links{{"0.html", {"1.html"}}, {"1.html", {}}});
  ASSERT_EQ(crawl({pages.url("/0.html")}, db_, {"--max-pages", "2"}).code, 0);
  EXPECT_EQ(sql(db_, "SELECT outcome FROM runs"), "finished");
}

}  // namespace
}  // namespace tests
