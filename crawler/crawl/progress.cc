#include "crawler/crawl/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "crawler/options/units.h"
#include "storage/table.h"

namespace crawler {
namespace {

// Columns where the terminal does not say.
constexpr std::size_t kUsualWidth = 80;

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kNoColor = "\x1b[0m";
constexpr std::string_view kEraseLineRest = "\x1b[K";
constexpr std::string_view kEraseBelow = "\x1b[J";
constexpr std::string_view kEllipsis = "...";

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

std::size_t width_of(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
  return size.ws_col;
}

// The last column stays free: with a character in it, erasing the rest of the line erases that too.
std::string elided(std::string line, std::size_t width) {
  if (line.size() < width) return line;
  const std::size_t room = width - std::min<std::size_t>(width, 1);
  line.resize(room - std::min(room, kEllipsis.size()));
  return line.append(kEllipsis.substr(0, room - line.size()));
}

std::string list(const std::vector<std::pair<std::string_view, std::uint64_t>>& counts) {
  std::string text;
  for (const auto& [word, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", storage::printable(word), count);
  return text;
}

std::uint64_t sum(const std::vector<std::pair<std::string_view, std::uint64_t>>& counts) {
  std::uint64_t total = 0;
  for (const auto& [word, count] : counts) total += count;
  return total;
}

}  // namespace

Progress::Options Progress::choose(int fd, bool quiet) {
  if (quiet) return {Mode::kQuiet, false};
  const std::string_view term = environment("TERM");
  if (isatty(fd) == 0 || term.empty() || term == "dumb") return {Mode::kPlain, false};
  return {Mode::kLive, environment("NO_COLOR").empty()};
}

Progress::Progress(int fd, Options options, Time start)
    : fd_(fd),
      options_(options),
      start_(start),
      next_(options.mode == Mode::kLive ? start : start + kLineEvery),
      points_{{start, 0, 0}} {}

Progress::~Progress() { finish(); }

void Progress::update(const Snapshot& snapshot, Time now) {
  if (!due(now)) return;
  while (points_.size() > 1 && points_[1].time <= now - kRateWindow) points_.pop_front();
  if (options_.mode == Mode::kLive) {
    lines_ = block(snapshot, now);
    write(drawn());
    next_ = now + kRedrawEvery;
  } else {
    write(plain(snapshot, now));
    next_ = now + kLineEvery;
  }
  points_.push_back({now, snapshot.pages, snapshot.wire_bytes});
}

void Progress::line(std::string_view text) {
  std::string bytes = erased() + storage::printable(text) + "\n";
  if (!lines_.empty()) bytes += drawn();
  write(bytes);
}

void Progress::finish() {
  lines_.clear();
  write(erased());
  options_.mode = Mode::kQuiet;
}

std::vector<std::string> Progress::block(const Snapshot& snapshot, Time now) const {
  const auto& s = snapshot;
  std::vector<std::string> lines{
      fmt::format("{}  {} pages  {}", elapsed(now), s.pages, rates(s, now)),
      fmt::format("queued {}  in flight {}  parsing {}  writing {}", s.queued, s.in_flight,
                  s.parsing, s.writing)};
  if (!s.errors.empty())
    lines.push_back(fmt::format("errors {}: {}", sum(s.errors), list(s.errors)));
  return lines;
}

std::string Progress::plain(const Snapshot& snapshot, Time now) const {
  const auto& s = snapshot;
  std::string line = fmt::format(
      "{}: {} pages, {}, {} queued, {} in flight, {} parsing, {} writing, {} errors", elapsed(now),
      s.pages, rates(s, now), s.queued, s.in_flight, s.parsing, s.writing, sum(s.errors));
  if (!s.errors.empty()) line += " (" + list(s.errors) + ")";
  return line + "\n";
}

std::string Progress::rates(const Snapshot& snapshot, Time now) const {
  const Point& since = points_.front();
  const double seconds = std::chrono::duration<double>(now - since.time).count();
  const auto rate = [&](std::uint64_t count) {
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
  };
  return fmt::format(
      "{:.1f} pages/s{}{}/s", rate(snapshot.pages - since.pages),
      options_.mode == Mode::kLive ? "  " : ", ",
      format_size(static_cast<std::uint64_t>(rate(snapshot.wire_bytes - since.wire_bytes))));
}

std::string Progress::elapsed(Time now) const {
  return format_duration(std::chrono::floor<std::chrono::seconds>(now - start_));
}

// Takes the block away: the bytes that do it.
std::string Progress::erased() {
  if (drawn_ == 0) return {};
  std::string bytes = "\r";
  if (drawn_ > 1) bytes += fmt::format("\x1b[{}A", drawn_ - 1);
  drawn_ = 0;
  return bytes.append(kEraseBelow);
}

// Puts the block over the one that stands there, line by line so that nothing flickers. The cursor
// stays at the end of its last line.
std::string Progress::drawn() {
  std::string bytes;
  if (drawn_ > 0) bytes += "\r";
  if (drawn_ > 1) bytes += fmt::format("\x1b[{}A", drawn_ - 1);
  const std::size_t width = width_of(fd_);
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const bool red = options_.color && lines_[i].starts_with("errors");
    if (i > 0) bytes += "\r\n";
    if (red) bytes += kRed;
    bytes += elided(lines_[i], width);
    if (red) bytes += kNoColor;
    bytes += kEraseLineRest;
  }
  drawn_ = lines_.size();
  return bytes.append(kEraseBelow);
}

void Progress::write(std::string_view bytes) {
  while (!bytes.empty() && !broken_) {
    const ssize_t count = ::write(fd_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    // A terminal that has no room now misses this block; any other failure is final.
    if (count < 0) {
      broken_ = errno != EAGAIN;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace crawler
