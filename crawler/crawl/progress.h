// The one writer of stderr during a crawl. It shows how the crawl is getting on: on a terminal a
// block of lines that is redrawn in place, ten times a second at most; elsewhere, and where TERM is
// "dumb", a plain line every ten seconds. Every other line, the log's too (progress_sink.h), goes
// through line(), so that it never stands within the block; its control characters are replaced.
//
// Knows no engine: it is given a snapshot and a time, on one thread. The cursor is never hidden, so
// a crawl that is killed leaves the terminal usable; one that ends takes its block away.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crawler {

class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  enum class Mode : std::uint8_t { kQuiet, kPlain, kLive };
  struct Options {
    Mode mode = Mode::kPlain;
    bool color = false;
  };

  static constexpr std::chrono::milliseconds kRedrawEvery{100};
  static constexpr std::chrono::seconds kLineEvery{10};
  // Rates are means over this long, so that they are steady enough to be read.
  static constexpr std::chrono::seconds kRateWindow{10};

  struct Snapshot {
    std::uint64_t pages = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t queued = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t parsing = 0;
    std::uint64_t writing = 0;
    // Failed URLs by the word for their reason, most frequent first.
    std::vector<std::pair<std::string_view, std::uint64_t>> errors{};
  };

  // What suits `fd`, TERM and NO_COLOR (https://no-color.org/).
  static Options choose(int fd, bool quiet);

  // Writes to `fd`, which stays the caller's. Once a write fails, nothing more is written.
  Progress(int fd, Options options, Time start);
  // As finish().
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Whether update() would show something: saves making a snapshot.
  bool due(Time now) const { return options_.mode != Mode::kQuiet && now >= next_; }
  // Shows the snapshot, if it is due.
  void update(const Snapshot& snapshot, Time now);
  // Prints one line for people, above the block; in every mode.
  void line(std::string_view text);
  // Takes the block away. update() shows nothing more; line() still prints.
  void finish();

 private:
  struct Point {
    Time time;
    std::uint64_t pages = 0;
    std::uint64_t wire_bytes = 0;
  };

  std::vector<std::string> block(const Snapshot& snapshot, Time now) const;
  std::string plain(const Snapshot& snapshot, Time now) const;
  std::string rates(const Snapshot& snapshot, Time now) const;
  std::string elapsed(Time now) const;
  std::string erased();
  std::string drawn();
  void write(std::string_view bytes);

  const int fd_;
  Options options_;
  const Time start_;
  Time next_;
  std::deque<Point> points_;  // shown within kRateWindow, and the one before
  std::vector<std::string> lines_;
  std::size_t drawn_ = 0;  // lines of the block that are on the terminal now
  bool broken_ = false;    // a write failed
};

}  // namespace crawler
