// Both parsers where they promise the same, and what the processes add: a page that kills its
// worker costs that page alone.
#include "crawler/parse/parser_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sstream>
#include <system_error>

#include "tests/support.h"

namespace crawler {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::children_of;

// Longer than any page of ours takes, under any sanitizer.
constexpr std::chrono::milliseconds kNoDeadline = 60s;

std::string page_text(const std::string& words) {
  return "<title>" + words + "</title><p>" + words;
}

// A parser on a loop of its own, and what it has answered so far.
class Desk {
 public:
  struct Answer {
    std::string name;
    ParseError error;
    std::string title;
  };

  static std::unique_ptr<Desk> processes(unsigned workers, const std::string& program,
                                         std::chrono::milliseconds deadline = kNoDeadline) {
    auto desk = std::make_unique<Desk>();
    desk->parser =
        make_parser_pool(desk->io, {.workers = workers, .deadline = deadline, .program = program});
    return desk;
  }
  static std::unique_ptr<Desk> inside() {
    auto desk = std::make_unique<Desk>();
    desk->parser = make_inline_parser(desk->io);
    return desk;
  }

  void submit(const std::string& name, const std::string& body) {
    ++submitted;
    parser->submit(
        {"http://a.example/" + name, "text/html", std::make_shared<const std::string>(body)},
        [this, name](ParseResult result) {
          answers.push_back({name, result.error,
                             result.error == ParseError::kNone ? std::string(result.page.page.title)
                                                               : std::string()});
        });
  }
  void submit(const std::string& name) { submit(name, page_text(name)); }

  // Runs the loop until every page has its answer.
  void run() {
    const auto deadline = std::chrono::steady_clock::now() + tests::kPatience;
    while (answers.size() < submitted && std::chrono::steady_clock::now() < deadline) {
      io.restart();  // it stops where no worker is alive
      io.run_one_for(100ms);
    }
    EXPECT_EQ(answers.size(), submitted);
  }
  void run_until(const std::function<bool()>& holds, const char* what) {
    tests::wait_until(
        [&] {
          io.restart();
          io.poll();
          return holds();
        },
        what);
  }

  std::map<std::string, std::string> words() const {  // of the pages that failed
    std::map<std::string, std::string> failed;
    for (const Answer& answer : answers)
      if (answer.error != ParseError::kNone) failed[answer.name] = to_string(answer.error);
    return failed;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Answer& answer : answers) names.push_back(answer.name);
    return names;
  }

  boost::asio::io_context io;
  std::unique_ptr<Parser> parser;
  std::vector<Answer> answers;
  std::size_t submitted = 0;
};

// ---- what both promise -------------------------------------------------------------------------

class EachParser : public testing::TestWithParam<bool> {
 protected:
  static std::unique_ptr<Desk> desk(unsigned workers = 1) {
    return GetParam() ? Desk::processes(workers, WEFT_PARSER_PROGRAM) : Desk::inside();
  }
};

TEST_P(EachParser, AnswersInTheOrderOfThePages) {
  const auto desk = this->desk();
  for (const char* name : {"one", "two", "three", "four", "five", "six"}) desk->submit(name);
  EXPECT_TRUE(desk->answers.empty()) << "none from within submit()";
  desk->run();
  EXPECT_THAT(desk->names(), ElementsAre("one", "two", "three", "four", "five", "six"));
  for (const Desk::Answer& answer : desk->answers) EXPECT_EQ(answer.title, answer.name);
}

TEST_P(EachParser, GivesEachOfManyPagesItsOwnAnswer) {
  const auto desk = this->desk(3);
  for (int i = 0; i < 500; ++i) {
    const std::string name = "page " + std::to_string(i);
    desk->submit(name,
                 page_text(name) + std::string(static_cast<std::size_t>(i) * 97 % 70'000, 'x'));
  }
  desk->run();
  for (const Desk::Answer& answer : desk->answers) {
    EXPECT_EQ(answer.error, ParseError::kNone);
    EXPECT_EQ(answer.title, answer.name);
  }
  std::vector<std::string> names = desk->names();
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::unique(names).begin(), names.end()) << "a page was answered twice";
}

TEST_P(EachParser, CountsWhatWaits) {
  const auto desk = this->desk();
  EXPECT_EQ(desk->parser->backlog().jobs, 0u);
  desk->submit("a", std::string(1000, 'a'));
  desk->submit("b", std::string(500, 'b'));
  EXPECT_EQ(desk->parser->backlog().jobs, 2u);
  EXPECT_EQ(desk->parser->backlog().bytes, 1500u);
  desk->run();
  EXPECT_EQ(desk->parser->backlog().jobs, 0u);
  EXPECT_EQ(desk->parser->backlog().bytes, 0u);
}

TEST_P(EachParser, TakesAnEmptyPageAndOneOfNoise) {
  const auto desk = this->desk();
  desk->submit("empty", "");
  desk->submit("noise", std::string("\0\xff<\xfe</a><table><\0!--", 17));
  desk->run();
  EXPECT_TRUE(desk->words().empty());
}

TEST_P(EachParser, ThatIsDestroyedWithPagesWaitingCallsNobodyBack) {
  const auto desk = this->desk(2);
  for (int i = 0; i < 50; ++i) desk->submit(std::to_string(i));
  desk->parser.reset();
  desk->io.run_for(1s);
  EXPECT_TRUE(desk->answers.empty());
  EXPECT_TRUE(children_of(getpid()).empty());
}

TEST_P(EachParser, SaysWhatItUsed) {
  const auto desk = this->desk();
  std::string large = "<title>large</title>";
  for (int i = 0; i < 20'000; ++i) large += "<p>some <b>words</b> of a <a href=x>page</a>";
  for (int i = 0; i < 5; ++i) desk->submit("large", large);
  desk->run();
  const Parser::Usage usage = desk->parser->usage();
  EXPECT_EQ(usage.restarts, 0u);
  EXPECT_GT(usage.cpu.count(), 0);
  if (GetParam()) {
    EXPECT_GT(usage.peak_memory, large.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Parsers, EachParser, testing::Values(true, false), [](const auto& test) {
  return std::string(test.param ? "processes" : "inside");
});

// ---- what a worker's death costs ---------------------------------------------------------------

// Each page's URL in the order in which workers took them up.
class TakenUp {
 public:
  TakenUp() { setenv("WEFT_BAD_WORKER_LOG", dir_.file("log").c_str(), 1); }
  ~TakenUp() { unsetenv("WEFT_BAD_WORKER_LOG"); }
  TakenUp(const TakenUp&) = delete;
  TakenUp& operator=(const TakenUp&) = delete;

  std::vector<std::string> urls() const {
    std::istringstream lines(tests::read_file(dir_.file("log")));
    std::vector<std::string> urls;
    for (std::string line; std::getline(lines, line);) urls.push_back(line);
    return urls;
  }

 private:
  tests::TempDir dir_;
};

TEST(ParserPool, APageThatEndsItsWorkerEndsInItsWordIsNotTriedAgainAndHarmsNoOther) {
  const std::map<std::string, std::string> bad{{"crash", "crashed"},     {"garbage", "bad_reply"},
                                               {"huge", "bad_reply"},    {"short", "crashed"},
                                               {"oom", "out_of_memory"}, {"hang", "timeout"}};
  const TakenUp taken_up;
  const auto desk = Desk::processes(3, WEFT_BAD_WORKER_PROGRAM, 2s);
  for (int i = 0; i < 60; ++i) {
    desk->submit("good" + std::to_string(i));
    if (i % 10 != 5) continue;
    const std::string& word = std::next(bad.begin(), i / 10)->first;
    desk->submit(word, "weft-test:" + word);
  }
  desk->run();
  EXPECT_EQ(desk->words(), bad);
  EXPECT_EQ(desk->parser->usage().restarts, bad.size());
  // (One behind it may be: the worker may have taken it up in the moment before it was killed.)
  const std::vector<std::string> urls = taken_up.urls();
  for (const auto& [name, word] : bad)
    EXPECT_EQ(std::ranges::count(urls, "http://a.example/" + name), 1) << "tried twice: " << name;
}

TEST(ParserPool, AWorkerThatDiesIdleIsReplacedWhenThereIsAPage) {
  const auto desk = Desk::processes(1, WEFT_BAD_WORKER_PROGRAM);
  desk->submit("first", page_text("first") + "weft-test:leave");
  desk->run();
  desk->run_until([&] { return desk->parser->usage().restarts == 1; }, "the worker's end");
  desk->submit("second");
  desk->run();
  EXPECT_TRUE(desk->words().empty());
  EXPECT_THAT(desk->names(), ElementsAre("first", "second"));
}

TEST(ParserPool, AWorkerThatIsKilledIdleIsReplacedToo) {
  const auto desk = Desk::processes(1, WEFT_PARSER_PROGRAM);
  desk->submit("first");
  desk->run();
  for (const pid_t child : children_of(getpid())) kill(child, SIGKILL);
  desk->run_until([&] { return desk->parser->usage().restarts == 1; }, "the worker's end");
  desk->submit("second");
  desk->run();
  EXPECT_TRUE(desk->words().empty());
}

TEST(ParserPool, AnAnswerThatNobodyAskedForEndsItsWorkerAndNoPage) {
  const auto desk = Desk::processes(1, WEFT_BAD_WORKER_PROGRAM);
  desk->submit("first", page_text("first") + "weft-test:twice");
  desk->run();
  desk->run_until([&] { return desk->parser->usage().restarts == 1; }, "the worker's end");
  desk->submit("second");
  desk->run();
  EXPECT_TRUE(desk->words().empty());
  EXPECT_EQ(desk->answers.back().title, "second");
}

TEST(ParserPool, TheDeadlineOfAPageThatWaitsDoesNotBeginBeforeItsTurn) {
  const auto desk = Desk::processes(1, WEFT_BAD_WORKER_PROGRAM, 1s);
  desk->submit("slow", "weft-test:hang");
  for (int i = 0; i < 3; ++i) desk->submit("behind" + std::to_string(i));
  desk->run();
  EXPECT_EQ(desk->words(), (std::map<std::string, std::string>{{"slow", "timeout"}}));
}

// ---- the machine -------------------------------------------------------------------------------

TEST(ParserPool, AProgramThatIsMissingOrIsNoneIsAClearErrorAtOnce) {
  boost::asio::io_context io;
  tests::TempDir dir;
  tests::write_file(dir.file("text"), "no program");
  for (const std::string& path : {dir.file("missing"), dir.file("text"), dir.path().string()}) {
    try {
      make_parser_pool(io, {.program = path});
      ADD_FAILURE() << path;
    } catch (const std::system_error& error) {
      EXPECT_THAT(error.what(), HasSubstr("starting " + path));
    }
  }
  EXPECT_TRUE(children_of(getpid()).empty());
}

TEST(ParserPool, AProgramThatIsNoParserIsAnErrorAndNotStartedForEver) {
  boost::asio::io_context io;
  const auto pool = make_parser_pool(io, {.program = "/bin/true"});
  EXPECT_THROW(io.run_for(tests::kPatience), std::runtime_error);
}

TEST(ParserPool, ItsDestructionLeavesNoChildBusyOrIdle) {
  for (const char* body : {"weft-test:hang", "idle"}) {
    const auto desk = Desk::processes(2, WEFT_BAD_WORKER_PROGRAM);
    desk->submit("first", body);
    desk->submit("second", body);
    const std::vector<pid_t> workers = children_of(getpid());
    EXPECT_EQ(workers.size(), 2u);
    desk->io.run_for(20ms);
    desk->parser.reset();
    EXPECT_TRUE(children_of(getpid()).empty());
  }
}

TEST(ParserPool, AWorkerHoldsNoDescriptorOfTheCrawl) {
  const int inherited = dup(STDERR_FILENO);  // not close-on-exec, as some libraries' are
  const auto desk = Desk::processes(1, WEFT_BAD_WORKER_PROGRAM);
  desk->submit("page");
  desk->run();
  close(inherited);
  const std::vector<pid_t> workers = children_of(getpid());
  ASSERT_EQ(workers.size(), 1u);
  std::vector<std::string> held;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(workers[0]) + "/fd"))
    held.push_back(entry.path().filename());
  EXPECT_THAT(held, testing::UnorderedElementsAre("0", "1", "2"));
}

}  // namespace
}  // namespace crawler
