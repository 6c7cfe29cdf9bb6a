#include "crawler/compare/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "crawler/ask/chart.h"
#include "crawler/ask/html_page.h"
#include "crawler/compare/report.h"
#include "crawler/options/units.h"

namespace crawler {
namespace {

constexpr double kLogarithmicFrom = 20;  // times: beyond it, short bars can no longer be told apart

using Cells = std::vector<std::string>;

class Page {
 public:
  Page(const Comparison& comparison, const Findings& findings)
      : comparison_(comparison), findings_(findings) {
    for (const Summary& each : findings.summaries)
      if (each.excluded.empty() && !each.seconds_each.empty()) counted_.push_back(&each);
  }

  std::string text() {
    head();
    results();
    if (!counted_.empty()) {
      speedup();
      throughput();
      timelines();
      cpu();
    }
    colophon();
    return std::move(out_);
  }

 private:
  void head() {
    out_ += html_begin("weft compare") + chart_patterns();
    out_ += fmt::format("<h1>weft compare</h1>\n<p>{}</p>\n",
                        escape_html(describe(comparison_.workload)));
  }

  // A table that is always there is open; the others are one step away.
  void table(const Cells& names, const std::vector<Cells>& rows) {
    out_ += "<details><summary>As a table</summary><div class=\"scroll\"><table>\n" +
            html_row(names, "th");
    for (const Cells& cells : rows) out_ += html_row(cells, "td");
    out_ += "</table></div></details>\n";
  }

  void results() {
    out_ += "<h2>Results</h2>\n<div class=\"scroll\"><table>\n";
    out_ += html_row({"crawl", "time", "±95%", "speed-up", "pages/s", "p50 ms", "p95 ms", "p99 ms",
                      "in flight", "threads", "switches", "memory", "limit"},
                     "th");
    for (const Summary& each : findings_.summaries) {
      Cells cells{label(each.configuration),
                  each.seconds_each.empty() ? "failed" : plain_time(each),
                  ci95_text(each.seconds),
                  short_number(each.speedup.median),
                  short_number(each.pages_per_second.median),
                  short_number(each.latency_ms[0]),
                  short_number(each.latency_ms[1]),
                  short_number(each.latency_ms[2]),
                  short_number(each.most_in_flight),
                  fmt::format("{:.0f}", each.threads),
                  fmt::format("{:.0f}", each.switches),
                  format_size(static_cast<std::uint64_t>(each.memory.median)),
                  std::string(to_string(each.limit.limit)) + ": " + each.limit.detail};
      const bool excluded = !each.excluded.empty();
      if (excluded) cells.back() = each.excluded;
      out_ += html_row(cells, "td", excluded);
    }
    out_ += "</table></div>\n<p class=\"faint\">";
    if (comparison_.floor > 0)
      out_ += fmt::format(
          "The floor is {:.2f} s: the site's critical path, which is what a crawl "
          "would take that needs no time itself. ",
          comparison_.floor);
    if (std::any_of(findings_.summaries.begin(), findings_.summaries.end(),
                    [](const Summary& each) { return each.estimated; }))
      out_ += fmt::format(
          "≈: stopped after {:g} s; the time of the whole crawl is estimated from "
          "the share of its requests made by then. ",
          comparison_.time_limit);
    out_ += findings_.agree
                ? "All crawls found the same."
                : "Excluded configurations do not count: a run failed, or its results differ.";
    out_ += "</p>\n";
  }

  static std::string plain_time(const Summary& summary) {
    Summary counted = summary;
    counted.excluded.clear();
    return time_text(counted);
  }

  std::string label(const Configuration& configuration) const {
    return short_name(configuration, !same_parsers(findings_));
  }

  static std::size_t style_of(Strategy strategy) { return static_cast<std::size_t>(strategy); }

  void speedup() {
    const std::string base = label(findings_.summaries[findings_.baseline].configuration);
    BarChart chart{.title = "Speed-up over " + base,
                   .unit = "times as fast as " + base,
                   .series = {"async", "threads", "sequential"},
                   .rows = {},
                   .logarithmic = false};
    std::vector<Cells> rows;
    for (const Summary* each : counted_) {
      const Spread& times = each->speedup;
      chart.logarithmic = chart.logarithmic || times.median > kLogarithmicFrom;
      chart.rows.push_back({label(each->configuration),
                            {{style_of(each->configuration.strategy), times.median}},
                            times.ci95.low,
                            times.ci95.high,
                            short_number(times.median) + "×"});
      rows.push_back({label(each->configuration), short_number(times.median),
                      short_number(times.ci95.low), short_number(times.ci95.high)});
    }
    if (chart.logarithmic) chart.unit += " (logarithmic)";
    out_ += fmt::format("<h2>Speed-up over {}</h2>\n<figure id=\"speedup\">\n{}</figure>\n",
                        escape_html(base), draw(chart));
    table({"crawl", "speed-up", "95% from", "to"}, rows);
  }

  // Against concurrency; against parsers where it is those that differ.
  void throughput() {
    const bool parsers = std::all_of(counted_.begin(), counted_.end(), [this](const Summary* each) {
      return each->configuration.concurrency == counted_[0]->configuration.concurrency;
    });
    LineChart chart{
        .title = parsers ? "Pages a second against parser processes"
                         : "Pages a second against concurrency",
        .x_unit = parsers ? "parser processes (0: inline)" : "requests at once (logarithmic)",
        .y_unit = "pages/s",
        .series = {},
        .logarithmic_x = !parsers};
    std::vector<Cells> rows;
    double least = 1e300;
    double most = 0;
    for (const Summary* each : counted_) {
      const Configuration& configuration = each->configuration;
      const unsigned place = parsers ? configuration.parsers : configuration.concurrency;
      const Spread& rate = each->pages_per_second;
      series_of(chart, configuration, parsers)
          .points.push_back(
              {static_cast<double>(place), rate.median, rate.ci95.low, rate.ci95.high});
      least = std::min(least, rate.median);
      most = std::max(most, rate.median);
      rows.push_back({label(configuration), short_number(rate.median), short_number(rate.ci95.low),
                      short_number(rate.ci95.high)});
    }
    for (LineChart::Series& series : chart.series)
      std::sort(series.points.begin(), series.points.end(),
                [](const auto& a, const auto& b) { return a.x < b.x; });
    chart.logarithmic_y = most > kLogarithmicFrom * least;
    if (chart.logarithmic_y) chart.y_unit += " (log.)";
    out_ += fmt::format("<h2>{}</h2>\n<figure id=\"throughput\">\n{}</figure>\n", chart.title,
                        draw(chart));
    table({"crawl", "pages/s", "95% from", "to"}, rows);
  }

  // One a strategy, or one a strategy and number of parsers.
  LineChart::Series& series_of(LineChart& chart, const Configuration& configuration,
                               bool by_parsers) const {
    const bool each_parsers = !by_parsers && !same_parsers(findings_);
    std::string name(to_string(configuration.strategy));
    if (each_parsers) name += fmt::format(", {}p", configuration.parsers);
    for (LineChart::Series& series : chart.series)
      if (series.name == name) return series;
    const std::size_t style = each_parsers ? chart.series.size() : style_of(configuration.strategy);
    chart.series.push_back({std::move(name), {}, style});
    return chart.series.back();
  }

  // The fastest configuration of each strategy, in the run that is nearest to its median.
  void timelines() {
    out_ +=
        "<h2>How a crawl goes</h2>\n<p class=\"faint\">The fastest of each strategy, in its "
        "median run.</p>\n";
    for (const Strategy strategy : {Strategy::kSequential, Strategy::kThreads, Strategy::kAsync}) {
      const Summary* best = nullptr;
      for (const Summary* each : counted_)
        if (each->configuration.strategy == strategy &&
            (best == nullptr || each->seconds.median < best->seconds.median))
          best = each;
      if (best != nullptr) timeline(*best);
    }
  }

  void timeline(const Summary& summary) {
    const std::string name = label(summary.configuration);
    const std::size_t style = style_of(summary.configuration.strategy);
    LineChart pages{.title = "Pages done over time, " + name,
                    .x_unit = "seconds",
                    .y_unit = "pages done",
                    .series = {{"pages done", {}, style}},
                    .markers = false,
                    .width = 380,
                    .height = 200};
    LineChart flying = pages;
    flying.title = "Requests in flight over time, " + name;
    flying.y_unit = "in flight";
    flying.series = {{"in flight", {}, style}};
    std::vector<Cells> rows;
    const std::vector<TimelineSample>& samples = comparison_.measurements[summary.typical].timeline;
    constexpr std::size_t kRows = 20;  // of the table; the curves have them all
    const std::size_t step = std::max<std::size_t>(1, samples.size() / kRows);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const TimelineSample& sample = samples[i];
      pages.series[0].points.push_back({sample.seconds, static_cast<double>(sample.pages)});
      flying.series[0].points.push_back({sample.seconds, static_cast<double>(sample.in_flight)});
      if (i % step == 0 || i + 1 == samples.size())
        rows.push_back({fmt::format("{:.1f}", sample.seconds), std::to_string(sample.pages),
                        std::to_string(sample.in_flight)});
    }
    out_ += fmt::format("<h3>{}</h3>\n<figure class=\"pair\" id=\"timeline-{}\">\n{}{}</figure>\n",
                        escape_html(name), to_string(summary.configuration.strategy), draw(pages),
                        draw(flying));
    table({"seconds", "pages done", "in flight"}, rows);
  }

  void cpu() {
    BarChart chart{.title = "CPU by stage",
                   .unit = "CPU seconds, all processes",
                   .series = {},
                   .rows = {},
                   .logarithmic = false};
    Cells names{"crawl"};
    for (const Stage stage : kStages) {
      chart.series.emplace_back(to_string(stage));
      names.emplace_back(to_string(stage));
    }
    names.insert(names.end(), {"all", "server"});
    std::vector<Cells> rows;
    for (const Summary* each : counted_) {
      BarChart::Row bar{label(each->configuration), {}, 0, 0, {}};
      Cells cells{bar.label};
      double sum = 0;
      for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
        bar.parts.push_back({stage, each->cpu[stage]});
        sum += each->cpu[stage];
        cells.push_back(fmt::format("{:.2f}", each->cpu[stage]));
      }
      bar.text = fmt::format("{:.2f} s", sum);
      cells.insert(cells.end(),
                   {fmt::format("{:.2f}", sum), fmt::format("{:.2f}", each->server_cpu)});
      chart.rows.push_back(std::move(bar));
      rows.push_back(std::move(cells));
    }
    out_ +=
        "<h2>CPU by stage</h2>\n<p class=\"faint\">Fetch is all that is neither parsing nor "
        "storing. Of crawls that were stopped, it is the CPU until then.</p>\n"
        "<figure id=\"cpu\">\n" +
        draw(chart) + "</figure>\n";
    table(names, rows);
  }

  void colophon() {
    std::ostringstream notes;
    write_notes(notes, comparison_, findings_);
    out_ += fmt::format(
        "<h2>How it was measured</h2>\n<p>{}: {} {}, interleaved in random order{}; "
        "each run is <code>weft crawl</code> as a fresh process with a fresh file. Medians; "
        "whiskers are 95% confidence intervals, bootstrapped.</p>\n<p>{}</p>\n<p>To repeat it: "
        "<code>{}</code></p>\n",
        escape_html(comparison_.measured_at), comparison_.rounds,
        comparison_.rounds == 1 ? "round" : "rounds",
        comparison_.workload.live() ? "" : " after a warm-up",
        escape_html(describe(comparison_.machine)), escape_html(comparison_.command));
    out_ += "<details><summary>Notes</summary>\n";
    std::istringstream lines(notes.str());
    for (std::string note; std::getline(lines, note);) out_ += "<p>" + escape_html(note) + "</p>\n";
    out_ += "</details>\n" + html_end();
  }

  const Comparison& comparison_;
  const Findings& findings_;
  std::vector<const Summary*> counted_;  // what is not excluded
  std::string out_;
};

}  // namespace

std::string to_html(const Comparison& comparison, const Findings& findings) {
  return Page(comparison, findings).text();
}

}  // namespace crawler
