// The prompt of weft query, on a pseudo-terminal as a person has it: keys in, screen out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// weft on a terminal of its own.
class Session {
 public:
  Session(std::vector<std::string> args, const std::string& home) {
    args.insert(args.begin(), tests::weft_program());
    const std::string state = "XDG_STATE_HOME=" + home;
    std::vector<std::string> environment{state, "HOME=" + home, "TERM=xterm", "LC_ALL=C"};
    winsize size{};
    size.ws_row = 24;
    size.ws_col = 100;
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::runtime_error("no pseudo-terminal");
    if (pid_ > 0) return;
    std::vector<char*> argv, envp;
    for (std::string& arg : args) argv.push_back(arg.data());
    for (std::string& entry : environment) envp.push_back(entry.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  ~Session() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(terminal_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void type(const std::string& keys) {
    if (write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size()))
      throw std::runtime_error("the terminal takes no keys");
  }
  // What comes up to `mark`, which must come.
  std::string read_to(const std::string& mark) {
    std::size_t at = 0;
    while ((at = screen_.find(mark)) == std::string::npos) {
      if (!read_some()) {
        ADD_FAILURE() << "no " << mark << " in: " << screen_;
        throw std::runtime_error("the screen stays without " + mark);
      }
    }
    const std::string before = screen_.substr(0, at + mark.size());
    screen_.erase(0, at + mark.size());
    return before;
  }
  std::string answer(const std::string& statement) {
    type(statement + "\n");
    return read_to("weft> ");
  }
  int wait() {
    while (read_some()) {
    }
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  // False: nothing came, or the other end is gone.
  bool read_some() {
    pollfd ready{terminal_, POLLIN, 0};
    const auto patience = std::chrono::milliseconds(tests::kPatience);
    if (poll(&ready, 1, static_cast<int>(patience.count())) != 1) return false;
    char buffer[4096];
    const ssize_t count = read(terminal_, buffer, sizeof buffer);
    if (count <= 0) return false;
    screen_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string screen_;
};

class Prompt : public testing::Test {
 protected:
  void SetUp() override { tests::make_crawl(path_); }
  std::unique_ptr<Session> start(std::vector<std::string> args = {}) {
    args.insert(args.begin(), {"query", path_});
    auto session = std::make_unique<Session>(args, dir_.file("state"));
    session->read_to("weft> ");
    return session;
  }
  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
};

TEST_F(Prompt, AnswersStatementsOverOneLineOrMore) {
  const auto session = start();
  EXPECT_THAT(session->answer("SELECT 6 * 7 AS n;"), HasSubstr(" n\r\n──\r\n42\r\n"));
  session->type("SELECT\n");
  session->read_to("  ... ");
  EXPECT_THAT(session->answer("(6 * 7) || ';' AS x;"), HasSubstr("42;\r\n"));
  EXPECT_THAT(session->answer("SELECT 1 + 1 AS a; SELECT 3 + 3 AS b;"),
              testing::AllOf(HasSubstr("a\r\n─\r\n2\r\n"), HasSubstr("b\r\n─\r\n6\r\n")));
  EXPECT_THAT(session->answer("SELECT title FROM pages WHERE title LIKE 'Café%';"),
              HasSubstr("Café food\r\n"));
  session->type("\x04");
  EXPECT_EQ(session->wait(), 0);
}

TEST_F(Prompt, TabCompletesTablesColumnsAndKeywords) {
  const auto session = start();
  session->type("sel\turl from page_li\twher\tstat\t");
  session->read_to("state  status");
  session->type("e = 'failed';\n");
  session->read_to("http://example.com/gone");
  session->read_to("weft> ");
  session->type("SELECT p.canon\tFROM pages p LIMIT 1;\n");
  session->read_to("─────────");
  session->read_to("weft> ");
  session->type("select * from page\t");
  session->read_to("page_list  page_text  pages");
  session->type("\x03");
  session->read_to("weft> ");
  session->type(".sch\tlinks\n");
  session->read_to("CREATE TABLE links");
}

TEST_F(Prompt, AMistakeIsPointedAtAndThePromptStays) {
  const auto session = start();
  EXPECT_THAT(session->answer("SELECT url FROM pagse;"),
              HasSubstr("did you mean pages?\r\n  SELECT url FROM pagse;\r\n"
                        "                  ^~~~~\r\n"));
  EXPECT_THAT(session->answer("SELECT 6 * 7 AS n;"), HasSubstr("42\r\n"));
}

TEST_F(Prompt, CtrlCDropsWhatIsTyped) {
  const auto session = start();
  session->type("SELECT nonsense");
  session->read_to("nonsense");
  session->type("\x03");
  session->read_to("weft> ");
  session->type("SELECT more\n");
  session->read_to("  ... ");
  session->type("\x03");
  session->read_to("weft> ");
  EXPECT_THAT(session->answer("SELECT 6 * 7 AS n;"), HasSubstr("42\r\n"));
}

TEST_F(Prompt, CtrlCCutsAStatementOff) {
  const auto session = start({"--format", "csv", "--timeout", "0"});
  session->type(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n; SELECT "
      "'the next' || ' one';\n");
  session->read_to("\r\n1000\r\n");
  session->type("\x03");
  session->read_to("cut off: the answer is not whole");
  EXPECT_THAT(session->read_to("weft> "), Not(HasSubstr("the next one")));
  EXPECT_THAT(session->answer("SELECT 6 * 7 AS n;"), HasSubstr("42\r\n"));
}

TEST_F(Prompt, ATimeLimitAndARowLimitHoldHereToo) {
  const auto session = start({"--timeout", "50ms", "--limit", "2"});
  EXPECT_THAT(session->answer("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                              "SELECT count(*) FROM n;"),
              HasSubstr("cut off after 50ms (--timeout)"));
  EXPECT_THAT(session->answer("SELECT id FROM urls;"), HasSubstr("only the first 2 rows"));
}

TEST_F(Prompt, WhatWasTypedIsThereTheNextTime) {
  {
    const auto session = start();
    EXPECT_THAT(session->answer("SELECT 'grey' ||\n' heron';"), HasSubstr("grey heron"));
    session->type("\x04");
    EXPECT_EQ(session->wait(), 0);
  }
  const std::string file = dir_.file("state") + "/weft/history";
  ASSERT_TRUE(std::filesystem::exists(file));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all),
            perms::none);
  const auto session = start();
  session->type("\x1b[A\n");
  session->read_to("grey heron");
}

TEST_F(Prompt, OnlyReadingIsAllowed) {
  const std::string bytes = tests::read_file(path_);
  const auto session = start();
  for (const char* statement :
       {"DROP TABLE links;", "ATTACH '/tmp/x' AS x;", "PRAGMA writable_schema = 1;", "VACUUM;"})
    EXPECT_THAT(session->answer(statement), HasSubstr("not authorized")) << statement;
  session->answer("UPDATE urls SET url = '';");
  EXPECT_EQ(tests::read_file(path_), bytes);
}

TEST_F(Prompt, DotCommandsTellWhatThereIs) {
  const auto session = start();
  const std::string tables = session->answer(".tables");
  EXPECT_THAT(tables, testing::AllOf(HasSubstr("page_list"), HasSubstr("urls"),
                                     Not(HasSubstr("page_text_data"))));
  EXPECT_THAT(session->answer(".schema runs"),
              testing::AllOf(HasSubstr("CREATE TABLE runs"), HasSubstr("-- UTC"),
                             Not(HasSubstr("CREATE TABLE urls"))));
  EXPECT_THAT(session->answer(".schema"), HasSubstr("CREATE VIEW host_summary"));
  EXPECT_THAT(session->answer(".schema nothing"), HasSubstr("there is no table or view nothing"));
  EXPECT_THAT(session->answer(".help"), HasSubstr("Ctrl-C"));
  EXPECT_THAT(session->answer(".mode csv"), HasSubstr("there is no .mode; .help lists"));
  session->type(".quit\n");
  EXPECT_EQ(session->wait(), 0);
}

TEST_F(Prompt, SavedQueriesAndParametersAreThere) {
  tests::write_file(dir_.file("my.toml"),
                    "[queries]\ngone = \"SELECT url FROM page_list WHERE status = :s\"\n");
  const auto session = start({"--config", dir_.file("my.toml"), "-p", "s=404"});
  EXPECT_THAT(session->answer("gone;"), HasSubstr("http://example.com/gone\r\n"));
  EXPECT_THAT(session->answer("SELECT 6 * 7 AS n;"), HasSubstr("42\r\n"));
  EXPECT_THAT(session->answer("SELECT :other;"), HasSubstr("give it with -p other=VALUE"));
}

TEST_F(Prompt, WithoutATerminalTheErrorNamesTheOtherWay) {
  const tests::Ended ended = tests::weft({"query", path_}, "SELECT 1;");
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err,
            "weft: no SQL was given, and a prompt needs a terminal; give the statement, or - to "
            "read it from standard input\n");
  Session session({"query", path_, "-o", dir_.file("rows.csv")}, dir_.file("state"));
  session.read_to("-o needs a statement");
}

}  // namespace
