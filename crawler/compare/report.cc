#include "crawler/compare/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "crawler/options/units.h"

namespace crawler {
namespace {

// Part of the machine that others may take before times are no longer to be trusted. What they all
// take while nothing happens is less.
constexpr double kDisturbed = 0.1;

std::string duration_text(double seconds) {
  return format_duration(
      std::chrono::microseconds(static_cast<std::int64_t>(std::llround(seconds * 1e6))));
}

// Three digits: a median of five rounds means no more.
std::string short_duration(double seconds) {
  if (seconds >= 120) return duration_text(std::round(seconds));
  if (seconds >= 100) return fmt::format("{:.0f}s", seconds);
  if (seconds >= 10) return fmt::format("{:.1f}s", seconds);
  return seconds >= 1 ? fmt::format("{:.2f}s", seconds) : fmt::format("{:.0f}ms", seconds * 1000);
}

std::string short_size(double bytes) { return fmt::format("{:.0f}MiB", bytes / (1024.0 * 1024.0)); }

double cpu_of(const Summary& summary) { return summary.cpu[0] + summary.cpu[1] + summary.cpu[2]; }

void write_table(std::ostream& out, const Findings& findings,
                 const storage::TableOptions& options) {
  storage::Table table(
      out, {"crawl", "time", "±95%", "speed-up", "pages/s", "CPU", "memory", "p95", "limit"},
      options);
  const bool with_parsers = !same_parsers(findings);
  for (const Summary& each : findings.summaries) {
    table.cell(short_name(each.configuration, with_parsers));
    table.cell(time_text(each));
    if (each.seconds_each.empty() || !each.excluded.empty()) {
      for (int blank = 0; blank < 6; ++blank) table.null();
      table.cell(each.excluded);
      continue;
    }
    table.cell(ci95_text(each.seconds));
    table.cell(short_number(each.speedup.median));
    table.cell(short_number(each.pages_per_second.median));
    table.cell(short_duration(cpu_of(each)));
    table.cell(short_size(each.memory.median));
    table.cell(short_duration(each.latency_ms[1] / 1000));
    table.cell(to_string(each.limit.limit));
  }
  table.finish();
}

void write_spread(storage::Table& table, const Spread& spread) {
  for (const double value :
       {spread.median, spread.ci95.low, spread.ci95.high, spread.least, spread.most})
    table.cell(value);
}

void write_all(std::ostream& out, const Comparison& comparison, const Findings& findings,
               const storage::TableOptions& options) {
  std::vector<std::string> columns{"strategy", "concurrency", "parsers",  "rounds",
                                   "agrees",   "excluded",    "estimated"};
  for (const char* figure : {"seconds", "pages_per_second", "speedup", "memory_bytes"})
    for (const char* part : {"", "_low", "_high", "_least", "_most"})
      columns.push_back(std::string(figure) + part);
  for (const char* column :
       {"pages", "cpu_fetch_seconds", "cpu_parse_seconds", "cpu_store_seconds", "cpu_seconds",
        "server_cpu_seconds", "p50_ms", "p95_ms", "p99_ms", "most_in_flight", "context_switches",
        "threads", "limit", "limit_detail", "floor_seconds"})
    columns.emplace_back(column);
  storage::Table table(out, columns, options);
  for (const Summary& each : findings.summaries) {
    table.cell(to_string(each.configuration.strategy));
    table.cell(std::int64_t{each.configuration.concurrency});
    table.cell(std::int64_t{each.configuration.parsers});
    table.cell(std::int64_t{each.rounds});
    table.cell(std::int64_t{each.excluded.empty()});
    table.cell(each.excluded);
    table.cell(std::int64_t{each.estimated});
    for (const Spread* spread :
         {&each.seconds, &each.pages_per_second, &each.speedup, &each.memory})
      write_spread(table, *spread);
    table.cell(each.pages);
    for (const double cpu : each.cpu) table.cell(cpu);
    table.cell(cpu_of(each));
    table.cell(each.server_cpu);
    for (const double latency : each.latency_ms) table.cell(latency);
    table.cell(each.most_in_flight);
    table.cell(each.switches);
    table.cell(each.threads);
    table.cell(to_string(each.limit.limit));
    table.cell(each.limit.detail);
    if (comparison.floor > 0)
      table.cell(comparison.floor);
    else
      table.null();
  }
  table.finish();
}

}  // namespace

bool same_parsers(const Findings& findings) {
  return std::all_of(
      findings.summaries.begin(), findings.summaries.end(), [&](const Summary& each) {
        return each.configuration.parsers == findings.summaries.front().configuration.parsers;
      });
}

std::string short_name(const Configuration& configuration, bool with_parsers) {
  std::string name(to_string(configuration.strategy));
  if (configuration.strategy != Strategy::kSequential)
    name += fmt::format(" {}", configuration.concurrency);
  if (with_parsers)
    name += configuration.parsers == 0 ? std::string(", inline")
                                       : fmt::format(", {}p", configuration.parsers);
  return name;
}

std::string short_number(double value) {
  if (value >= 99.5) return fmt::format("{:.0f}", value);
  return value >= 9.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}

std::string ci95_text(const Spread& spread) {
  if (spread.median <= 0) return "";
  const double half = (spread.ci95.high - spread.ci95.low) / 2 / spread.median * 100;
  return half >= 9.95 ? fmt::format("{:.0f}%", half) : fmt::format("{:.1f}%", half);
}

std::string time_text(const Summary& summary) {
  if (summary.seconds_each.empty()) return "failed";
  const std::string text = (summary.estimated ? "≈" : "") + short_duration(summary.seconds.median);
  return summary.excluded.empty() ? text : "~~" + text + "~~";
}

std::string describe(const Workload& workload) {
  if (workload.live()) {
    std::string text = "live sites (";
    for (const std::string& seed : workload.seeds) text += (text.back() == '(' ? "" : " ") + seed;
    return text + fmt::format(
                      "), at most {} pages a run, {} connections a host, robots.txt heeded and the "
                      "hosts' delays kept (500ms where they ask for none)",
                      workload.max_pages, workload.per_host);
  }
  return fmt::format(
      "built-in site, {} {} of {} pages, {} of text each, {} a response, {} {} a host",
      workload.hosts, workload.hosts == 1 ? "host" : "hosts", workload.pages, workload.body,
      workload.latency, workload.per_host, workload.per_host == 1 ? "connection" : "connections");
}

void write_rows(std::ostream& out, const Comparison& comparison, const Findings& findings,
                const storage::TableOptions& options) {
  if (options.format == storage::Format::kTable)
    write_table(out, findings, options);
  else
    write_all(out, comparison, findings, options);
}

void write_notes(std::ostream& out, const Comparison& comparison, const Findings& findings) {
  out << fmt::format("{}\n", describe(comparison.workload));
  if (comparison.floor > 0)
    out << fmt::format("floor: {} (the site's critical path: a crawl that takes no time itself)\n",
                       short_duration(comparison.floor));
  if (!findings.summaries.empty() && same_parsers(findings)) {
    const unsigned parsers = findings.summaries.front().configuration.parsers;
    out << fmt::format("parsers: {}\n",
                       parsers == 0 ? std::string("inline") : std::to_string(parsers));
  }
  bool estimated = false;
  const bool with_parsers = !same_parsers(findings);
  for (const Summary& each : findings.summaries) {
    const std::string name = short_name(each.configuration, with_parsers);
    estimated = estimated || each.estimated;
    if (!each.excluded.empty())
      out << fmt::format("{}: excluded, {}\n", name, each.excluded);
    else
      out << fmt::format(
          "{}: {}, {}; {:.0f} in flight at most, {:.0f} {}, {:.0f} context switches\n", name,
          to_string(each.limit.limit), each.limit.detail, each.most_in_flight, each.threads,
          each.threads == 1 ? "thread" : "threads", each.switches);
  }
  if (estimated)
    out << fmt::format(
        "≈: stopped after {}; the whole crawl's time is estimated from the share of its "
        "requests made by then\n",
        short_duration(comparison.time_limit));
  if (findings.others > kDisturbed)
    out << fmt::format(
        "other programs took up to {:.0f}% of the machine meanwhile: times are unsure\n",
        findings.others * 100);
  if (!findings.agree)
    out << fmt::format("excluded configurations do not count\n");
  else if (!findings.digest.empty())
    out << fmt::format("results: all agree, digest {}\n", findings.digest.substr(0, 16));
  else
    out << fmt::format("results: agree in every page that two crawls both have; none was whole\n");
  out << fmt::format("{} {}, {}, {} {}, {} memory, {}, {}\n", comparison.rounds,
                     comparison.rounds == 1 ? "round" : "rounds", comparison.measured_at,
                     comparison.machine.cores, comparison.machine.cores == 1 ? "core" : "cores",
                     format_size(comparison.machine.memory), comparison.machine.processor,
                     comparison.machine.weft);
}

bool write_changes(std::ostream& out, const Findings& before, const Findings& after,
                   const storage::TableOptions& options) {
  storage::Table table(out, {"crawl", "figure", "before", "after", "change", "interval", "verdict"},
                       options);
  const auto add = [&table](const Summary& now, const char* figure, const std::vector<double>& then,
                            const std::vector<double>& values, auto&& text) {
    const Difference change = difference(then, values);
    const auto percent = [](double ratio) { return (ratio - 1) * 100; };
    table.cell(name_of(now.configuration));
    table.cell(figure);
    table.cell(text(median(then)));
    table.cell(text(median(values)));
    table.cell(fmt::format("{:+.1f}%", percent(change.ratio)));
    table.cell(
        fmt::format("{:+.1f}% to {:+.1f}%", percent(change.ci95.low), percent(change.ci95.high)));
    table.cell(to_string(change.change));
  };
  for (const Summary& now : after.summaries)
    for (const Summary& then : before.summaries) {
      if (!(then.configuration == now.configuration) || then.seconds_each.empty() ||
          now.seconds_each.empty() || !now.excluded.empty() || !then.excluded.empty())
        continue;
      add(now, "time", then.seconds_each, now.seconds_each, short_duration);
      add(now, "CPU", then.cpu_each, now.cpu_each, short_duration);
      add(now, "memory", then.memory_each, now.memory_each, short_size);
      add(now, "p95", then.p95_each, now.p95_each,
          [](double ms) { return short_duration(ms / 1000); });
    }
  const bool any = table.rows() > 0;
  table.finish();
  return any;
}

}  // namespace crawler
