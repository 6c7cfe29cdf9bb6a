// weft report: ready questions on a crawl's file, and the same as a gate for builds.
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
#include "crawler/options/options.h"
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

void write_page(const CLI::App& app, const storage::Database& db, const ReportOptions& options) {
  const storage::TimeText now(std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count());
  ReportPage page;
  page.database = shell_word(options.database);
  page.command = command_line_of(app);
  page.made_at = now.view();
  page.limit = options.limit;
  storage::OutFile file(options.html, options.database);
  write_report_page(file.stream(), db, page);
  file.finish();
}

int report(const CLI::App& app, const ReportOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  if (options.list) return list_reports(db, options);
  if (!options.html.empty()) {
    if (options.fail_on.empty() && rows_are_wanted(options.output))
      throw std::invalid_argument(
          "--html is a page of its own: leave out -o, --format, --csv-safe");
    write_page(app, db, options);
    if (options.fail_on.empty()) return 0;
  }
  return options.fail_on.empty() ? print_report(db, options) : check(db, options);
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

void add_report_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand("report", "Answer a ready question on a crawl's file");
  command->add_option("DB", options->database, "The file that weft crawl made")->required();
  CLI::Option* name =
      command->add_option("NAME", options->name, "Which report, of those below")
          ->check([](const std::string& word) {
            return storage::find_report(word) != nullptr
                       ? std::string()
                       : "there is no report '" + word + "'; weft report --help names them all";
          })
          ->default_str("summary");
  CLI::Option* list =
      command->add_flag("--list", options->list, "The reports there are, with their columns");
  command
      ->add_option("--limit", options->limit,
                   "Most rows to show; 0: all [25 for lists that rank, else all; 100 in a page]")
      ->type_name("N");
  CLI::Option* fail_on =
      command
          ->add_option("--fail-on", options->fail_on,
                       "Exit with 1 if there is any of these, and list them; separated by commas")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check([](const std::string& word) {
            return storage::check_from(word)
                       ? std::string()
                       : "'" + word + "' is none of " + std::string(storage::kCheckWords);
          })
          ->type_name("LIST")
          ->excludes(name)
          ->excludes(list);
  command->add_option("--junit", options->junit, "Also write what --fail-on found as JUnit XML")
      ->type_name("FILE")
      ->needs(fail_on);
  command
      ->add_option("--html", options->html,
                   "Write all of them as one page with charts, whole in one file")
      ->type_name("FILE")
      ->excludes(name)
      ->excludes(list);
  add_output_options(*command, options->output, "table on a terminal, csv elsewhere");
  command->footer(footer());
  command->callback([command, options, &run] {
    run = [command, options] { return report(*command, *options); };
  });
}

}  // namespace crawler
