#include "crawler/ask/report_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "crawler/options/units.h"

namespace crawler {
namespace {

// A chart with more is no longer looked at; the tables have them all.
constexpr std::size_t kMostBars = 14;
// A row for itself up to here; crawls without a bound on their depth run into traps, and those have
// any depth.
constexpr std::int64_t kDeepest = kMostBars - 1;
// Two charts beside each other, or one in a narrow window at its full size.
constexpr double kWidth = 360;
constexpr double kLabelWidth = 148;
constexpr double kFigureWidth = 58;
constexpr std::size_t kLabelLetters = 18;  // of a name, that fit the width

// The parts of a bar that counts URLs, by their state.
const std::vector<std::string> kStates{"done", "failed", "skipped", "queued"};
#define WEFT_STATE_PLACE \
  "CASE u.state WHEN 'done' THEN 0 WHEN 'failed' THEN 1 WHEN 'skipped' THEN 2 ELSE 3 END"

// Of host names both ends tell something.
std::string shortened(std::string_view label) {
  if (label.size() <= kLabelLetters) return std::string(label);
  constexpr std::size_t kEnd = (kLabelLetters - 1) / 2;
  return fmt::format("{}…{}", label.substr(0, kLabelLetters - 1 - kEnd),
                     label.substr(label.size() - kEnd));
}

BarChart empty_chart(std::string title, std::string unit, std::vector<std::string> series) {
  BarChart chart;
  chart.title = std::move(title);
  chart.unit = std::move(unit);
  chart.series = std::move(series);
  chart.width = kWidth;
  chart.label_width = kLabelWidth;
  chart.text_width = kFigureWidth;
  return chart;
}

void write_totals(BarChart& chart) {
  for (BarChart::Row& row : chart.rows) {
    double total = 0;
    for (const BarChart::Part& part : row.parts) total += part.value;
    row.text = fmt::format("{:.0f}", total);
  }
}

// `sql` returns a name, the number of a series and a count; the rows of one name are adjacent.
CrawlChart counted(const storage::Database& db, std::string id, BarChart chart,
                   std::string_view sql) {
  storage::Statement statement(db, sql);
  std::string name;
  std::size_t bars = 0;
  while (statement.step()) {
    const std::string_view next = statement.column_text(0);
    if (bars == 0 || next != name) {
      name = next;
      if (++bars <= kMostBars) chart.rows.push_back({shortened(name), {}, 0, 0, {}});
    }
    if (bars <= kMostBars)
      chart.rows.back().parts.push_back({static_cast<std::size_t>(statement.column_int(1)),
                                         static_cast<double>(statement.column_int(2))});
  }
  write_totals(chart);
  std::string note;
  if (bars > kMostBars) note = fmt::format("The first {} of {}.", kMostBars, bars);
  return {std::move(id), std::move(chart), std::move(note)};
}

// How many values of `column` lie below, between and above the bounds, which `text` writes. Ranges
// at either end that hold none are left out.
template <std::size_t N, class Text>
CrawlChart histogram(const storage::Database& db, std::string id, BarChart chart,
                     std::string_view column, const std::array<std::int64_t, N>& bounds,
                     Text text) {
  std::string place = "0";
  for (const std::int64_t bound : bounds) place += fmt::format(" + ({} >= {})", column, bound);
  storage::Statement statement(
      db, fmt::format("SELECT {} AS place, count(*) FROM pages GROUP BY place", place));
  std::array<double, N + 1> counts{};
  std::size_t first = N + 1;
  std::size_t end = 0;
  while (statement.step()) {
    const auto at = static_cast<std::size_t>(statement.column_int(0));
    counts.at(at) = static_cast<double>(statement.column_int(1));
    first = std::min(first, at);
    end = std::max(end, at + 1);
  }
  for (std::size_t i = first; i < end; ++i) {
    const std::string label = i == 0   ? "under " + text(bounds[0])
                              : i == N ? text(bounds[N - 1]) + " or more"
                                       : text(bounds[i - 1]) + " – " + text(bounds[i]);
    chart.rows.push_back({label, {{0, counts[i]}}, 0, 0, {}});
  }
  write_totals(chart);
  return {std::move(id), std::move(chart), {}};
}

constexpr std::array<std::int64_t, 9> kSizes{1,         1 << 10, 4 << 10, 16 << 10, 64 << 10,
                                             256 << 10, 1 << 20, 4 << 20, 16 << 20};
// Microseconds.
constexpr std::array<std::int64_t, 13> kLatencies{
    1'000,   2'000,   5'000,     10'000,    20'000,    50'000,    100'000,
    200'000, 500'000, 1'000'000, 2'000'000, 5'000'000, 10'000'000};

}  // namespace

std::vector<CrawlChart> charts_of(const storage::Database& db) {
  std::vector<CrawlChart> all;
  all.push_back(counted(
      db, "status",
      empty_chart("Responses by HTTP status", "responses", {"2xx", "3xx", "4xx", "5xx", "other"}),
      "SELECT status, CASE WHEN status BETWEEN 200 AND 599 THEN status / 100 - 2 ELSE 4 END, "
      "count(*) FROM pages GROUP BY status ORDER BY count(*) DESC, status"));
  all.push_back(counted(
      db, "reason", empty_chart("URLs by what came of them", "URLs", kStates),
      "SELECT iif(u.reason = '', u.state, u.reason), " WEFT_STATE_PLACE
      ", count(*) FROM urls u GROUP BY u.state, u.reason ORDER BY count(*) DESC, u.reason"));
  all.push_back(counted(
      db, "depth", empty_chart("URLs by links from a seed", "URLs", kStates),
      fmt::format("SELECT iif(u.depth < {0}, u.depth, '{0} or more') AS links, " WEFT_STATE_PLACE
                  " AS place, count(*) FROM urls u GROUP BY links, place "
                  "ORDER BY min(u.depth, {0}), place",
                  kDeepest)));
  // Links lead to many hosts that are out of scope: they would fill the chart.
  all.push_back(counted(
      db, "host", empty_chart("Hosts by URLs that were not skipped", "URLs", kStates),
      "WITH n AS (SELECT host_id, count(*) AS urls FROM urls WHERE state <> 'skipped' GROUP BY 1)"
      "SELECT h.name, " WEFT_STATE_PLACE
      " AS place, count(*) FROM urls u JOIN hosts h ON h.id = u.host_id JOIN n USING (host_id) "
      "WHERE u.state <> 'skipped' GROUP BY host_id, place ORDER BY n.urls DESC, host_id, place"));
  all.push_back(histogram(
      db, "latency", empty_chart("Responses by the time they took", "responses", {"responses"}),
      "total_us", kLatencies,
      [](std::int64_t time) { return format_duration(std::chrono::microseconds(time)); }));
  all.push_back(histogram(
      db, "size", empty_chart("Responses by the size of their body", "responses", {"responses"}),
      "body_bytes", kSizes,
      [](std::int64_t size) { return format_size(static_cast<std::uint64_t>(size)); }));
  return all;
}

#undef WEFT_STATE_PLACE

}  // namespace crawler
