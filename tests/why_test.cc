// weft why, as a user meets it: one URL of every kind that a crawl of the built-in site leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/crawl_support.h"
#include "tests/json.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using tests::Ended;
using tests::weft;

using Facts = std::map<std::string, std::vector<std::string>>;

class WhyTest : public testing::Test {
 protected:
  // The first of two hosts, two links deep; nothing below /private/ and nothing that is excluded.
  static void SetUpTestSuite() {
    dir_ = new tests::TempDir;
    const tests::Site site({"--pages", "80", "--flaws", "0.4", "--cross", "2"}, 2);
    start_ = site.start_urls().front();
    ASSERT_EQ(tests::crawl({start_}, db(), {"--depth", "2", "--exclude", "-2\\d.html$"}).code, 0);
    ASSERT_EQ(tests::crawl({start_}, few(), {"--max-pages", "4"}).code, 0);
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  static std::string db() { return dir_->file("crawl.db"); }
  static std::string few() { return dir_->file("few.db"); }

  static std::string one(const std::string& sql) {
    const std::string answer = tests::sql(db(), sql + " LIMIT 1");
    EXPECT_NE(answer, "") << "the crawl has none: " << sql;
    return answer;
  }
  static std::string url_where(const std::string& condition) {
    return one("SELECT url FROM urls LEFT JOIN pages ON url_id = id WHERE " + condition);
  }
  static Facts why(const std::string& file, const std::string& url, int code) {
    const Ended ended = weft({"why", file, url, "--format", "json"});
    EXPECT_EQ(ended.code, code) << url;
    EXPECT_EQ(ended.err, "");
    Facts facts;
    for (const auto& row : tests::Json::parse(ended.out))
      facts[row["field"]].push_back(row["value"]);
    return facts;
  }
  static Facts why(const std::string& url) { return why(db(), url, 0); }

  static tests::TempDir* dir_;
  static std::string start_;
};
tests::TempDir* WhyTest::dir_ = nullptr;
std::string WhyTest::start_;

TEST_F(WhyTest, APageThatIsStored) {
  const std::string url = url_where("reason = 'fetched' AND depth = 2 AND elements > 0");
  const std::string id = one("SELECT id FROM urls WHERE url = '" + url + "'");
  Facts facts = why(url);
  EXPECT_THAT(facts["url"], ElementsAre(url));
  EXPECT_THAT(facts["state"], ElementsAre("done"));
  EXPECT_THAT(facts["reason"], ElementsAre("fetched"));
  EXPECT_THAT(facts["depth"], ElementsAre("2"));
  EXPECT_THAT(facts["scope"], ElementsAre("taken: --scope host"));
  EXPECT_THAT(facts["robots"], ElementsAre(StartsWith("allowed: no rule applies")));
  EXPECT_THAT(facts["attempts"], ElementsAre("1"));
  EXPECT_THAT(facts["response"], ElementsAre(AllOf(StartsWith("status 200, "),
                                                   HasSubstr("http/1.1, from 127.0.1.1"))));
  EXPECT_THAT(facts["timing"], ElementsAre(AllOf(HasSubstr("first byte"), HasSubstr("parsed in"))));
  EXPECT_THAT(facts["parsed as"], ElementsAre("tree"));
  EXPECT_THAT(facts["title"], ElementsAre(one("SELECT title FROM pages WHERE url_id = " + id)));
  EXPECT_THAT(
      facts["found on"],
      ElementsAre(one("SELECT f.url || ' \"' || l.text || '\" (' || l.source || ')' FROM urls u,"
                      " urls f, links l WHERE u.id = " +
                      id +
                      " AND f.id = u.found_on AND"
                      " l.from_id = f.id AND l.to_id = u.id ORDER BY l.seq")));
  const std::string links = one("SELECT count(*) FROM links WHERE to_id = " + id);
  EXPECT_THAT(facts["linked from"], ElementsAre(StartsWith(links + " link")));
  EXPECT_THAT(facts["link"], SizeIs(std::min(10, std::stoi(links))));
}

TEST_F(WhyTest, ASeed) {
  Facts facts = why(start_);
  EXPECT_THAT(facts["found on"], ElementsAre("the seed list"));
  EXPECT_THAT(facts["scope"], ElementsAre("taken: a seed"));
  EXPECT_THAT(facts["link"], SizeIs(10));
  EXPECT_THAT(facts["linked from"], ElementsAre(HasSubstr(", the first 10:")));
}

TEST_F(WhyTest, ARedirectSaysWhereItLeads) {
  const std::string url = url_where("reason = 'redirect'");
  Facts facts = why(url);
  EXPECT_THAT(facts["response"], ElementsAre(StartsWith("status 301")));
  EXPECT_THAT(
      facts["redirects to"],
      ElementsAre(one("SELECT t.url || ' (' || t.state || ': ' || t.reason || ')' FROM urls u,"
                      " pages, urls t WHERE url_id = u.id AND t.id = redirect_to AND u.url = '" +
                      url + "'")));
}

TEST_F(WhyTest, AMissingPageSaysWhoLinksToIt) {
  const std::string url = url_where("status = 404");
  Facts facts = why(url);
  EXPECT_THAT(facts["state"], ElementsAre("failed"));
  EXPECT_THAT(facts["reason"], ElementsAre("http_error"));
  EXPECT_THAT(facts["detail"], ElementsAre("404"));
  EXPECT_THAT(facts["link"], ElementsAre(HasSubstr("\"A broken link\" (a)")));
}

TEST_F(WhyTest, ASkippedUrlNamesTheRule) {
  Facts out = why(url_where("reason = 'out_of_scope'"));
  EXPECT_THAT(out["state"], ElementsAre("skipped"));
  EXPECT_THAT(out["scope"], ElementsAre("refused: --scope host, and no seed is there"));
  EXPECT_THAT(out["attempts"], ElementsAre("0"));
  EXPECT_THAT(out["response"], IsEmpty());
  Facts deep = why(url_where("reason = 'too_deep'"));
  EXPECT_THAT(deep["scope"], ElementsAre("refused: --depth 2, and it is 3 links from a seed"));
  Facts excluded = why(url_where("reason = 'excluded'"));
  EXPECT_THAT(excluded["scope"], ElementsAre("refused: --exclude '-2\\d.html$'"));
}

TEST_F(WhyTest, WhatRobotsTxtForbidsNamesItsLine) {
  Facts facts = why(url_where("reason = 'robots_disallowed'"));
  EXPECT_THAT(
      facts["robots"],
      ElementsAre(StartsWith("disallowed: line 2: Disallow: /private/ (robots.txt: status 200")));
}

TEST_F(WhyTest, OverBudgetNamesTheBudget) {
  const std::string url =
      tests::sql(few(), "SELECT url FROM urls WHERE reason = 'over_budget' LIMIT 1");
  Facts facts = why(few(), url, 0);
  EXPECT_THAT(facts["state"], ElementsAre("queued"));
  EXPECT_THAT(facts["decision"], ElementsAre(StartsWith("--max-pages 4 was reached")));
  Facts never = why(few(), start_ + "never", 1);
  EXPECT_THAT(never["decision"],
              ElementsAre("would stay queued: over_budget (--max-pages 4 is reached)"));
}

TEST_F(WhyTest, AUrlThatWasNeverSeenMeetsTheSameDecisions) {
  const auto decision = [](const std::string& url) { return why(db(), url, 1)["decision"]; };
  EXPECT_THAT(why(db(), start_ + "never", 1)["state"], ElementsAre("never seen"));
  EXPECT_THAT(decision(start_ + "never"), ElementsAre(StartsWith("would be requested")));
  EXPECT_THAT(decision(start_ + "private/x"), ElementsAre("would be skipped: robots_disallowed"));
  EXPECT_THAT(decision(start_ + "x-29.html"), ElementsAre("would be skipped: excluded"));
  EXPECT_THAT(decision("http://elsewhere.example/"), ElementsAre("would be skipped: out_of_scope"));
}

TEST_F(WhyTest, AnySpellingOfTheUrlWillDo) {
  std::string shouted = start_;
  shouted.replace(0, 4, "HTTP");
  EXPECT_THAT(why(db(), "  " + shouted + "a/../#top ", 0)["url"], ElementsAre(start_));
  for (const char* input : {"mailto:x@example.com", "/relative", "", "http://"}) {
    const Ended ended = weft({"why", db(), input});
    EXPECT_EQ(ended.code, 2) << input;
    EXPECT_EQ(ended.out, "") << input;
  }
}

TEST_F(WhyTest, TellsPeopleAFactALine) {
  const std::string out = weft({"why", db(), start_, "--limit", "1"}).out;
  EXPECT_THAT(out, StartsWith("url          " + start_ + "\nstate        done\n"));
  EXPECT_THAT(out, HasSubstr("\nfound on     the seed list\n"));
}

TEST(WhyOfHostileText, NothingOfItReachesATerminal) {
  tests::TempDir dir;
  const std::string path = dir.file("crawl.db");
  {
    storage::Database db(path, storage::Database::Mode::kCrawl);
    storage::start_run(db, "0.1.0", "weft crawl", "{\"user_agent\": 7, \"max_pages\": -1}", 0);
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    tests::add_origin(seeds, 1, "http://example.com");
    seeds.new_urls.push_back(tests::make_url(1, "http://example.com/"));
    writer.put(std::move(seeds));
    storage::PageOutcome page = tests::make_page(1, "\x1b[31mred\nstate  skipped", "x", {1});
    page.page.content_type = "text/html\x1b[2J";
    writer.put(std::move(page));
    writer.close();
  }
  const Ended ended = weft({"why", path, "http://example.com"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(ended.out, HasSubstr("title        \xef\xbf\xbd[31mred state skipped\n"));
}

TEST_F(WhyTest, WhatIsNoUrlIsToldWhatWouldBe) {
  EXPECT_THAT(weft({"why", db(), "example.com"}).err,
              HasSubstr("example.com: no scheme; write https://example.com"));
}

TEST(WhyOfAHostThatIsDown, SaysThatWhatIsBelowItWouldFail) {
  tests::TempDir dir;
  const std::string origin = "http://127.0.0.1:" + std::to_string(tests::free_port());
  ASSERT_EQ(tests::crawl({origin + "/"}, dir.file("crawl.db"), {"--retries", "0"}).code, 1);
  const Ended seen = weft({"why", dir.file("crawl.db"), origin});
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(seen.out, HasSubstr("\nreason       connect_failed\n"));
  const Ended never = weft({"why", dir.file("crawl.db"), origin + "/x"});
  EXPECT_EQ(never.code, 1);
  EXPECT_THAT(never.out, HasSubstr("\ndecision  would fail: connect_failed\n"));
}

TEST(WhyOfABudget, CountsWhatTheCrawlCounts) {
  tests::TempDir dir;
  const std::string db = dir.file("crawl.db");
  const tests::Site site({"--pages", "1"});
  // Ten URLs that were never requested cost no budget.
  std::vector<std::string> seeds{site.start_urls().front()};
  const std::string down = "http://127.0.0.2:" + std::to_string(tests::free_port()) + "/";
  for (int i = 0; i < 10; ++i) seeds.push_back(down + std::to_string(i));
  ASSERT_EQ(tests::crawl(seeds, db, {"--max-pages", "2", "--retries", "0"}).code, 0);
  ASSERT_EQ(tests::sql(db, "SELECT count(*) FROM urls WHERE attempts > 0"), "1");
  EXPECT_THAT(weft({"why", db, site.url("/never")}).out,
              HasSubstr("would be requested, if a page linked to it"));
}

TEST(WhyOfADamagedFile, OptionsThatCannotBeReadAreAnError) {
  tests::TempDir dir;
  const std::string path = dir.file("crawl.db");
  tests::make_crawl(path);
  {
    storage::Database db(path, storage::Database::Mode::kCrawl);
    db.set_meta("crawl_options", "{\"scope\": 3}");
  }
  const Ended ended = weft({"why", path, "http://example.com/"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("its crawl_options are damaged"));
}

}  // namespace
