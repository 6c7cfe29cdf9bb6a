// The real weft-parser, driven as the crawl drives it, and what the crawl does where it misbehaves.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crawler/parse/worker_process.h"
#include "parser/digest.h"
#include "parser/document.h"
#include "parser/sandbox.h"
#include "parser/worker_protocol.h"
#include "tests/support.h"

namespace {

using namespace std::chrono_literals;
using crawler::ParseError;
using crawler::ParseJob;
using crawler::WorkerProcess;
using parser::DocumentKind;
using ::testing::HasSubstr;
using ::testing::Not;

std::string repeat(std::string_view piece, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += piece;
  return all;
}

struct Answer {
  crawler::ParseResult result;

  const parser::ParsedPage& page() const {
    return std::get<parser::ParsedPage>(result.owned.document.content);
  }
  const parser::ParsedSitemap& sitemap() const {
    return std::get<parser::ParsedSitemap>(result.owned.document.content);
  }
};

// A worker, and the jobs that it was sent.
class Worker {
 public:
  explicit Worker(const std::string& program = tests::parser_program(),
                  std::chrono::milliseconds deadline = tests::kPatience)
      : process_(program, deadline) {}

  pid_t pid() const { return process_.pid(); }

  void send(std::string body, std::string url = "http://example.com/",
            std::string content_type = "text/html; charset=utf-8",
            DocumentKind kind = DocumentKind::kPage) {
    jobs_.push_back({std::move(url), std::move(content_type),
                     std::make_shared<const std::string>(std::move(body)), kind});
    process_.send(jobs_.back());
  }
  void send_sitemap(std::string body) { send(std::move(body), "", "", DocumentKind::kSitemap); }
  void send_raw(std::string_view bytes) {
    tests::wait_until(
        [&] {
          crawler::ParseResult none;
          static_cast<void>(process_.receive(none));
          return process_.has_started();
        },
        "the worker's greeting");
    EXPECT_EQ(::send(process_.socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // Until everything sent is in the worker's socket.
  void send_all() {
    tests::wait_until(
        [&] {
          process_.flush();
          return !process_.has_unsent();
        },
        "room in the worker's socket");
  }

  Answer receive() { return {process_.wait()}; }
  // How it ends once its input is closed.
  std::string end() { return process_.reap(tests::kPatience).describe(); }

 private:
  std::deque<ParseJob> jobs_;
  WorkerProcess process_;
};

std::string exit_code(int code) { return "exit code " + std::to_string(code); }

// The value of a line of /proc/PID/status.
std::string status_of(pid_t pid, const std::string& name) {
  std::istringstream lines(tests::read_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + ":"))
      return line.substr(line.find_first_not_of(" \t", name.size() + 1));
  return "";
}

TEST(WorkerTest, AnswersInTheOrderOfTheRequests) {
  Worker worker;
  for (int i = 0; i < 50; ++i) worker.send("<title>" + std::to_string(i) + "</title>");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(worker.receive().page().title, std::to_string(i));
  EXPECT_EQ(worker.end(), exit_code(parser::kWorkerDone));
}

TEST(WorkerTest, EndsWhenItsInputIsClosed) {
  Worker worker;
  EXPECT_EQ(worker.end(), exit_code(parser::kWorkerDone));
}

TEST(WorkerTest, LeavesAnInterruptToTheCrawl) {
  Worker worker;
  worker.send("<title>before</title>");
  EXPECT_EQ(worker.receive().page().title, "before");
  kill(worker.pid(), SIGINT);
  worker.send("<title>after</title>");
  EXPECT_EQ(worker.receive().page().title, "after");
}

TEST(WorkerTest, EndsWhenItsInputIsClosedInTheMiddleOfARequest) {
  Worker worker;
  worker.send_raw("half");
  EXPECT_EQ(worker.end(), exit_code(parser::kWorkerDone));
}

TEST(WorkerTest, RejectsARequestBeyondTheBounds) {
  for (const parser::WorkerRequest& request :
       {parser::WorkerRequest{parser::kMaxWorkerField + 1, 0, 0},
        parser::WorkerRequest{0, parser::kMaxWorkerField + 1, 0},
        parser::WorkerRequest{0, 0, parser::kMaxWorkerBody + 1},
        parser::WorkerRequest{0, 0, 0, static_cast<DocumentKind>(parser::kDocumentKinds)},
        parser::WorkerRequest{0, 0, 0, DocumentKind::kPage,
                              static_cast<parser::Method>(parser::kMethods)}}) {
    Worker worker;
    worker.send_raw({reinterpret_cast<const char*>(&request), sizeof request});
    EXPECT_EQ(worker.end(), exit_code(parser::kWorkerBadRequest));
  }
}

TEST(WorkerTest, ReadsEveryFieldOfARequest) {
  Worker worker;
  worker.send("<a href=x>\xCF</a>", "https://a.example/b/c", "text/html; charset=windows-1251");
  const Answer answer = worker.receive();
  ASSERT_EQ(answer.page().links.size(), 1u);
  EXPECT_EQ(answer.page().links[0].url, "https://a.example/b/x");
  EXPECT_EQ(answer.page().charset, "windows-1251");
  EXPECT_EQ(answer.page().text, "\u041F");
}

// As it is confined: what expat and zlib ask of the system is among what is allowed.
TEST(WorkerTest, ReadsSitemapsBesidePages) {
  Worker worker;
  std::string largest = "<urlset>";
  for (std::size_t i = 0; i < parser::kMaxSitemapUrls; ++i)
    largest += "<url><loc>http://h/" + std::to_string(i) + "</loc></url>";
  largest +=
      "<!--" + std::string(parser::kMaxSitemapBytes - largest.size() - 16, ' ') + "--></urlset>";
  worker.send_sitemap("http://h/a\n");
  worker.send("<title>x</title>");
  worker.send_sitemap(largest);
  worker.send_sitemap("<!DOCTYPE urlset [<!ENTITY x 'y'>]><urlset/>");
  EXPECT_EQ(worker.receive().sitemap().kind, parser::SitemapKind::kText);
  EXPECT_EQ(worker.receive().page().title, "x");
  const Answer whole = worker.receive();
  EXPECT_EQ(whole.sitemap().problem, parser::SitemapProblem::kNone);
  EXPECT_EQ(whole.sitemap().entries.size(), parser::kMaxSitemapUrls);
  EXPECT_EQ(worker.receive().sitemap().problem, parser::SitemapProblem::kDoctype);
  EXPECT_EQ(worker.end(), exit_code(parser::kWorkerDone));
}

TEST(WorkerTest, AnswersTheDigestOfEveryBodyAndNothingElseOfAnOpaqueOne) {
  Worker worker;
  const std::string image = repeat("\x89PNG", 1'000'000);
  worker.send(image, "", "image/png", DocumentKind::kOpaque);
  worker.send("abc");
  worker.send_sitemap("http://h/a\n");
  const Answer opaque = worker.receive();
  EXPECT_TRUE(std::holds_alternative<parser::Opaque>(opaque.result.owned.document.content));
  EXPECT_EQ(opaque.result.owned.document.digest, parser::sha256_hex(image));
  EXPECT_EQ(worker.receive().result.owned.document.digest,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(worker.receive().result.owned.document.digest, parser::sha256_hex("http://h/a\n"));
}

TEST(WorkerTest, ASitemapThatUnpacksToFiveTimesItsBoundCostsItsBoundAlone) {
  const tests::Ended packed = tests::run({"sh", "-c", "head -c 268435456 /dev/zero | gzip -1"});
  ASSERT_EQ(packed.code, 0) << packed.err;
  Worker worker;
  worker.send_sitemap(packed.out);
  EXPECT_EQ(worker.receive().sitemap().problem, parser::SitemapProblem::kTooLarge);
  EXPECT_EQ(worker.end(), exit_code(parser::kWorkerDone));
}

TEST(WorkerTest, IsConfinedBeforeItsFirstPage) {
  Worker worker;
  worker.send("<title>x</title>");
  EXPECT_EQ(worker.receive().page().title, "x");
  EXPECT_EQ(status_of(worker.pid(), "NoNewPrivs"), "1");
  std::vector<std::string> open;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(worker.pid()) + "/fd"))
    open.push_back(entry.path().filename());
  EXPECT_THAT(open, ::testing::UnorderedElementsAre("0", "2"));
  const std::string limits = tests::read_file("/proc/" + std::to_string(worker.pid()) + "/limits");
  EXPECT_THAT(limits, ::testing::ContainsRegex("Max core file size +0 +0"));
#ifndef WEFT_SANITIZED
  EXPECT_EQ(status_of(worker.pid(), "Seccomp"), "2");
  EXPECT_EQ(status_of(worker.pid(), "Threads"), "1");
  EXPECT_THAT(limits, ::testing::ContainsRegex("Max open files +0 +0"));
  EXPECT_THAT(limits, ::testing::ContainsRegex("Max processes +0 +0"));
  EXPECT_THAT(limits, ::testing::ContainsRegex("Max file size +0 +0"));
  EXPECT_THAT(limits, Not(::testing::ContainsRegex("Max address space +unlimited")));
#endif
}

#ifndef WEFT_SANITIZED
// How a process in the sandbox ends that does this: exit code, or 128 + signal.
int end_of_confined(const std::function<bool()>& attempt) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("socketpair");
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDIN_FILENO);
    parser::enter_sandbox(STDIN_FILENO);
    _exit(attempt() ? 0 : 1);
  }
  close(ends[0]);
  close(ends[1]);
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(SandboxTest, KillsAProcessThatReachesOutOfIt) {
  EXPECT_EQ(end_of_confined([] { return true; }), 0);
  EXPECT_EQ(end_of_confined([] { return open("/etc/passwd", O_RDONLY) >= 0; }), 128 + SIGSYS);
  EXPECT_EQ(end_of_confined([] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }), 128 + SIGSYS);
  EXPECT_EQ(end_of_confined([] { return fork() >= 0; }), 128 + SIGSYS);
  EXPECT_EQ(end_of_confined([] { return kill(getppid(), 0) == 0; }), 128 + SIGSYS);
  EXPECT_EQ(end_of_confined([] { return execl("/bin/true", "true", nullptr) == 0; }), 128 + SIGSYS);
  EXPECT_EQ(end_of_confined([] {
              return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                          0) != MAP_FAILED;
            }),
            128 + SIGSYS);
}

TEST(SandboxTest, TakesNoMemoryBeyondItsBound) {
  EXPECT_EQ(end_of_confined([] {
              return mmap(nullptr, 4ull << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                     MAP_FAILED;
            }),
            0);
}
#endif

TEST(WorkerTest, SaysWhetherItIsConfined) {
  const tests::Ended ended = tests::run({tests::parser_program(), "--version"});
  EXPECT_EQ(ended.code, 0);
#ifdef WEFT_SANITIZED
  EXPECT_THAT(ended.out, HasSubstr("sanitized build"));
#else
  EXPECT_EQ(ended.out, "weft-parser " WEFT_VERSION " (confined)\n");
#endif
}

TEST(WorkerTest, ParsesNothingWithoutTheCrawl) {
  const tests::Ended ended = tests::run({tests::parser_program()}, "input");
  EXPECT_EQ(ended.code, parser::kWorkerNoSandbox);
  EXPECT_THAT(ended.err, HasSubstr("not the crawl's socket"));
}

// ICU must not need a file once the filter is up.
TEST(WorkerTest, DecodesEveryEncodingInsideTheSandbox) {
  Worker worker;
  const std::vector<std::string> names{
      "utf-8",    "ibm866",    "iso-8859-2",    "iso-8859-6",   "iso-8859-8",   "iso-8859-16",
      "koi8-u",   "macintosh", "windows-874",   "windows-1250", "windows-1258", "gbk",
      "gb18030",  "big5",      "euc-jp",        "iso-2022-jp",  "shift_jis",    "euc-kr",
      "utf-16be", "utf-16le",  "x-mac-cyrillic"};
  for (const std::string& name : names)
    worker.send("<p>\x81\x40\xE9\xFF text", "http://example.com/", "text/html; charset=" + name);
  worker.send("<a href='http://b\u00FCcher.example/'>x</a>\xE9", "http://example.com/", "");
  for (std::size_t i = 0; i <= names.size(); ++i)
    EXPECT_EQ(worker.receive().result.error, ParseError::kNone) << i;
}

TEST(WorkerTest, LargePagesDoNotStayInMemory) {
  Worker worker;
  worker.send(repeat("<p class=x>some text</p>", 400'000));
  EXPECT_GT(worker.receive().page().text.size(), 3'000'000u);
  worker.send("<title>small</title>");
  EXPECT_EQ(worker.receive().page().title, "small");
#ifndef WEFT_SANITIZED
  EXPECT_LT(std::stoul(status_of(worker.pid(), "VmRSS")), 80'000u) << "kB";
#endif
}

TEST(WorkerTest, AMillionNestedElementsAreAPageLikeAnyOther) {
  Worker worker;
  worker.send(repeat("<span>", 1'000'000) + "deep");
  EXPECT_EQ(worker.receive().page().elements, 1'000'003u);
}

// gumbo destroys the body by recursion, the only one there is.
TEST(WorkerTest, AMillionNestedElementsReplacedByAFramesetAreSurvived) {
#ifdef WEFT_SANITIZED
  constexpr std::size_t kDepth = 100'000;
#else
  constexpr std::size_t kDepth = 1'000'000;
#endif
  Worker worker;
  worker.send(repeat("<span>", kDepth) + "<frameset><frame src=f>");
  const Answer answer = worker.receive();
  ASSERT_EQ(answer.page().links.size(), 1u);
  EXPECT_EQ(answer.page().links[0].source, parser::LinkSource::kFrame);
}

TEST(WorkerTest, APageThatNeedsTooMuchMemoryEndsTheWorkerAsOutOfMemory) {
  Worker worker;
  worker.send(repeat("<br>", 5'000'000));
  EXPECT_EQ(worker.receive().result.error, ParseError::kOutOfMemory);
}

// Starts a process that starts a worker, and kills it.
TEST(WorkerTest, DiesWithTheCrawl) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t crawl = fork();
  ASSERT_GE(crawl, 0);
  if (crawl == 0) {
    // The worker hangs on to a page, so that the end of its input is not what ends it.
    Worker worker;
    worker.send("<title>x</title>");
    worker.receive();
    worker.send(repeat("<div>", 200'000));
    worker.send_all();
    const pid_t pid = worker.pid();
    if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
    for (;;) pause();
  }
  close(ends[1]);
  pid_t worker = 0;
  ASSERT_EQ(read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  close(ends[0]);
  ASSERT_EQ(kill(worker, 0), 0);
  kill(crawl, SIGKILL);
  waitpid(crawl, nullptr, 0);
  tests::wait_until(
      [&] {
        // Gone, or a zombie that whoever adopted it has not collected yet.
        if (kill(worker, 0) != 0) return true;
        const std::string state = status_of(worker, "State");
        return state.empty() || state.starts_with("Z") || state.starts_with("X");
      },
      "the worker's death");
}

// ---- The worker of the pool's tests

TEST(BadWorkerTest, MisbehavesOnDemandAndParsesOtherwise) {
  Worker worker(tests::bad_worker_program());
  worker.send("<title>fine</title>");
  EXPECT_EQ(worker.receive().page().title, "fine");
  worker.send("<p>weft-test:crash");
  EXPECT_EQ(worker.receive().result.error, ParseError::kCrashed);
}

TEST(BadWorkerTest, EndsAsAPageTooLargeForTheArenaDoes) {
  Worker worker(tests::bad_worker_program());
  worker.send("weft-test:oom");
  EXPECT_EQ(worker.receive().result.error, ParseError::kOutOfMemory);
}

// ---- The client

TEST(WorkerProcessTest, AJobBeyondItsDeadlineEndsItsWorker) {
  // More than the worker's start uses, which a sanitizer makes long.
  constexpr auto kDeadline = 500ms;
  Worker worker(tests::bad_worker_program(), kDeadline);
  worker.send("weft-test:hang");
  const Answer answer = worker.receive();
  EXPECT_EQ(answer.result.error, ParseError::kTimeout);
  EXPECT_GE(answer.result.time, crawler::JobDeadline::kWallFactor * kDeadline)
      << "time that passes is not the worker's CPU time";
  EXPECT_TRUE(tests::children_of(getpid()).empty());
}

TEST(JobDeadlineTest, IsOfTheCpuTimeThatTheJobHasUsed) {
  const crawler::JobDeadline::Time start{std::chrono::hours(1)};
  crawler::JobDeadline deadline(100ms);
  EXPECT_EQ(deadline.next_check(), crawler::JobDeadline::Time::max()) << "there is no job";
  deadline.begin(start, 7s);
  EXPECT_EQ(deadline.next_check(), start + 100ms);
  EXPECT_FALSE(deadline.is_over(start + 99ms, 8s)) << "not asked in time";
  EXPECT_FALSE(deadline.is_over(start + 100ms, 7s + 40ms)) << "the machine was busy";
  EXPECT_EQ(deadline.next_check(), start + 160ms) << "not before the rest can be spent";
  EXPECT_FALSE(deadline.is_over(start + 160ms, 7s + 99'999us));
  EXPECT_EQ(deadline.next_check(), start + 161ms);
  EXPECT_TRUE(deadline.is_over(start + 161ms, 7s + 100ms));
  deadline.stop();
  EXPECT_FALSE(deadline.is_over(start + 1h, 1h));
}

TEST(JobDeadlineTest, EndsAJobThatUsesNoCpuTimeToo) {
  const crawler::JobDeadline::Time start{};
  crawler::JobDeadline deadline(100ms);
  deadline.begin(start, 0s);
  crawler::JobDeadline::Time now = start;
  int checks = 0;
  do {
    now = deadline.next_check();
    ++checks;
  } while (!deadline.is_over(now, 0s));
  EXPECT_EQ(now, start + crawler::JobDeadline::kWallFactor * 100ms);
  EXPECT_EQ(checks, crawler::JobDeadline::kWallFactor);
}

TEST(WorkerProcessTest, AnAnswerThatIsNotOursEndsItsWorker) {
  for (const char* what : {"garbage", "huge"}) {
    Worker worker(tests::bad_worker_program());
    worker.send("weft-test:" + std::string(what));
    EXPECT_EQ(worker.receive().result.error, ParseError::kBadReply) << what;
    EXPECT_TRUE(tests::children_of(getpid()).empty());
  }
}

TEST(WorkerProcessTest, ADocumentLargerThanTheSocketIsSentWhileItIsRead) {
  Worker worker;
  const std::string body = "<title>large</title><!--" + std::string(16u << 20, '-');
  worker.send(body);
  worker.send(body);
  EXPECT_EQ(worker.receive().page().title, "large");
  EXPECT_EQ(worker.receive().page().title, "large");
}

TEST(WorkerProcessTest, ItsDestructionEndsAProcessThatIsAtAJob) {
  {
    Worker worker(tests::bad_worker_program());
    worker.send("weft-test:hang");
    EXPECT_EQ(tests::children_of(getpid()).size(), 1u);
  }
  EXPECT_TRUE(tests::children_of(getpid()).empty());
}

TEST(WorkerProcessTest, AWorkerThatCannotConfineItselfIsAnErrorOfTheMachine) {
  tests::TempDir dir;
  const std::string program = dir.file("unconfined");
  tests::write_file(program, "#!/bin/sh\nexit " + std::to_string(parser::kWorkerNoSandbox) + "\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  Worker worker(program);
  worker.send("<p>never parsed");
  EXPECT_THROW(worker.receive(), std::runtime_error);
}

// ---- weft parse

TEST(ParseCommandTest, PrintsThePageAsJson) {
  const tests::Ended ended =
      tests::weft({"parse", "-", "--url", "http://A.example/x/../dir/", "--content-type",
                   "text/html; charset=iso-8859-1"},
                  "<title>caf\xE9</title><p>Hello<a rel=next href=p>next</a>");
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "{\n"
            "  \"url\": \"http://a.example/dir/\",\n"
            "  \"title\": \"caf\u00E9\",\n"
            "  \"lang\": \"\",\n"
            "  \"charset\": \"windows-1252\",\n"
            "  \"description\": \"\",\n"
            "  \"canonical\": \"\",\n"
            "  \"robots\": \"\",\n"
            "  \"base\": \"\",\n"
            "  \"text\": \"Hellonext\",\n"
            "  \"elements\": 6,\n"
            "  \"reading\": \"condensed\",\n"
            "  \"links_cut\": 0,\n"
            "  \"links_ignored\": 0,\n"
            "  \"links\": [\n"
            "    {\n"
            "      \"url\": \"http://a.example/dir/p\",\n"
            "      \"text\": \"next\",\n"
            "      \"rel\": \"next\",\n"
            "      \"source\": \"a\"\n"
            "    }\n"
            "  ],\n"
            "  \"digest\": \"6d0cd68675ef9fc6401bd296ddf5e0656b72124a7002e6c4ff7e0c4d805e8d92\",\n"
            "  \"simhash\": \"ce89dd5852ebfcf1\"\n"
            "}\n");
}

TEST(ParseCommandTest, TheWholePageReadsTheSame) {
  const auto parse = [](std::vector<std::string> args) {
    args.insert(args.begin(), {"parse", "-", "--url", "http://a.example/"});
    const tests::Ended ended =
        tests::weft(args, "<title>t</title><p class=x>Some <em>words</em> <a href=p>next</a>");
    EXPECT_EQ(ended.err, "");
    return ended.out;
  };
  std::string condensed = parse({});
  const std::string field = "\"reading\": \"condensed\"";
  const std::size_t at = condensed.find(field);
  ASSERT_NE(at, condensed.npos) << condensed;
  condensed.replace(at, field.size(), "\"reading\": \"whole\"");
  EXPECT_EQ(condensed, parse({"--whole"}));
}

TEST(ParseCommandTest, APageOnWhichTheTreeCannotBeBuiltIsReadByItsTokens) {
  for (const std::vector<std::string>& whole : {std::vector<std::string>{}, {"--whole"}}) {
    std::vector<std::string> args{"env",
                                  "WEFT_PARSER=" + tests::bad_worker_program(),
                                  tests::weft_program(),
                                  "parse",
                                  "-",
                                  "--url",
                                  "http://a.example/"};
    args.insert(args.end(), whole.begin(), whole.end());
    const tests::Ended ended =
        tests::run(args, "<title>t</title><p>weft-test:tree-crash<a href=p>next</a>");
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("\"title\": \"t\""));
    EXPECT_THAT(ended.out, HasSubstr("\"reading\": \"tokens\""));
    EXPECT_THAT(ended.out, HasSubstr("\"url\": \"http://a.example/p\""));
  }
}

TEST(ParseCommandTest, SaysWhatIsWrongInOneLine) {
  tests::TempDir dir;
  const auto error_of = [](const std::vector<std::string>& args) {
    const tests::Ended ended = tests::weft(args);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    return ended.err;
  };
  EXPECT_EQ(error_of({"parse", dir.file("none"), "--url", "http://a.example/"}),
            "weft: " + dir.file("none") + ": No such file or directory\n");
  EXPECT_EQ(error_of({"parse", dir.path().string(), "--url", "http://a.example/"}),
            "weft: " + dir.path().string() + ": is a directory\n");
  EXPECT_EQ(error_of({"parse", "-", "--url", "ftp://a.example/"}),
            "weft: --url: ftp://a.example/: not an http or https URL\n");
}

}  // namespace
