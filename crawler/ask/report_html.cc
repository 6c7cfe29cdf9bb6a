#include "crawler/ask/report_html.h"

#include <fmt/format.h>

#include <sstream>
#include <string_view>
#include <vector>

#include "crawler/ask/chart.h"
#include "crawler/ask/html_page.h"
#include "crawler/ask/report_charts.h"
#include "crawler/options/machine.h"
#include "crawler/options/run_record.h"
#include "storage/reports.h"
#include "storage/table.h"

namespace crawler {
namespace {

// Rows of a table unless another number is asked for: what one reads, and a page that opens at once
// whatever the crawl's size. Reports that rank show their own number.
constexpr std::uint64_t kRows = 100;

constexpr std::string_view kStyle = R"css(
body { max-width: 1140px; }
h3 { font-size: 1rem; margin: 0; }
nav ul { columns: 9rem; list-style: none; padding: 0; }
nav li { break-inside: avoid; padding: .1rem 0; }
a { color: var(--s0); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
  gap: 1.5rem 1rem; align-items: start; margin: .8rem 0; }
.charts figure { min-width: 0; margin: 0; }
.report th, .report td { text-align: left; vertical-align: top; }
.report .n { text-align: right; }
.report .l { white-space: normal; overflow-wrap: anywhere; min-width: 14rem; max-width: 28rem; }
)css";

std::string rows_text(std::uint64_t rows) {
  return fmt::format("{} {}", rows, rows == 1 ? "row" : "rows");
}

struct Section {
  std::string_view name;
  std::uint64_t rows = 0;
  std::string html;
};

class Page {
 public:
  Page(std::ostream& out, const storage::Database& db, const ReportPage& page)
      : out_(out), db_(db), page_(page) {}

  void write() {
    // A statement that has a row keeps the reads that follow in one transaction.
    storage::Statement snapshot(db_, "SELECT key FROM meta");
    snapshot.step_to_row();
    std::vector<Section> sections;
    for (const storage::Report& report : storage::reports()) sections.push_back(section(report));
    const Section runs = runs_of();
    const std::string crawled = subject();
    out_ << html_begin("weft report: " + crawled, kStyle) << chart_patterns();
    head(crawled);
    contents(sections);
    charts();
    for (const Section& each : sections) out_ << each.html;
    out_ << runs.html;
    colophon();
    out_ << html_end();
  }

 private:
  // "docs.python.org and 11 other hosts": those of which anything was asked.
  std::string subject() const {
    storage::Statement first(
        db_,
        "SELECT origin, (SELECT count(DISTINCT host_id) FROM urls WHERE state <> 'skipped') - 1 "
        "FROM origins ORDER BY id LIMIT 1");
    if (!first.step()) return "nothing yet";
    const std::string_view origin = first.column_text(0);
    const std::size_t scheme = origin.find("://");
    std::string text(scheme == std::string_view::npos ? origin : origin.substr(scheme + 3));
    const std::int64_t others = first.column_int(1);
    if (others > 0) text += fmt::format(" and {} other {}", others, others == 1 ? "host" : "hosts");
    return text;
  }

  void head(const std::string& crawled) {
    storage::Statement facts(
        db_,
        "SELECT (SELECT count(*) FROM urls), (SELECT count(*) FROM pages),"
        " min(started_at), (SELECT ended_at FROM runs ORDER BY id DESC LIMIT 1), count(*),"
        " (SELECT coalesce(outcome, '') FROM runs ORDER BY id DESC LIMIT 1) FROM runs");
    facts.step_to_row();
    out_ << fmt::format("<h1>Crawl of {}</h1>\n<p>{} URLs seen, {} responses", escape_html(crawled),
                        facts.column_int(0), facts.column_int(1));
    if (facts.column_int(4) > 0) {
      out_ << fmt::format("; crawled from {} ", escape_html(facts.column_text(2)));
      out_ << (facts.column_is_null(3)
                   ? "and still running, or killed"
                   : fmt::format("to {} ({})", escape_html(facts.column_text(3)),
                                 escape_html(facts.column_text(5))));
    }
    out_ << ".</p>\n";
  }

  void contents(const std::vector<Section>& sections) {
    out_ << "<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ul>\n"
            "<li><a href=\"#charts\">Charts</a></li>\n";
    for (const Section& each : sections)
      out_ << fmt::format(
          "<li><a href=\"#{0}\">{0}</a> <span class=\"faint\" title=\"rows\">{1}</span></li>\n",
          each.name, each.rows);
    out_ << "<li><a href=\"#runs\">Runs</a></li>\n"
            "<li><a href=\"#made\">How it was made</a></li>\n</ul>\n</nav>\n";
  }

  void charts() {
    out_ << "<section id=\"charts\">\n<h2>Charts</h2>\n<div class=\"charts\">\n";
    for (const CrawlChart& each : charts_of(db_)) {
      out_ << fmt::format("<figure id=\"chart-{}\">\n<figcaption><h3>{}</h3></figcaption>\n",
                          each.id, escape_html(each.chart.title));
      if (each.chart.rows.empty()) {
        out_ << "<p class=\"faint\">None.</p>\n</figure>\n";
        continue;
      }
      out_ << draw(each.chart);
      if (!each.note.empty()) out_ << fmt::format("<p class=\"faint\">{}</p>\n", each.note);
      figures(each.chart);
      out_ << "</figure>\n";
    }
    out_ << "</div>\n</section>\n";
  }

  // What a chart shows, in figures.
  void figures(const BarChart& chart) {
    std::vector<std::string> names{""};
    for (const std::string& series : chart.series) names.push_back(series);
    out_ << "<details><summary>As a table</summary><div class=\"scroll\"><table>\n"
         << html_row(names, "th");
    for (const BarChart::Row& row : chart.rows) {
      std::vector<std::string> cells(names.size());
      cells[0] = row.label;
      for (const BarChart::Part& part : row.parts)
        cells[part.series + 1] = fmt::format("{:.0f}", part.value);
      out_ << html_row(cells, "td");
    }
    out_ << "</table></div></details>\n";
  }

  storage::TableOptions bounded(std::uint64_t rows) const {
    storage::TableOptions options;
    options.format = storage::Format::kHtml;
    options.most_rows = page_.limit.value_or(rows);
    return options;
  }

  Section section(const storage::Report& report) const {
    const storage::TableOptions options = bounded(report.limit != 0 ? report.limit : kRows);
    std::ostringstream rows;
    const storage::ReportEnd end = storage::write_report(db_, report, 0, rows, options);
    Section made{report.name, end.rows,
                 fmt::format("<section id=\"{0}\" class=\"report\">\n<h2>{0}</h2>\n<p>{1}.</p>\n",
                             report.name, escape_html(report.about))};
    if (!end.notice.empty())
      made.html += fmt::format("<p class=\"faint\">{}</p>\n", escape_html(end.notice));
    if (options.most_rows != 0 && end.rows > options.most_rows)
      made.html +=
          fmt::format("<p class=\"faint\">The first {} of {}, {} more: <code>{}</code></p>\n",
                      options.most_rows, rows_text(end.rows), end.rows - options.most_rows,
                      escape_html(fmt::format("weft report {} {} --limit 0",
                                              shell_word(page_.database), report.name)));
    made.html += end.rows == 0 ? std::string("<p class=\"faint\">None.</p>\n") : table(rows.str());
    made.html += "</section>\n";
    return made;
  }

  static std::string table(const std::string& rows) {
    return "<div class=\"scroll\" tabindex=\"0\"><table>\n" + rows + "</table></div>\n";
  }

  Section runs_of() const {
    storage::Statement statement(
        db_,
        "SELECT id AS run, started_at, ended_at, coalesce(outcome, 'running, or killed') AS "
        "outcome,"
        " iif(json_valid(summary), json_extract(summary, '$.seconds'), NULL) AS seconds,"
        " iif(json_valid(summary), json_extract(summary, '$.requests.total'), NULL) AS requests,"
        " 'weft ' || version AS version, command_line FROM runs ORDER BY id");
    std::ostringstream rows;
    storage::Table written(rows, statement.column_names(), bounded(kRows));
    storage::push_rows(written, statement, 0);
    written.finish();
    return {"runs", written.rows(),
            "<section id=\"runs\" class=\"report\">\n<h2>Runs</h2>\n<p>The commands that made this "
            "crawl.</p>\n" +
                table(rows.str()) + "</section>\n"};
  }

  void colophon() {
    out_ << fmt::format(
        "<section id=\"made\">\n<h2>How it was made</h2>\n<p>{}, of {}.</p>\n<p>{}</p>\n"
        "<p>To repeat it: <code>{}</code></p>\n</section>\n",
        escape_html(page_.made_at), escape_html(page_.database),
        escape_html(describe(this_machine())), escape_html(page_.command));
  }

  std::ostream& out_;
  const storage::Database& db_;
  const ReportPage& page_;
};

}  // namespace

void write_report_page(std::ostream& out, const storage::Database& db, const ReportPage& page) {
  Page(out, db, page).write();
}

}  // namespace crawler
