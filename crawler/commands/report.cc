// weft report: built-in reports on a crawl's file, and checks that make a build fail.
#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "crawler/ask/report_html.h"
#include "crawler/commands/commands.h"
#include "crawler/commands/junit.h"
#include "crawler/commands/output.h"
#include "crawler/options/binding.h"
#include "crawler/options/run_record.h"
#include "storage/checks.h"
#include "storage/database.h"
#include "storage/out_file.h"
#include "storage/reports.h"
#include "storage/wall_time.h"

namespace crawler {
namespace {

// Faults of a check that its JUnit case spells out; the rest are counted.
constexpr std::size_t kJunitFaults = 100;

struct ReportOptions {
  std::string database;
  std::string name = "summary";
  bool list = false;
  std::optional<std::uint64_t> limit;
  std::vector<std::string> fail_on;
  std::string junit;
  std::string html;
  OutputOptions output;
};

int list_reports(const storage::Database& db, const ReportOptions& options) {
  Output output(options.output, options.database);
  storage::Table table(output.stream(), {"report", "about", "columns"}, output.table());
  for (const storage::Report& report : storage::reports()) {
    table.cell(report.name);
    table.cell(report.about);
    table.cell(
        std::string_view(fmt::format("{}", fmt::join(storage::columns_of(db, report), " "))));
  }
  table.finish();
  output.finish();
  return 0;
}

int print_report(const storage::Database& db, const ReportOptions& options) {
  const storage::Report& report = *storage::find_report(options.name);
  Output output(options.output, options.database);
  const storage::ReportEnd end = storage::write_report(
      db, report, options.limit.value_or(report.limit), output.stream(), output.table());
  output.finish();
  if (end.more) tell_of_more(end.rows);
  if (!end.notice.empty()) std::cerr << "weft: " << end.notice << '\n';
  return 0;
}

int check(const storage::Database& db, const ReportOptions& options) {
  std::optional<storage::OutFile> junit;
  if (!options.junit.empty()) junit.emplace(options.junit, options.database);
  Output output(options.output, options.database);
  storage::Table table(output.stream(), {"check", "url", "what", "found_on"}, output.table());
  const std::uint64_t limit = options.limit.value_or(0);
  std::vector<CheckedCase> cases;
  std::vector<std::string> failed;
  for (const std::string& word : options.fail_on) {
    CheckedCase& one = cases.emplace_back();
    one.name = word;
    one.faults =
        storage::find_faults(db, *storage::check_from(word), [&](const storage::Fault& fault) {
          if (one.shown.size() < kJunitFaults)
            one.shown.push_back(fmt::format(
                "{} {} (on {})", fault.url, fault.what,
                fault.found_on.empty() ? "the seed list, or robots.txt" : fault.found_on));
          if (limit != 0 && table.rows() == limit) return;
          for (const std::string_view text :
               {std::string_view(word), fault.url, std::string_view(fault.what), fault.found_on})
            table.cell(text);
        });
    if (one.faults > 0) failed.push_back(fmt::format("{} ({})", word, one.faults));
  }
  table.finish();
  output.finish();
  if (junit) {
    write_junit(junit->stream(), "weft report " + options.database, cases);
    junit->finish();
  }
  if (failed.empty()) return 0;
  std::cerr << fmt::format("weft: {} of {} checks failed: {}\n", failed.size(), cases.size(),
                           fmt::join(failed, ", "));
  return 1;
}

void write_page(const Command& command, const storage::Database& db, const ReportOptions& options) {
  const storage::TimeText now(std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count());
  ReportPage page;
  page.database = shell_word(options.database);
  page.command = command_line_of(command);
  page.made_at = now.view();
  page.limit = options.limit;
  storage::OutFile file(options.html, options.database);
  write_report_page(file.stream(), db, page);
  file.finish();
}

int report(const Command& command, const ReportOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  if (options.list) return list_reports(db, options);
  if (!options.html.empty()) {
    if (options.fail_on.empty() && rows_are_wanted(options.output))
      throw std::invalid_argument(
          "--html is a page of its own: leave out -o, --format, --csv-safe");
    write_page(command, db, options);
    if (options.fail_on.empty()) return 0;
  }
  return options.fail_on.empty() ? print_report(db, options) : check(db, options);
}

// ---- options -----------------------------------------------------------------------------------

Binding report_name(std::string& member) {
  Binding made = text(member, [](const std::string& word) {
    return storage::find_report(word) != nullptr
               ? std::string()
               : "there is no report '" + word + "'; weft report --help names them all";
  });
  for (const storage::Report& one : storage::reports()) made.known.emplace_back(one.name);
  return made;
}

Binding checks(std::vector<std::string>& member) {
  Binding made = list(
      member,
      [](const std::string& word) {
        return storage::check_from(word) ? std::optional(word) : std::nullopt;
      },
      "one of " + std::string(storage::kCheckWords));
  made.known = storage::check_words();
  return made;
}

std::string footer() {
  std::string text = "Reports:\n";
  for (const storage::Report& one : storage::reports())
    text += fmt::format("  {:<16}{}\n", one.name, one.about);
  text += fmt::format("\n--fail-on takes {}.\n", storage::kCheckWords);
  return text +
         "Examples:\n"
         "  weft report crawl.db broken-links\n"
         "  weft report crawl.db top-pages --limit 100 -o top.csv\n"
         "  weft report crawl.db --html report.html\n"
         "  weft report crawl.db --fail-on broken-links,5xx --junit links.xml\n\n"
         "Exit code: 0 done, 1 a check failed, 2 an error.";
}

}  // namespace

Command report_command() {
  const auto options = std::make_shared<ReportOptions>();
  Command command{.name = "report", .summary = "Print a built-in report on a crawl's file"};
  command.options = {
      {.name = "DB",
       .fills = file(options->database),
       .help = "The file that weft crawl made",
       .required = true},
      {.name = "NAME", .fills = report_name(options->name), .help = "Which report, of those below"},
      {.name = "--list",
       .fills = flag(options->list),
       .help = "The reports there are, with their columns"},
      {.name = "--limit",
       .fills = number(options->limit),
       .help = "Most rows to show; 0: all [25 for lists that rank, else all; 100 in a page]"},
      {.name = "--fail-on",
       .fills = checks(options->fail_on),
       .help = "Exit with 1 if there is any of these, and list them; separated by commas",
       .excludes = {"NAME", "--list"}},
      {.name = "--junit",
       .fills = file(options->junit),
       .help = "Also write what --fail-on found as JUnit XML",
       .needs = {"--fail-on"}},
      {.name = "--html",
       .fills = file(options->html),
       .help = "Write all of them as one page with charts, whole in one file",
       .excludes = {"NAME", "--list"}},
  };
  append(command.options, output_rows(options->output, "table on a terminal, csv elsewhere"));
  command.footer = footer();
  command.run = [options](const Command& parsed) { return report(parsed, *options); };
  return command;
}

}  // namespace crawler
