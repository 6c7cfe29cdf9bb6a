// weft compare as its users meet it: the real program on a small site.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>

#include "tests/json.h"
#include "tests/support.h"

namespace tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Arguments of a comparison that takes seconds.
std::vector<std::string> small(const std::vector<std::string>& more,
                               const std::string& rounds = "1") {
  std::vector<std::string> args{"compare", "--hosts",   "2",   "--pages",       "5",   "--latency",
                                "1ms",     "--body",    "512", "--concurrency", "8",   "--rounds",
                                rounds,    "--parsers", "1",   "--format",      "json"};
  for (const std::string& each : more) args.push_back(each);
  return args;
}

// A program that does as weft does, with `before` and `after` in shell around each crawl; $db is
// the crawl's file.
std::string wrapper(const TempDir& dir, const std::string& before, const std::string& after) {
  const std::string path = dir.file("weft-wrapped");
  write_file(path, "#!/bin/sh\nfor arg; do case $arg in --db=*) db=${arg#--db=} ;; esac; done\n" +
                       before + "\n'" + tests::weft_program() + "' \"$@\" || exit\n" + after +
                       "\n");
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

TEST(Compare, EachStrategyIsMeasuredAndTheyAgree) {
  const Ended ended = weft(small({}));
  ASSERT_EQ(ended.code, 0) << ended.err;
  const Json rows = Json::parse(ended.out);
  ASSERT_EQ(rows.size(), 3u);
  for (const Json& row : rows) {
    EXPECT_EQ(row["agrees"], 1) << row;
    EXPECT_GE(row["pages"], 10) << row;
    for (const char* figure :
         {"seconds", "pages_per_second", "cpu_seconds", "memory_bytes", "p50_ms", "most_in_flight",
          "threads", "context_switches", "floor_seconds", "speedup"})
      EXPECT_GT(row[figure], 0) << figure << ": " << row;
    EXPECT_GE(row["seconds"], row["floor_seconds"].number());
    EXPECT_NE(row["limit"], "");
  }
  EXPECT_EQ(rows[0]["strategy"], "sequential");
  EXPECT_EQ(rows[0]["speedup"], 1);
  EXPECT_EQ(rows[0]["most_in_flight"], 1);
  EXPECT_THAT(ended.err, HasSubstr("results: all agree"));
}

TEST(Compare, TheTableFitsATerminal) {
  std::vector<std::string> args = small({"--strategy", "async"});
  *std::find(args.begin(), args.end(), "json") = "table";
  const Ended ended = weft(args);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("speed-up"));
  EXPECT_THAT(ended.out, HasSubstr("async 8"));
}

TEST(Compare, AStrategyThatLosesAPageIsStruckOutAndTheExitCodeIsOne) {
  const TempDir dir;
  const std::string lossy = wrapper(
      dir, "",
      "case \"$*\" in *--strategy=async*) sqlite3 \"$db\" 'DELETE FROM pages WHERE url_id = "
      "(SELECT max(url_id) FROM pages)' ;; esac");
  const Ended ended = weft(small({"--weft", lossy, "--html", dir.file("page.html")}));
  EXPECT_EQ(ended.code, 1) << ended.err;
  for (const Json& row : Json::parse(ended.out)) {
    const bool lost = row["strategy"] == "async";
    EXPECT_EQ(row["agrees"], lost ? 0 : 1) << row;
    EXPECT_EQ(row["excluded"], lost ? "results differ in 1 page" : "") << row;
  }
  EXPECT_THAT(read_file(dir.file("page.html")), HasSubstr("<s>results differ in 1 page</s>"));
}

TEST(Compare, ACrawlThatFailsIsStruckOutWithWhatItSaid) {
  const TempDir dir;
  const std::string failing = wrapper(
      dir, "case \"$*\" in *--strategy=threads*) echo 'weft: no threads today' >&2; exit 2 ;; esac",
      "");
  const Ended ended = weft(small({"--weft", failing}));
  EXPECT_EQ(ended.code, 1) << ended.err;
  const Json rows = Json::parse(ended.out);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1]["excluded"], "no threads today");
}

TEST(Compare, ARunBeyondTheTimeLimitIsStoppedAndEstimated) {
  const Ended ended = weft({"compare", "--hosts", "2", "--pages", "200", "--latency", "50ms",
                            "--strategy", "sequential,async", "--concurrency", "64", "--per-host",
                            "32", "--rounds", "1", "--time-limit", "3s", "--format", "json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const Json rows = Json::parse(ended.out);
  EXPECT_EQ(rows[0]["estimated"], 1);
  EXPECT_GT(rows[0]["seconds"], 400 * 0.05);
  EXPECT_LT(rows[0]["pages"], 400);
  EXPECT_THAT(ended.err, HasSubstr("stopped after 3.00s"));
}

TEST(Compare, ASlowedDownBuildIsToldApartFromNoise) {
  const TempDir dir;
  const std::string saved = dir.file("before.json");
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.end(), {"--strategy", "async"});
    return weft(small(more, "3"));
  };
  ASSERT_EQ(with({"--save", saved}).code, 0);
  const Ended slow = with({"--against", saved, "--weft", wrapper(dir, "sleep 3", "")});
  EXPECT_EQ(slow.code, 0) << slow.err;
  bool told = false;
  for (const Json& row : Json::parse(slow.out))
    if (row["figure"] == "time") {
      EXPECT_EQ(row["verdict"], "worse") << row;
      told = true;
    }
  EXPECT_TRUE(told);
}

TEST(Compare, AgainstAnotherWorkloadIsRefused) {
  const TempDir dir;
  const std::string saved = dir.file("before.json");
  ASSERT_EQ(weft(small({"--strategy", "async", "--save", saved})).code, 0);
  const Ended ended = weft({"compare", "--hosts", "3", "--pages", "5", "--against", saved});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("measured another workload"));
}

TEST(Compare, AgainstAFileThatIsNoComparisonIsRefused) {
  const TempDir dir;
  write_file(dir.file("x.json"), "{\"a\": 1}");
  const Ended ended = weft({"compare", "--against", dir.file("x.json")});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("not a comparison that weft compare --save has written"));
}

TEST(Compare, AnInterruptLeavesNoProcessAndPrintsWhatWasMeasured) {
  const TempDir dir;
  fs::create_directory(dir.file("tmp"));
  const std::string log = dir.file("runs");
  const std::string logging = wrapper(dir, "echo run >> '" + log + "'", "");
  std::vector<std::string> argv{"env", "TMPDIR=" + dir.file("tmp"), tests::weft_program()};
  for (const std::string& arg : small({"--weft", logging}, "50")) argv.push_back(arg);
  Process compare(argv);
  // The warm-up, one run that has ended, and the next.
  wait_until([&] { return fs::exists(log) && read_file(log).size() >= 3 * 4; }, "three runs");
  compare.signal(SIGINT);
  const Ended ended = compare.wait();
  EXPECT_EQ(ended.code, 130) << ended.err;
  EXPECT_GE(Json::parse(ended.out).size(), 1u);
  EXPECT_THAT(ended.err, HasSubstr("interrupted after"));
  // What was killed with its group needs a moment to be gone.
  wait_until(
      [&] {
        return run({"pgrep", "-f", dir.path().string()}).out.empty();
      },
      "the end of every process");
  EXPECT_TRUE(fs::is_empty(dir.file("tmp")));
}

TEST(Compare, WeftVariablesDoNotReachWhatIsMeasured) {
  const TempDir dir;
  std::vector<std::string> argv{"env", "WEFT_DEPTH=0", tests::weft_program()};
  for (const std::string& arg : small({"--strategy", "async"})) argv.push_back(arg);
  const Ended ended = run(argv);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_GE(Json::parse(ended.out)[0]["pages"], 10);
}

TEST(Compare, SeedsAndOptionsOfTheBuiltInSiteExcludeEachOther) {
  EXPECT_EQ(weft({"compare", "http://127.0.0.1:1/", "--pages", "5"}).code, 2);
}

TEST(Compare, WordsAndNumbersThatCannotBeAreNamed) {
  const Ended word = weft({"compare", "--strategy", "async,fibers"});
  EXPECT_EQ(word.code, 2);
  EXPECT_THAT(word.err, HasSubstr("fibers"));
  EXPECT_EQ(weft({"compare", "--concurrency", "8,0"}).code, 2);
  EXPECT_EQ(weft({"compare", "--latency", "soon"}).code, 2);
  EXPECT_EQ(weft({"compare", "--save", "/nowhere/x.json"}).code, 2);
}

// Live sites: here a server of our own that stands in for one.
TEST(Compare, LiveSitesAreBoundedAndTheResultSaysSo) {
  const TempDir root;
  write_file(root.file("index.html"), "<title>Home</title><a href=/two.html>two</a>");
  write_file(root.file("two.html"), "<title>Two</title>");
  const Nginx server({.root = root.path().string()});
  const Ended ended = weft({"compare", "--strategy", "async", "--rounds", "1", "--parsers", "1",
                            "--format", "json", server.url("/index.html")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(Json::parse(ended.out)[0]["pages"], 2);
  EXPECT_THAT(ended.err, HasSubstr("at most 200 pages a run"));
  EXPECT_THAT(ended.err, HasSubstr("delays kept"));
}

// The page in a browser, where there is one.
TEST(Compare, TheChartsShowInABrowserWithoutAComplaint) {
  if (run({"sh", "-c", "command -v chromium"}).code != 0)
    GTEST_SKIP() << "chromium is not installed";
  const TempDir dir;
  const std::string page = dir.file("page.html");
  ASSERT_EQ(weft(small({"--html", page})).code, 0);
  const Ended shown =
      run({"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
           "--no-first-run", "--disable-background-networking", "--disable-component-update",
           "--disable-sync", "--user-data-dir=" + dir.file("profile"), "--enable-logging=stderr",
           "--dump-dom", "file://" + page});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.err, Not(HasSubstr("CONSOLE")));
  // Each chart is there, and what belongs to it is in it.
  for (const char* figure : {"id=\"speedup\"", "id=\"throughput\"", "id=\"timeline-sequential\"",
                             "id=\"timeline-threads\"", "id=\"timeline-async\"", "id=\"cpu\""}) {
    const std::size_t start = shown.out.find(figure);
    ASSERT_NE(start, std::string::npos) << figure;
    const std::string chart = shown.out.substr(start, shown.out.find("</figure>", start) - start);
    EXPECT_THAT(chart, HasSubstr("class=\"mark")) << figure;
  }
}

}  // namespace
}  // namespace tests
