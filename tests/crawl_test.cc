// `weft crawl` as its users run it: the real program against real servers on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <ranges>

#include "tests/crawl_support.h"
#include "tests/fuzz/crashing_pages.h"

namespace tests {
namespace {

using testing::HasSubstr;

constexpr int kInterrupted = 130;

// ---- the result does not depend on how it was fetched
// ---------------------------------------------

TEST(Crawl, EveryStrategyAndParserLeavesTheSamePagesLinksAndReasons) {
  const Site site({"--pages", "40", "--latency", "1ms", "--flaws", "0.2"}, 3);
  TempDir dir;
  const std::string first = dir.file("async.db");
  ASSERT_EQ(crawl(site.start_urls(), first).code, 0);
  EXPECT_GE(std::stoi(sql(first, "SELECT count(*) FROM pages")), 3 * 40);
  const std::vector<std::vector<std::string>> others{
      {"--strategy", "threads"}, {"--strategy", "sequential"}, {"--parsers", "0"},
      {"--parsers", "3"},        {"--order", "depth"},         {"--order", "breadth"}};
  for (const auto& options : others) {
    const std::string db = dir.file(options[0] + options[1] + ".db");
    ASSERT_EQ(crawl(site.start_urls(), db, options).code, 0);
    EXPECT_EQ(pages_of(db), pages_of(first)) << options[1];
    EXPECT_EQ(links_of(db), links_of(first)) << options[1];
    EXPECT_EQ(urls_of(db), urls_of(first)) << options[1];
  }
}

TEST(Crawl, TheFileIsOneFileAtRestAndEveryUrlHasAReason) {
  const Site site({"--pages", "30"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl(site.start_urls(), db).code, 0);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
  EXPECT_EQ(sql(db, "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(sql(db, "SELECT count(*) FROM urls WHERE state = 'queued' OR reason IS NULL"), "0");
  EXPECT_EQ(sql(db,
                "SELECT count(*) FROM pages p LEFT JOIN urls u ON u.id = p.url_id "
                "WHERE u.id IS NULL"),
            "0");
  EXPECT_EQ(sql(db, "SELECT outcome FROM runs"), "finished");
}

TEST(Crawl, RobotsTxtKeepsItsPagesOutAndTheRowSaysSo) {
  const Site site({"--pages", "30", "--flaws", "0.1"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl(site.start_urls(), db).code, 0);
  const std::string disallowed =
      sql(db,
          "SELECT count(*) FROM urls WHERE state = 'skipped' AND reason = 'robots_disallowed' "
          "AND url LIKE '%/private/%'");
  EXPECT_GT(std::stoi(disallowed), 0);
  EXPECT_EQ(sql(db,
                "SELECT count(*) FROM pages p JOIN urls u ON u.id = p.url_id "
                "WHERE u.url LIKE '%/private/%'"),
            "0");
  const std::string all = dir.file("all.db");
  ASSERT_EQ(crawl(site.start_urls(), all, {"--no-robots"}).code, 0);
  EXPECT_EQ(sql(all, "SELECT count(*) FROM urls WHERE reason = 'robots_disallowed'"), "0");
}

// ---- nothing lost
// ----------------------------------------------------------------------------------

TEST(Crawl, KilledInTheMiddleItGoesOnToTheSameSetOfPagesNoneTwice) {
  const Site site({"--pages", "120", "--latency", "40ms"}, 2);
  TempDir dir;
  const std::string undisturbed = dir.file("undisturbed.db");
  ASSERT_EQ(crawl(site.start_urls(), undisturbed).code, 0);

  const std::string db = dir.file("killed.db");
  std::vector<std::string> args = crawl_args(site.start_urls(), db, {"--concurrency", "4"});
  args.insert(args.begin(), tests::weft_program());
  std::vector<pid_t> workers;
  {
    Process process(args);
    wait_for_rows(db, "pages", 20);
    workers = children_of(process.pid());
    process.signal(SIGKILL);
    EXPECT_EQ(process.wait().code, 128 + SIGKILL);
  }
  EXPECT_FALSE(workers.empty());
  for (const pid_t worker : workers) wait_until([&] { return !runs(worker); }, "a worker's end");
  const int before = std::stoi(sql(db, "SELECT count(*) FROM pages"));
  EXPECT_LT(before, 240);
  EXPECT_EQ(sql(db, "PRAGMA integrity_check"), "ok");

  ASSERT_EQ(crawl(site.start_urls(), db).code, 0);
  EXPECT_EQ(pages_of(db), pages_of(undisturbed));
  EXPECT_EQ(links_of(db), links_of(undisturbed));
  EXPECT_EQ(urls_of(db), urls_of(undisturbed));
  EXPECT_EQ(sql(db, "SELECT count(*) - count(DISTINCT url) FROM urls"), "0");
  EXPECT_EQ(sql(db, "SELECT coalesce(outcome, 'killed') FROM runs ORDER BY id"),
            "killed\nfinished");
}

TEST(Crawl, AnInterruptDrainsSaysHowToGoOnAndTheSameCommandDoes) {
  const Site site({"--pages", "100", "--latency", "40ms"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  std::vector<std::string> args{tests::weft_program(), "crawl", "--db", db, "--delay", "0",
                                "--concurrency",       "2"};
  args.push_back(site.start_urls()[0]);
  Process process(args);
  wait_for_rows(db, "pages", 5);
  process.signal(SIGINT);
  const Ended ended = process.wait();
  EXPECT_EQ(ended.code, kInterrupted);
  EXPECT_THAT(ended.err, HasSubstr("the same command again"));
  EXPECT_EQ(sql(db, "SELECT outcome FROM runs"), "interrupted");
  EXPECT_NE(sql(db, "SELECT count(*) FROM urls WHERE state = 'queued'"), "0");
  ASSERT_EQ(crawl({}, db).code, 0);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM urls WHERE state = 'queued'"), "0");
  EXPECT_EQ(sql(db, "SELECT count(DISTINCT url_id) = count(*) FROM pages"), "1");
}

TEST(Crawl, TheSecondInterruptStopsAtOnceAndLosesNothingCommitted) {
  const Site site({"--pages", "50", "--latency", "60s"});  // the first page never comes
  TempDir dir;
  const std::string db = dir.file("c.db");
  std::vector<std::string> args{tests::weft_program(), "crawl", "--db", db, "--no-robots"};
  args.push_back(site.start_urls()[0]);
  Process process(args);
  wait_for_rows(db, "urls", 1);
  process.signal(SIGINT);
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait().code, kInterrupted);
  EXPECT_EQ(sql(db, "SELECT state FROM urls"), "queued");
}

TEST(Crawl, EndsWellWhereTheLastPageTookLongerThanATick) {
  // Parsed inline, such a page holds up the clock of the progress display, which was then due after
  // the parser had gone.
  TempDir root;
  std::string page = "<title>long</title>";
  for (int i = 0; i < 400'000; ++i) page += "<p>words";
  write_file(root.file("index.html"), page);
  const Nginx nginx({.root = root.path().string()});
  TempDir dir;
  for (int i = 0; i < 5; ++i) {
    const Ended ended = crawl({nginx.url("/index.html")}, dir.file(std::to_string(i) + ".db"),
                              {"--parsers", "0", "--no-robots"});
    EXPECT_EQ(ended.code, 0) << ended.err;
  }
}

TEST(Crawl, AFinishedCrawlIsNotFetchedAgain) {
  const Site site({"--pages", "10"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl(site.start_urls(), db).code, 0);
  const std::string before = sql(db, "SELECT url_id, fetched_at FROM pages ORDER BY url_id");
  ASSERT_EQ(crawl(site.start_urls(), db).code, 0);
  EXPECT_EQ(sql(db, "SELECT url_id, fetched_at FROM pages ORDER BY url_id"), before);
}

TEST(Crawl, OverBudgetUrlsStayQueuedAndALargerBudgetGoesOn) {
  const Site site({"--pages", "30"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl(site.start_urls(), db, {"--max-pages", "12"}).code, 0);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM pages"), "12");
  EXPECT_EQ(sql(db, "SELECT DISTINCT state, reason FROM urls WHERE state = 'queued'"),
            "queued|over_budget");
  ASSERT_EQ(crawl(site.start_urls(), db, {"--max-pages", "20"}).code, 0);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM pages"), "20");
  ASSERT_EQ(crawl(site.start_urls(), db).code, 0);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM urls WHERE state = 'queued'"), "0");
}

// ---- how a page was parsed

TEST(Crawl, TheRowOfAPageSaysHowItWasParsed) {
  TempDir root;
  write_file(root.file("index.html"),
             "<title>start</title><a href=deep.html>deep</a><a href=data.bin>data</a>");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "<div>";
  write_file(root.file("deep.html"), deep + "<p>words");
  write_file(root.file("data.bin"), "bytes");
  const Nginx nginx({.root = root.path().string()});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl({nginx.url("/index.html")}, db, {"--no-robots"}).code, 0);
  EXPECT_EQ(sql(db, "SELECT parsed_as FROM pages ORDER BY url_id"), "tree\nflattened\n");
  EXPECT_THAT(weft({"why", db, nginx.url("/deep.html")}).out,
              HasSubstr("flattened: it nests too deep"));
}

// ---- a worker's death costs one page
// ---------------------------------------------------------------

// gumbo's own assertions, in the real parser. A later gumbo (Debian 13 has 0.13) builds these
// trees.
TEST(Crawl, APageOnWhichTheTreeCannotBeBuiltHasItsTitleTextAndLinks) {
  TempDir root;
  std::string index = "<title>start</title>";
  for (std::size_t i = 0; i < fuzz::kCrashingPages.size(); ++i) {
    const std::string name = std::to_string(i);
    std::string page = "<title>crash " + name + "</title><a href=from" + name + ".html>a link</a>";
    page.append(" herons ").append(fuzz::kCrashingPages[i]);
    write_file(root.file("crash" + name + ".html"), page);
    write_file(root.file("from" + name + ".html"), "<title>beyond</title>");
    index += "<a href=crash" + name + ".html>c</a>";
  }
  write_file(root.file("index.html"), index);
  const Nginx nginx({.root = root.path().string()});
  TempDir dir;
  const std::string db = dir.file("c.db");
  const Ended ended = crawl({nginx.url("/index.html")}, db, {"--no-robots"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(sql(db, "SELECT DISTINCT state FROM urls"), "done");
  const std::string count = std::to_string(fuzz::kCrashingPages.size());
  EXPECT_EQ(sql(db,
                "SELECT count(*) FROM page_list p JOIN pages USING (url_id) WHERE p.title = "
                "'crash ' || substr(p.url, -6, 1) AND parsed_as IN ('tokens', 'tree')"),
            count);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM pages WHERE title = 'beyond' AND parsed_as = 'tree'"),
            count);
  EXPECT_EQ(sql(db,
                "SELECT count(*) FROM link_list WHERE text = 'a link' AND from_url LIKE "
                "'%/crash_.html' AND to_url LIKE '%/from_.html'"),
            count);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM page_text WHERE page_text MATCH 'herons'"), count);
}

TEST(Crawl, AWorkerThatDiesTwiceInTheMiddleOfAPageCostsThatPageAlone) {
  TempDir root;
  for (const char* word : {"crash", "hang", "oom"})
    write_file(root.file("tree-" + std::string(word) + ".html"),
               "<title>tokens</title><p>weft-test:tree-" + std::string(word));
  for (const char* word : {"crash", "hang", "garbage", "oom"})
    write_file(root.file(std::string(word) + ".html"),
               "<title>bad</title><a href=index.html>back</a><p>weft-test:" + std::string(word));
  std::string index = "<title>start</title>";
  for (int i = 0; i < 40; ++i) {
    write_file(root.file("p" + std::to_string(i) + ".html"), "<title>good</title><p>words");
    index += "<a href=p" + std::to_string(i) + ".html>good</a>";
    if (i == 10)
      index += "<a href=crash.html>c</a><a href=garbage.html>g</a><a href=tree-crash.html>tc</a>";
    if (i == 20)
      index +=
          "<a href=hang.html>h</a><a href=oom.html>o</a><a href=tree-hang.html>th</a>"
          "<a href=tree-oom.html>to</a>";
  }
  write_file(root.file("index.html"), index);
  const Nginx nginx({.root = root.path().string()});
  TempDir dir;
  const std::string db = dir.file("c.db");
  std::vector<std::string> argv{"env", "WEFT_PARSER=" + tests::bad_worker_program(),
                                tests::weft_program()};
  for (const std::string& arg :
       crawl_args({nginx.url("/index.html")}, db, {"--parse-timeout", "200ms"}))
    argv.push_back(arg);
  const Ended ended = run(argv);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(sql(db,
                "SELECT replace(url, rtrim(url, replace(url, '/', '')), ''), state, reason, "
                "detail FROM urls WHERE state <> 'done' ORDER BY 1"),
            "crash.html|failed|parse_failed|crashed\n"
            "garbage.html|failed|parse_failed|bad_reply\n"
            "hang.html|failed|parse_failed|timeout\n"
            "oom.html|failed|parse_failed|out_of_memory");
  EXPECT_EQ(sql(db, "SELECT count(*) FROM pages WHERE title = 'good'"), "40");
  EXPECT_EQ(sql(db, "SELECT title, count(*) FROM pages WHERE parsed_as = 'tokens' GROUP BY title"),
            "tokens|3");
  EXPECT_THAT(weft({"why", db, nginx.url("/tree-crash.html")}).out,
              HasSubstr("tokens: building its tree failed"));
}

// ---- a host's failure is a row
// ----------------------------------------------------------------------

TEST(Crawl, HostsThatFailAreRowsWithTheirWordsAndTheCrawlGoesOn) {
  TempDir root;
  write_file(root.file("index.html"), "<title>well</title>");
  const Nginx good({.root = root.path().string()});
  const Nginx tls({.root = root.path().string(), .tls = true});
  const std::string refused = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
  TempDir dir;
  const std::string db = dir.file("c.db");
  const Ended ended =
      crawl({refused, "http://no-such-host.invalid/", tls.url("/"), good.url("/index.html")}, db,
            {"--retries", "0"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(
      sql(db, "SELECT state, reason FROM urls ORDER BY id"),
      "failed|connect_failed\nfailed|name_not_resolved\nfailed|bad_certificate\ndone|fetched");
  EXPECT_NE(sql(db, "SELECT count(*) FROM urls WHERE state = 'failed' AND detail <> ''"), "0");
}

TEST(Crawl, EachMisbehavingAnswerEndsInItsWord) {
  const Site site({"--pages", "2"});
  const std::vector<std::pair<std::string, std::string>> cases{
      {"/bad/status/404", "failed|http_error|404"},
      {"/bad/status/500", "failed|http_error|500"},
      {"/bad/status/204", "done|fetched|"},
      {"/bad/drop", "failed|connection_lost"},
      {"/bad/truncated", "failed|truncated"},
      {"/bad/chunked-cut", "failed|truncated"},
      {"/bad/huge", "failed|body_too_large"},
      {"/bad/huge-headers", "failed|headers_too_large"},
      {"/bad/encoding", "failed|bad_encoding"},
      {"/bad/not-http", "failed|bad_response"},
      {"/bad/redirect-nowhere", "failed|bad_redirect|no Location"},
      {"/bad/slow-headers?ms=3600000", "failed|first_byte_timeout"},
      {"/bad/slow-body?ms=3600000", "failed|total_timeout"},
  };
  std::vector<std::string> seeds;
  for (const auto& [path, expected] : cases) seeds.push_back(site.url(path));
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl(seeds, db,
                  {"--retries", "0", "--max-body", "1MiB", "--no-robots", "--depth", "0",
                   "--first-byte-timeout", "2s", "--timeout", "4s"})
                .code,
            0);
  for (std::size_t i = 0; i < cases.size(); ++i)
    EXPECT_THAT(sql(db, "SELECT state, reason, coalesce(detail, '') FROM urls WHERE url = '" +
                            seeds[i] + "'"),
                testing::StartsWith(cases[i].second))
        << cases[i].first;
}

TEST(Crawl, EveryHopOfARedirectIsARowAndALoopEnds) {
  const Site site({"--pages", "2"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl({site.url("/bad/redirect-chain/3"), site.url("/bad/redirect-loop")}, db,
                  {"--depth", "0", "--no-robots"})
                .code,
            0);
  EXPECT_GE(std::stoi(sql(db, "SELECT count(*) FROM urls WHERE reason = 'redirect'")), 4);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM urls WHERE state = 'queued'"), "0");
  EXPECT_EQ(sql(db,
                "SELECT count(*) FROM pages WHERE (redirect_to IS NOT NULL) <> "
                "(status BETWEEN 301 AND 308)"),
            "0");
}

TEST(Crawl, AHostThatAsksForAPauseIsAskedAgainAfterIt) {
  const Site site({"--pages", "2"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl({site.url("/bad/retry-after/1")}, db, {"--depth", "0", "--no-robots"}).code, 0);
  EXPECT_EQ(sql(db, "SELECT state, attempts FROM urls LIMIT 1"), "done|2");
}

// ---- bad input
// -------------------------------------------------------------------------------------

TEST(Crawl, BadLinesOfASeedListAreNamedAndTheRestIsCrawled) {
  const Site site({"--pages", "3"});
  TempDir dir;
  write_file(dir.file("seeds.txt"), "\xef\xbb\xbf# list\r\n\r\nnonsense\r\n" +
                                        site.start_urls()[0] + "\r\nftp://a.example/\r\n");
  const Ended ended = crawl({dir.file("seeds.txt")}, dir.file("c.db"));
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, HasSubstr("seeds.txt:3: nonsense: no scheme"));
  EXPECT_THAT(ended.err, HasSubstr("seeds.txt:5: ftp://a.example/: not an http or https URL"));
  EXPECT_GE(std::stoi(sql(dir.file("c.db"), "SELECT count(*) FROM pages")), 3);
}

TEST(Crawl, WhereNoSeedIsLeftItSaysSoAndMakesNoFile) {
  TempDir dir;
  write_file(dir.file("seeds.txt"), "nonsense\n");
  const Ended ended = crawl({dir.file("seeds.txt")}, dir.file("c.db"));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("nothing to crawl"));
  EXPECT_FALSE(std::filesystem::exists(dir.file("c.db")));
}

TEST(Crawl, FilesThatCannotBeUsedAreOneClearLineAndStayAsTheyAre) {
  TempDir dir;
  const std::string url = "http://127.0.0.1:1/";
  write_file(dir.file("text.db"), "this is no database, but a text of some length");
  run({"sqlite3", dir.file("other.db"), "CREATE TABLE t(x)"});
  const std::vector<std::vector<std::string>> cases{{dir.file("missing.txt"), dir.file("a.db")},
                                                    {dir.path().string(), dir.file("a.db")},
                                                    {url, dir.path().string()},
                                                    {url, "/nonexistent/folder/a.db"},
                                                    {url, dir.file("text.db")},
                                                    {url, dir.file("other.db")}};
  for (const auto& [seeds, db] :
       cases | std::views::transform([](const auto& c) { return std::pair(c[0], c[1]); })) {
    std::error_code ignored;
    const bool is_file = std::filesystem::is_regular_file(db, ignored);
    const std::string before = is_file ? read_file(db) : "";
    const Ended ended = crawl({seeds}, db);
    EXPECT_EQ(ended.code, 2) << seeds << ' ' << db;
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    EXPECT_THAT(ended.err, testing::StartsWith("weft: "));
    if (is_file) {
      EXPECT_EQ(read_file(db), before);
    }
  }
}

TEST(Crawl, ASecondCrawlOnAFileInUseIsRefused) {
  const Site site({"--pages", "5", "--latency", "60s"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  std::vector<std::string> args = crawl_args(site.start_urls(), db);
  args.insert(args.begin(), tests::weft_program());
  Process process(args);
  wait_for_rows(db, "urls", 1);
  const Ended second = crawl(site.start_urls(), db);
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.err, HasSubstr("another crawl is writing this file"));
}

TEST(Crawl, AnOptionThatContradictsTheFileIsRefusedWithTheReason) {
  const Site site({"--pages", "5"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl(site.start_urls(), db, {"--depth", "1"}).code, 0);
  const std::string before = urls_of(db);
  const Ended changed = crawl(site.start_urls(), db, {"--depth", "2"});
  EXPECT_EQ(changed.code, 2);
  EXPECT_THAT(changed.err, HasSubstr("depth = 1"));
  EXPECT_EQ(urls_of(db), before);
  EXPECT_EQ(crawl(site.start_urls(), db).code, 0) << "left out, it is taken from the file";
  EXPECT_EQ(urls_of(db), before);
}

TEST(Crawl, OptionsThatCannotBeAreRefusedBeforeAnythingIsWritten) {
  TempDir dir;
  const std::vector<std::vector<std::string>> cases{
      {"--delay", "soon"},      {"--max-body", "-1"},   {"--max-body", "2GiB"},
      {"--strategy", "magic"},  {"--include", "("},     {"--concurrency", "0"},
      {"--header", "no colon"}, {"--scope", "nothing"}, {"--concurrency", "99999999"}};
  for (const auto& options : cases) {
    const Ended ended = crawl({"http://127.0.0.1:1/"}, dir.file("c.db"), options);
    EXPECT_EQ(ended.code, 2) << options[0];
    EXPECT_THAT(ended.err, HasSubstr(options[0])) << ended.err;
    EXPECT_FALSE(std::filesystem::exists(dir.file("c.db"))) << options[0];
  }
}

// ---- what is kept
// ----------------------------------------------------------------------------------

TEST(Crawl, BodiesAreKeptAsTheyWereReceivedWhereAskedFor) {
  TempDir root;
  const std::string html = "<title>kept</title><p>exactly these bytes \xff\xfe";
  write_file(root.file("index.html"), html);
  const Nginx nginx({.root = root.path().string()});
  TempDir dir;
  const std::string db = dir.file("c.db");
  ASSERT_EQ(crawl({nginx.url("/index.html")}, db, {"--bodies"}).code, 0);
  EXPECT_EQ(sql(db, "SELECT count(*) FROM bodies"), "1");
  EXPECT_EQ(sql(db, "SELECT body_bytes FROM pages"), std::to_string(html.size()));
}

TEST(Crawl, StatsAreJsonWithTotalsAndATimeline) {
  const Site site({"--pages", "20"});
  TempDir dir;
  ASSERT_EQ(crawl(site.start_urls(), dir.file("c.db"), {"--stats", dir.file("s.json")}).code, 0);
  const std::string checked =
      sql(":memory:", "SELECT json_valid(readfile('" + dir.file("s.json") + "'))");
  EXPECT_EQ(checked, "1");
}

TEST(Crawl, CredentialsInAUrlAreNeitherSentNorStored) {
  const Site site({"--pages", "2"});
  TempDir dir;
  const std::string db = dir.file("c.db");
  std::string url = site.start_urls()[0];
  url.insert(url.find("//") + 2, "user:secret@");
  ASSERT_EQ(crawl({url}, db, {"--header", "Authorization: secret", "--max-pages", "1"}).code, 0);
  EXPECT_EQ(sql(db, "SELECT url FROM urls LIMIT 1"), site.start_urls()[0]);
  EXPECT_EQ(read_file(db).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace tests
