// Both parsers where they promise the same, and what the processes add: a page that kills its
// worker costs its tree, and nothing else.
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
#include <variant>

#include "crawler/parse/inline_parser.h"
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
class Harness {
 public:
  struct Answer {
    std::string name;
    ParseError error;
    std::string title;
    std::string parsed_as;
  };

  static std::unique_ptr<Harness> processes(unsigned workers, const std::string& program,
                                            std::chrono::milliseconds deadline = kNoDeadline) {
    auto harness = std::make_unique<Harness>();
    harness->parser = make_parser_pool(
        harness->io, {.workers = workers, .deadline = deadline, .program = program});
    return harness;
  }
  static std::unique_ptr<Harness> inside() {
    auto harness = std::make_unique<Harness>();
    harness->parser = make_inline_parser(harness->io);
    return harness;
  }

  void submit(const std::string& name, const std::string& body) {
    ++submitted;
    parser->submit(
        {"http://a.example/" + name, "text/html", std::make_shared<const std::string>(body)},
        [this, name](ParseResult result) {
          const auto* page = std::get_if<parser::ParsedPage>(&result.owned.document.content);
          answers.push_back({name, result.error, "", ""});
          if (page == nullptr) return;
          answers.back().title = page->title;
          answers.back().parsed_as = parsed_as(page->reading);
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

  std::map<std::string, std::string> errors() const {  // of the pages that failed
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
  static std::unique_ptr<Harness> harness(unsigned workers = 1) {
    return GetParam() ? Harness::processes(workers, tests::parser_program()) : Harness::inside();
  }
};

TEST_P(EachParser, AnswersInTheOrderOfThePages) {
  const auto harness = this->harness();
  for (const char* name : {"one", "two", "three", "four", "five", "six"}) harness->submit(name);
  EXPECT_TRUE(harness->answers.empty()) << "none from within submit()";
  harness->run();
  EXPECT_THAT(harness->names(), ElementsAre("one", "two", "three", "four", "five", "six"));
  for (const Harness::Answer& answer : harness->answers) EXPECT_EQ(answer.title, answer.name);
}

TEST_P(EachParser, GivesEachOfManyPagesItsOwnAnswer) {
  const auto harness = this->harness(3);
  for (int i = 0; i < 500; ++i) {
    const std::string name = "page " + std::to_string(i);
    harness->submit(name,
                    page_text(name) + std::string(static_cast<std::size_t>(i) * 97 % 70'000, 'x'));
  }
  harness->run();
  for (const Harness::Answer& answer : harness->answers) {
    EXPECT_EQ(answer.error, ParseError::kNone);
    EXPECT_EQ(answer.title, answer.name);
  }
  std::vector<std::string> names = harness->names();
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::unique(names).begin(), names.end()) << "a page was answered twice";
}

TEST_P(EachParser, CountsWhatWaits) {
  const auto harness = this->harness();
  EXPECT_EQ(harness->parser->backlog().jobs, 0u);
  harness->submit("a", std::string(1000, 'a'));
  harness->submit("b", std::string(500, 'b'));
  EXPECT_EQ(harness->parser->backlog().jobs, 2u);
  EXPECT_EQ(harness->parser->backlog().bytes, 1500u);
  harness->run();
  EXPECT_EQ(harness->parser->backlog().jobs, 0u);
  EXPECT_EQ(harness->parser->backlog().bytes, 0u);
}

TEST_P(EachParser, TakesAnEmptyPageAndOneOfNoise) {
  const auto harness = this->harness();
  harness->submit("empty", "");
  harness->submit("noise", std::string("\0\xff<\xfe</a><table><\0!--", 17));
  harness->run();
  EXPECT_TRUE(harness->errors().empty());
}

TEST_P(EachParser, ThatIsDestroyedWithPagesWaitingCallsNobodyBack) {
  const auto harness = this->harness(2);
  for (int i = 0; i < 50; ++i) harness->submit(std::to_string(i));
  harness->parser.reset();
  harness->io.run_for(1s);
  EXPECT_TRUE(harness->answers.empty());
  EXPECT_TRUE(children_of(getpid()).empty());
}

TEST_P(EachParser, SaysWhatItUsed) {
  const auto harness = this->harness();
  std::string large = "<title>large</title>";
  for (int i = 0; i < 20'000; ++i) large += "<p>some <b>words</b> of a <a href=x>page</a>";
  for (int i = 0; i < 5; ++i) harness->submit("large", large);
  harness->run();
  const Parser::Usage usage = harness->parser->usage();
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
class StartedJobs {
 public:
  StartedJobs() {
    tests::write_file(dir_.file("log"), "");
    setenv("WEFT_BAD_WORKER_LOG", dir_.file("log").c_str(), 1);
  }
  ~StartedJobs() { unsetenv("WEFT_BAD_WORKER_LOG"); }
  StartedJobs(const StartedJobs&) = delete;
  StartedJobs& operator=(const StartedJobs&) = delete;

  std::vector<std::string> urls() const {
    std::istringstream lines(tests::read_file(dir_.file("log")));
    std::vector<std::string> urls;
    for (std::string line; std::getline(lines, line);) urls.push_back(line);
    return urls;
  }

 private:
  tests::TempDir dir_;
};

TEST(ParserPool, APageThatEndsItsWorkerTwiceFailsAlone) {
  const std::map<std::string, std::string> bad{{"crash", "crashed"},     {"garbage", "bad_reply"},
                                               {"huge", "bad_reply"},    {"short", "crashed"},
                                               {"oom", "out_of_memory"}, {"hang", "timeout"}};
  const std::size_t given_once = 2;  // the bad replies
  const StartedJobs started;
  const auto harness = Harness::processes(3, tests::bad_worker_program(), 200ms);
  for (int i = 0; i < 60; ++i) {
    harness->submit("good" + std::to_string(i));
    if (i % 10 != 5) continue;
    const std::string& word = std::next(bad.begin(), i / 10)->first;
    harness->submit(word, "weft-test:" + word);
  }
  harness->run();
  EXPECT_EQ(harness->errors(), bad);
  EXPECT_EQ(harness->parser->usage().restarts, 2 * bad.size() - given_once);
  // (One behind it may be: the worker may have taken it up in the moment before it was killed.)
  const std::vector<std::string> urls = started.urls();
  for (const auto& [name, word] : bad)
    EXPECT_EQ(std::ranges::count(urls, "http://a.example/" + name), word == "bad_reply" ? 1 : 2)
        << name;
}

TEST(ParserPool, APageWhoseTreeEndsItsWorkerIsReadByItsTokens) {
  const auto harness = Harness::processes(2, tests::bad_worker_program(), 200ms);
  for (const char* how : {"crash", "hang", "spin", "oom"}) {
    harness->submit(how, page_text(how) + "weft-test:tree-" + how);
    harness->submit("after " + std::string(how));
  }
  harness->run();
  EXPECT_TRUE(harness->errors().empty());
  EXPECT_EQ(harness->parser->usage().restarts, 4u);
  for (const Harness::Answer& answer : harness->answers) {
    EXPECT_EQ(answer.title, answer.name);
    EXPECT_EQ(answer.parsed_as, answer.name.starts_with("after") ? "tree" : "tokens");
  }
  EXPECT_EQ(harness->parser->backlog().jobs, 0u);
  EXPECT_EQ(harness->parser->backlog().bytes, 0u);
}

TEST(ParserPool, AWorkerThatIsKilledInAPageCostsNoPage) {
  const StartedJobs started;
  const auto harness = Harness::processes(1, tests::bad_worker_program());
  harness->submit("held", page_text("held") + "weft-test:tree-hang");
  harness->submit("behind");
  harness->run_until([&] { return !started.urls().empty(); }, "the worker to reach the page");
  for (const pid_t child : children_of(getpid())) kill(child, SIGKILL);
  harness->run();
  EXPECT_TRUE(harness->errors().empty());
  EXPECT_THAT(harness->names(), ElementsAre("held", "behind"));
  EXPECT_EQ(harness->answers[0].parsed_as, "tokens");
  EXPECT_EQ(harness->answers[1].parsed_as, "tree");
}

TEST(ParserPool, AWorkerThatEndsIdleIsReplacedWhenThereIsAPage) {
  const auto harness = Harness::processes(1, tests::bad_worker_program());
  harness->submit("first", page_text("first") + "weft-test:leave");
  harness->run();
  harness->run_until([&] { return harness->parser->usage().restarts == 1; }, "the worker's end");
  harness->submit("second");
  harness->run();
  EXPECT_TRUE(harness->errors().empty());
  EXPECT_THAT(harness->names(), ElementsAre("first", "second"));
}

TEST(ParserPool, AWorkerThatIsKilledIdleIsReplacedToo) {
  const auto harness = Harness::processes(1, tests::parser_program());
  harness->submit("first");
  harness->run();
  for (const pid_t child : children_of(getpid())) kill(child, SIGKILL);
  harness->run_until([&] { return harness->parser->usage().restarts == 1; }, "the worker's end");
  harness->submit("second");
  harness->run();
  EXPECT_TRUE(harness->errors().empty());
}

TEST(ParserPool, AnAnswerWithoutARequestEndsItsWorkerAndFailsNoPage) {
  const auto harness = Harness::processes(1, tests::bad_worker_program());
  harness->submit("first", page_text("first") + "weft-test:twice");
  harness->run();
  harness->run_until([&] { return harness->parser->usage().restarts == 1; }, "the worker's end");
  harness->submit("second");
  harness->run();
  EXPECT_TRUE(harness->errors().empty());
  EXPECT_EQ(harness->answers.back().title, "second");
}

TEST(ParserPool, TheDeadlineOfAPageThatWaitsBeginsWhenTheWorkerReachesIt) {
  const auto harness = Harness::processes(1, tests::bad_worker_program(), 200ms);
  harness->submit("slow", "weft-test:hang");
  for (int i = 0; i < 3; ++i) harness->submit("behind" + std::to_string(i));
  harness->run();
  EXPECT_EQ(harness->errors(), (std::map<std::string, std::string>{{"slow", "timeout"}}));
}

// ---- the machine -------------------------------------------------------------------------------

TEST(ParserPool, AProgramThatIsMissingOrCannotBeRunIsAClearErrorAtOnce) {
  boost::asio::io_context io;
  tests::TempDir dir;
  tests::write_file(dir.file("text"), "no program");
  for (const std::string& path : {dir.file("missing"), dir.file("text"), dir.path().string()}) {
    try {
      static_cast<void>(make_parser_pool(io, {.program = path}));
      ADD_FAILURE() << path;
    } catch (const std::system_error& error) {
      EXPECT_THAT(error.what(), HasSubstr("starting " + path));
    }
  }
  EXPECT_TRUE(children_of(getpid()).empty());
}

TEST(ParserPool, AProgramThatIsNotAParserIsAnErrorAndNotStartedAgainAndAgain) {
  boost::asio::io_context io;
  const auto pool = make_parser_pool(io, {.program = "/bin/true"});
  EXPECT_THROW(io.run_for(tests::kPatience), std::runtime_error);
}

// With pages in hand too: how the pages of such a run end must not depend on who was faster.
TEST(ParserPool, AProgramThatEndsOrSpeaksWithoutAGreetingIsAnErrorThoughItWasGivenAPage) {
  tests::TempDir dir;
  const std::string talks = dir.file("talks");
  tests::write_file(talks, "#!/bin/sh\nprintf 'weft-parser 9.9.9\\n' >&0\nexec sleep 1000\n");
  std::filesystem::permissions(talks, std::filesystem::perms::owner_all);
  for (const std::string& program : {std::string("/bin/false"), talks})
    for (int i = 0; i < 5; ++i) {
      const auto harness = Harness::processes(2, program);
      harness->submit("first", "<title>x</title>");
      harness->submit("second", "<title>x</title>");
      try {
        harness->io.run_for(tests::kPatience);
        ADD_FAILURE() << program;
      } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr(program + " ended with "));
        EXPECT_THAT(error.what(), HasSubstr("it is not the weft-parser of weft"));
      }
    }
}

TEST(ParserPool, ItsDestructionLeavesNoChildBusyOrIdle) {
  for (const char* body : {"weft-test:hang", "idle"}) {
    const auto harness = Harness::processes(2, tests::bad_worker_program());
    harness->submit("first", body);
    harness->submit("second", body);
    const std::vector<pid_t> workers = children_of(getpid());
    EXPECT_EQ(workers.size(), 2u);
    harness->io.run_for(20ms);
    harness->parser.reset();
    EXPECT_TRUE(children_of(getpid()).empty());
  }
}

TEST(ParserPool, AWorkerHoldsNoDescriptorOfTheCrawl) {
  const int inherited = dup(STDERR_FILENO);  // not close-on-exec, as some libraries' are
  const auto harness = Harness::processes(1, tests::bad_worker_program());
  harness->submit("page");
  harness->run();
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
