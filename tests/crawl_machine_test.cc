// What the machine does to a crawl: a full disk, a terminal, an interrupt at a bad moment.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/crawl_support.h"

namespace tests {
namespace {

using testing::HasSubstr;
using testing::Not;

// ---- a full disk -------------------------------------------------------------------------------

// A limit on how large a file may grow stands for the disk: writes fail in the middle, as there.
TEST(CrawlMachine, AFullDiskEndsInOneLineAndTheFileGoesOnAfterwards) {
  const Site site({"--pages", "200", "--body", "16KiB"});
  TempDir dir;
  const std::string undisturbed = dir.file("undisturbed.db");
  ASSERT_EQ(crawl(site.start_urls(), undisturbed, {"--bodies"}).code, 0);

  const std::string db = dir.file("c.db");
  const std::vector<std::string> args = crawl_args(site.start_urls(), db, {"--bodies"});
  std::string command =
      "trap '' XFSZ; ulimit -f 1000; exec " + tests::weft_program();  // blocks of 512 bytes
  for (const std::string& arg : args) command += " '" + arg + "'";
  const Ended full = run({"sh", "-c", command});
  EXPECT_EQ(full.code, 2) << full.err;
  EXPECT_EQ(std::count(full.err.begin(), full.err.end(), '\n'), 1) << full.err;
  EXPECT_THAT(full.err, testing::StartsWith("weft: " + db));

  EXPECT_EQ(sql(db, "PRAGMA integrity_check"), "ok");
  EXPECT_NE(sql(db, "SELECT count(*) FROM pages"), sql(undisturbed, "SELECT count(*) FROM pages"));
  ASSERT_EQ(crawl(site.start_urls(), db).code, 0);
  EXPECT_EQ(pages_of(db), pages_of(undisturbed));
  EXPECT_EQ(links_of(db), links_of(undisturbed));
  EXPECT_EQ(urls_of(db), urls_of(undisturbed));
}

// ---- half an installation ----------------------------------------------------------------------

TEST(CrawlMachine, WithoutItsParserItEndsInOneLineAndMakesNoFile) {
  TempDir dir;
  std::vector<std::string> argv{"env", "WEFT_PARSER=" + dir.file("nothing"), tests::weft_program()};
  for (const std::string& arg : crawl_args({"http://127.0.0.1:1/"}, dir.file("c.db")))
    argv.push_back(arg);
  const Ended ended = run(argv);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("WEFT_PARSER"));
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  EXPECT_FALSE(std::filesystem::exists(dir.file("c.db")));
}

// A parser that ends before it was given a page ends the run, once it is on record.
TEST(CrawlMachine, ARunThatEndsWithAnErrorIsRecordedAsFailedWithTheError) {
  const Site site({"--pages", "3"});
  TempDir dir;
  std::vector<std::string> argv{"env", "WEFT_PARSER=/bin/false", tests::weft_program()};
  for (const std::string& arg : crawl_args(site.start_urls(), dir.file("c.db")))
    argv.push_back(arg);
  const Ended ended = run(argv);
  EXPECT_EQ(ended.code, 2);
  const std::string error = sql(dir.file("c.db"), "SELECT summary ->> '$.error' FROM runs");
  EXPECT_THAT(error, HasSubstr("parser"));
  EXPECT_EQ(ended.err, "weft: " + error + "\n");
  tests::write_file(dir.file("page.html"), "<title>x</title>");
  EXPECT_EQ(run({"env", "WEFT_PARSER=/bin/false", tests::weft_program(), "parse", "--url",
                 "http://h/", dir.file("page.html")})
                .err,
            ended.err)
      << "weft parse says the same";
  EXPECT_EQ(sql(dir.file("c.db"), "SELECT outcome, ended_at IS NOT NULL FROM runs"), "failed|1");
  ASSERT_EQ(crawl(site.start_urls(), dir.file("c.db")).code, 0) << "the file can be resumed";
  EXPECT_EQ(sql(dir.file("c.db"), "SELECT outcome FROM runs ORDER BY id"), "failed\nfinished");
}

// ---- few open files ----------------------------------------------------------------------------

Ended with_open_files(int limit, const std::vector<std::string>& args) {
  std::string command = "ulimit -n " + std::to_string(limit) + "; exec " + tests::weft_program();
  for (const std::string& arg : args) command += " '" + arg + "'";
  return run({"sh", "-c", command});
}

TEST(CrawlMachine, WithFewOpenFilesItSaysHowManyRequestsRunAtOnceAndRecordsThat) {
  const Site site({"--pages", "3"});
  TempDir dir;
  for (const auto& [strategy, most] :
       std::vector<std::pair<std::string, std::string>>{{"async", "200"}, {"threads", "50"}}) {
    const std::string db = dir.file(strategy + ".db");
    const Ended ended = with_open_files(400, {"crawl", site.start_urls()[0], "--db", db, "--quiet",
                                              "--strategy", strategy, "--concurrency", "300"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err,
              "weft: " + most +
                  " requests at once instead of 300: the limit of 400 open files allows " + most +
                  " at once with --strategy " + strategy + "; raise it with ulimit -n\n");
    EXPECT_EQ(sql(db, "SELECT options ->> '$.concurrency' FROM runs"), most);
  }
}

TEST(CrawlMachine, AComparisonIsNotMeasuredWithFewerRequestsThanItNames) {
  const Ended ended =
      with_open_files(400, {"compare", "--strategy", "async", "--concurrency", "300"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("async 300"));
  EXPECT_THAT(ended.err, HasSubstr("ulimit -n"));
}

// ---- a terminal --------------------------------------------------------------------------------

// What `argv` prints to a terminal of 100 columns, and its exit code.
Ended on_a_terminal(const std::vector<std::string>& argv) {
  const winsize size{24, 100, 0, 0};
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, &size);
  if (pid == 0) {
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    setenv("TERM", "xterm", 1);  // whatever the tests themselves run in
    execv(words[0], words.data());
    _exit(127);
  }
  Ended ended;
  char buffer[4096];
  for (ssize_t count; (count = read(terminal, buffer, sizeof buffer)) > 0;)
    ended.err.append(buffer, static_cast<std::size_t>(count));
  int status = 0;
  waitpid(pid, &status, 0);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  close(terminal);
  return ended;
}

std::vector<std::string> loud_crawl(const Site& site, const std::string& db) {
  return {tests::weft_program(), "crawl", site.start_urls()[0], "--db", db, "--delay", "10ms"};
}

TEST(CrawlMachine, ProgressIsOneLiveBlockOnATerminalAndTheSummaryStandsBelowIt) {
  const Site site({"--pages", "100"});
  TempDir dir;
  const Ended ended = on_a_terminal(loud_crawl(site, dir.file("c.db")));
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, HasSubstr("pages/s"));
  EXPECT_THAT(ended.err, HasSubstr("\x1b["));
  EXPECT_THAT(ended.err, HasSubstr("finished in"));
  EXPECT_LT(ended.err.rfind("\x1b["), ended.err.find("latency:")) << "the block is not left behind";
}

TEST(CrawlMachine, OffATerminalNoControlSequenceIsPrinted) {
  const Site site({"--pages", "10"});
  TempDir dir;
  const Ended ended = run(loud_crawl(site, dir.file("c.db")));
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err.find('\x1b'), std::string::npos);
  EXPECT_THAT(ended.err, HasSubstr("finished in"));
}

TEST(CrawlMachine, WithQuietATerminalStaysEmpty) {
  const Site site({"--pages", "10"});
  TempDir dir;
  std::vector<std::string> args = loud_crawl(site, dir.file("c.db"));
  args.push_back("--quiet");
  EXPECT_EQ(on_a_terminal(args).err, "");
}

// ---- failures ----------------------------------------------------------------------------------

TEST(CrawlMachine, WhereUrlsFailTheSummarySaysHowToSeeWhyAndWhereAllDoTheExitCodeDoes) {
  const std::string down = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
  const Site site({"--pages", "3"});
  TempDir dir;
  const std::vector<std::string> seeds[] = {
      {down}, {down, site.start_urls()[0]}, site.start_urls()};
  const int codes[] = {1, 0, 0};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string db = dir.file(std::to_string(i) + ".db");
    std::vector<std::string> args{"crawl", "--db", db, "--delay", "0", "--retries", "0"};
    args.insert(args.end(), seeds[i].begin(), seeds[i].end());
    const Ended ended = weft(args);
    EXPECT_EQ(ended.code, codes[i]) << ended.err;
    const auto hint = HasSubstr("weft report " + db + " errors");
    if (i < 2)
      EXPECT_THAT(ended.err, hint);
    else
      EXPECT_THAT(ended.err, Not(hint));
  }
  // A crawl that goes on has found what it found before.
  EXPECT_EQ(weft({"crawl", down + "more", "--db", dir.file("2.db"), "-q", "--retries", "0"}).code,
            0);
}

// ---- interrupts --------------------------------------------------------------------------------

TEST(CrawlMachine, TheCountOfUrlsStillQueuedIsWhatTheFileHolds) {
  const Site site({"--pages", "100", "--latency", "40ms"}, 2);
  TempDir dir;
  for (const int interrupts : {1, 2}) {
    const std::string db = dir.file(std::to_string(interrupts) + ".db");
    std::vector<std::string> args = loud_crawl(site, db);
    args.push_back(site.start_urls()[1]);
    Process process(args);
    wait_for_rows(db, "pages", 5);
    process.signal(SIGINT);
    if (interrupts == 2) process.signal(SIGTERM);
    const Ended ended = process.wait();
    EXPECT_EQ(ended.code, 130);
    EXPECT_THAT(ended.err, HasSubstr(sql(db, "SELECT count(*) FROM urls WHERE state = 'queued'") +
                                     " URLs are still queued"));
  }
}

}  // namespace
}  // namespace tests
