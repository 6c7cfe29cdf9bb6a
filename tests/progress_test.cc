// Progress on a pseudo-terminal, whose screen is worked out from the bytes, and on a pipe.
#include "crawler/crawl/progress.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spdlog/logger.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "crawler/crawl/progress_sink.h"
#include "tests/support.h"

namespace crawler {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Progress::Time kStart = Progress::Time{} + 1h;
constexpr Progress::Options kLive{Progress::Mode::kLive, false};
constexpr Progress::Options kPlain{Progress::Mode::kPlain, false};

Progress::Snapshot snapshot(std::uint64_t pages = 10) {
  return {.pages = pages,
          .wire_bytes = pages << 20,
          .queued = 1234,
          .in_flight = 64,
          .parsing = 5,
          .writing = 831};
}

// Two ends that are connected: what is written to `writer` comes out of `reader`.
class Wire {
 public:
  ~Wire() {
    close(reader_);
    close(writer_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  int writer() const { return writer_; }

  // All that has been written so far, which ends in a mark that is written now.
  std::string read_all() {
    static constexpr char kMark = '\x04';
    if (::write(writer_, &kMark, 1) != 1) throw std::runtime_error("cannot write the mark");
    while (bytes_.empty() || bytes_.back() != kMark) {
      pollfd poll_fd{reader_, POLLIN, 0};
      const auto patience = std::chrono::milliseconds(tests::kPatience);
      if (poll(&poll_fd, 1, static_cast<int>(patience.count())) != 1)
        throw std::runtime_error("nothing came");
      char buffer[4096];
      const ssize_t count = read(reader_, buffer, sizeof buffer);
      if (count <= 0) throw std::runtime_error("the other end is closed");
      bytes_.append(buffer, static_cast<std::size_t>(count));
    }
    bytes_.pop_back();
    return bytes_;
  }

 protected:
  Wire() = default;
  int reader_ = -1;
  int writer_ = -1;

 private:
  std::string bytes_;
};

class Pipe : public Wire {
 public:
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    reader_ = ends[0];
    writer_ = ends[1];
  }
};

class Terminal : public Wire {
 public:
  explicit Terminal(std::uint16_t columns = 80) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    if (openpty(&reader_, &writer_, nullptr, nullptr, &size) != 0)
      throw std::runtime_error("no pseudo-terminal");
  }

  // The lines that a person sees.
  std::vector<std::string> screen() {
    std::vector<std::string> rows(1);
    std::size_t row = 0, column = 0;
    const std::string bytes = read_all();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\r') {
        column = 0;
      } else if (bytes[i] == '\n') {
        if (++row == rows.size()) rows.emplace_back();
      } else if (bytes[i] == '\x1b') {
        std::size_t count = 0;
        for (i += 2; bytes[i] >= '0' && bytes[i] <= '9'; ++i)
          count = 10 * count + static_cast<std::size_t>(bytes[i] - '0');
        if (bytes[i] == 'A') row -= count;
        if (bytes[i] == 'J') rows.resize(row + 1);
        if (bytes[i] == 'J' || bytes[i] == 'K')
          rows[row].resize(std::min(column, rows[row].size()));
      } else {
        rows[row].resize(std::max(rows[row].size(), column + 1), ' ');
        rows[row][column++] = bytes[i];
      }
    }
    return rows;
  }
};

TEST(ProgressLive, IsABlockThatIsRedrawnInPlace) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  progress.update(snapshot(0), kStart);
  progress.update(snapshot(10), kStart + 4s);
  progress.update(snapshot(30), kStart + 5s);
  EXPECT_THAT(terminal.screen(), ElementsAre("5s  30 pages  6.0 pages/s  6MiB/s",
                                             "queued 1234  in flight 64  parsing 5  writing 831"));
}

TEST(ProgressLive, NamesErrorsByKind) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  progress.update(snapshot(), kStart);
  Progress::Snapshot with_errors = snapshot();
  with_errors.errors = {{"connect_failed", 3}, {"total_timeout", 1}};
  progress.update(with_errors, kStart + 1s);
  const std::vector<std::string> screen = terminal.screen();
  ASSERT_EQ(screen.size(), 3u);
  EXPECT_EQ(screen[2], "errors 4: connect_failed 3, total_timeout 1");
}

TEST(ProgressLive, IsRedrawnTenTimesASecondAtMost) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  for (int ms = 0; ms < 1000; ++ms) {
    EXPECT_EQ(progress.due(kStart + std::chrono::milliseconds(ms)), ms % 100 == 0);
    progress.update(snapshot(), kStart + std::chrono::milliseconds(ms));
  }
  const std::string bytes = terminal.read_all();
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), 'q'), 10);  // of "queued"
}

TEST(ProgressLive, RatesAreThoseOfTheLastSeconds) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  for (unsigned second = 1; second <= 100; ++second)
    progress.update(snapshot(1000 * second), kStart + std::chrono::seconds(second));
  for (unsigned second = 1; second <= 10; ++second)
    progress.update(snapshot(100'000 + second), kStart + std::chrono::seconds(100 + second));
  EXPECT_THAT(terminal.screen()[0], HasSubstr("  1.0 pages/s"));
}

TEST(ProgressLive, LinesAreElidedToTheTerminalsWidth) {
  for (const std::uint16_t columns : std::vector<std::uint16_t>{1, 2, 4, 5, 30, 40}) {
    Terminal terminal(columns);
    Progress progress(terminal.writer(), kLive, kStart);
    progress.update(snapshot(), kStart);
    const std::vector<std::string> screen = terminal.screen();
    ASSERT_EQ(screen.size(), 2u);
    for (const std::string& line : screen) EXPECT_LT(line.size(), columns) << line;
    if (columns >= 30) {
      EXPECT_THAT(screen[1], testing::MatchesRegex("queued 1234.*\\.\\.\\."));
    }
  }
}

TEST(ProgressLive, OtherLinesStandAboveTheBlock) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  progress.line("before");
  progress.update(snapshot(), kStart);
  progress.line("between");
  progress.update(snapshot(11), kStart + 1s);
  const std::vector<std::string> screen = terminal.screen();
  ASSERT_EQ(screen.size(), 4u);
  EXPECT_EQ(screen[0], "before");
  EXPECT_EQ(screen[1], "between");
  EXPECT_THAT(screen[2], HasSubstr("11 pages"));
}

TEST(ProgressLive, LogLinesStandWholeAboveTheBlock) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  spdlog::logger log("test", make_progress_sink(progress));
  log.set_pattern("%l %v");
  log.warn("before the block");
  progress.update(snapshot(), kStart);
  log.warn("parse_failed http://a.example/{}: crashed", std::string(90, 'x'));
  log.error("second\x1b[2J");
  progress.update(snapshot(11), kStart + 1s);
  log.warn("third");
  const std::vector<std::string> screen = terminal.screen();
  ASSERT_EQ(screen.size(), 6u);
  EXPECT_EQ(screen[0], "warning before the block");
  EXPECT_EQ(screen[1],
            "warning parse_failed http://a.example/" + std::string(90, 'x') + ": crashed");
  EXPECT_EQ(screen[2], "error second\ufffd[2J");
  EXPECT_EQ(screen[3], "warning third");
  EXPECT_THAT(screen[4], HasSubstr("11 pages"));
  EXPECT_THAT(screen[5], HasSubstr("queued 1234"));
}

TEST(ProgressLive, LogLinesArePrintedOnceItIsFinished) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  spdlog::logger log("test", make_progress_sink(progress));
  log.set_pattern("%v");
  progress.update(snapshot(), kStart);
  progress.finish();
  log.warn("after");
  EXPECT_THAT(terminal.screen(), ElementsAre("after", ""));
}

TEST(ProgressLive, LeavesTheTerminalAsItWas) {
  Terminal terminal;
  {
    Progress progress(terminal.writer(), kLive, kStart);
    progress.line("a line that stays");
    progress.update(snapshot(), kStart);
  }
  EXPECT_THAT(terminal.screen(), ElementsAre("a line that stays", ""));
  EXPECT_THAT(terminal.read_all(), Not(HasSubstr("\x1b[?")));  // no mode was changed
}

TEST(ProgressLive, ShowsNothingMoreOnceFinished) {
  Terminal terminal;
  Progress progress(terminal.writer(), kLive, kStart);
  progress.finish();
  EXPECT_FALSE(progress.due(kStart + 1h));
  progress.update(snapshot(), kStart + 1h);
  EXPECT_EQ(terminal.read_all(), "");
}

TEST(ProgressLive, HasColorOnlyWhereItIsWanted) {
  for (const bool color : {false, true}) {
    Terminal terminal;
    Progress progress(terminal.writer(), {Progress::Mode::kLive, color}, kStart);
    Progress::Snapshot with_errors = snapshot();
    with_errors.errors = {{"stalled", 1}};
    progress.update(with_errors, kStart);
    const std::string bytes = terminal.read_all();
    EXPECT_EQ(bytes.find("\x1b[31m") != std::string::npos, color);
  }
}

TEST(ProgressPlain, IsALineEveryTenSeconds) {
  Pipe pipe;
  {
    Progress progress(pipe.writer(), kPlain, kStart);
    for (int second = 0; second <= 25; ++second) {
      Progress::Snapshot at = snapshot(static_cast<std::uint64_t>(second));
      if (second > 15) at.errors = {{"stalled", 2}, {"http_error", 1}};
      progress.update(at, kStart + std::chrono::seconds(second));
    }
  }
  EXPECT_EQ(pipe.read_all(),
            "10s: 10 pages, 1.0 pages/s, 1MiB/s, 1234 queued, 64 in flight, 5 parsing, 831 "
            "writing, 0 errors\n"
            "20s: 20 pages, 1.0 pages/s, 1MiB/s, 1234 queued, 64 in flight, 5 parsing, 831 "
            "writing, 3 errors (stalled 2, http_error 1)\n");
}

TEST(Progress, IsSilentWhereQuiet) {
  Pipe pipe;
  Progress progress(pipe.writer(), {Progress::Mode::kQuiet, false}, kStart);
  progress.update(snapshot(), kStart + 1h);
  EXPECT_EQ(pipe.read_all(), "");
}

TEST(Progress, LetsNoControlCharacterOfOthersPass) {
  Pipe pipe;
  Progress progress(pipe.writer(), kPlain, kStart);
  progress.line("https://a.example/\x1b]0;owned\x07");
  EXPECT_EQ(pipe.read_all(), "https://a.example/\ufffd]0;owned\ufffd\n");
}

TEST(Progress, AReaderThatHasGoneDoesNotEndTheCrawl) {
  const auto handler = signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  close(ends[0]);
  {
    Progress progress(ends[1], kPlain, kStart);
    progress.line("nobody reads this");
    progress.update(snapshot(), kStart + 1h);
  }
  close(ends[1]);
  signal(SIGPIPE, handler);
}

// Sets a variable for as long as it lives.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    const char* old = std::getenv(name);
    had_ = old != nullptr;
    if (had_) old_ = old;
    value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  }
  ~Environment() { had_ ? setenv(name_, old_.c_str(), 1) : unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  bool had_ = false;
  std::string old_;
};

TEST(Progress, SuitsWhereItIsWrittenTo) {
  const Terminal terminal;
  const Pipe pipe;
  const Environment term("TERM", "xterm-256color");
  const Environment no_color("NO_COLOR", nullptr);
  EXPECT_EQ(Progress::choose(terminal.writer(), false).mode, Progress::Mode::kLive);
  EXPECT_TRUE(Progress::choose(terminal.writer(), false).color);
  EXPECT_EQ(Progress::choose(terminal.writer(), true).mode, Progress::Mode::kQuiet);
  EXPECT_EQ(Progress::choose(pipe.writer(), false).mode, Progress::Mode::kPlain);
  {
    const Environment set("NO_COLOR", "1");
    EXPECT_EQ(Progress::choose(terminal.writer(), false).mode, Progress::Mode::kLive);
    EXPECT_FALSE(Progress::choose(terminal.writer(), false).color);
  }
  for (const char* value : {static_cast<const char*>(nullptr), "", "dumb"}) {
    const Environment set("TERM", value);
    EXPECT_EQ(Progress::choose(terminal.writer(), false).mode, Progress::Mode::kPlain);
  }
}

}  // namespace
}  // namespace crawler
