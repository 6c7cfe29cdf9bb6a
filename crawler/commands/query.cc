// weft query: any SQL that only reads, on a weft file.
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "crawler/commands/query_text.h"
#include "crawler/units.h"
#include "storage/database.h"
#include "storage/table.h"
#include "storage/time_limit.h"

namespace crawler {
namespace {

struct QueryOptions {
  std::string database;
  std::string sql;
  std::vector<std::string> parameters;
  std::string config;
  std::chrono::microseconds timeout = std::chrono::minutes(1);
  std::uint64_t limit = 0;
  OutputOptions output;
};

int query(const QueryOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  const std::string sql = query_text(options.sql, options.config);
  storage::Statement statement(db, sql);
  // VACUUM is refused no sooner than when it runs.
  if (statement.column_names().empty())
    throw storage::Error(options.database +
                         ": not authorized: a statement here can only read this file");
  bind_parameters(statement, options.parameters);
  Output output(options.output, options.database);
  storage::Table table(output.stream(), statement.column_names(), output.table());
  const storage::TimeLimit time(db, std::chrono::ceil<std::chrono::milliseconds>(options.timeout));
  bool more = false;
  try {
    more = storage::push_rows(table, statement, options.limit);
  } catch (const storage::Error&) {
    if (!time.has_cut()) throw;
  }
  table.finish();
  if (more) tell_of_more(table.rows());
  if (!time.has_cut()) {
    output.finish();
    return 0;
  }
  std::cerr << "weft: cut off after " << format_duration(options.timeout)
            << " (--timeout): the answer is not whole"
            << (options.output.file.empty() ? ""
                                            : ", and " + options.output.file + " left as it was")
            << '\n';
  return 2;
}

}  // namespace

void add_query_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<QueryOptions>();
  CLI::App* command = app.add_subcommand("query", "Answer an SQL query on a crawl's file");
  command->add_option("DB", options->database, "The file that weft crawl made")->required();
  command
      ->add_option("SQL", options->sql,
                   "One statement that only reads, the name of a saved one, or - for standard "
                   "input")
      ->required();
  command
      ->add_option("-p,--parameter", options->parameters,
                   "A value for :name in the statement; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  command->add_option("--config", options->config, "A TOML file with saved queries in [queries]")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command
      ->add_option_function<std::string>(
          "--timeout",
          [options](const std::string& text) {
            const auto time = parse_duration(text);
            if (!time)
              throw CLI::ValidationError("--timeout",
                                         "'" + text + "' is no duration; write 250ms, 2s or 1m30s");
            options->timeout = *time;
          },
          "Longest time for the answer; then it is cut off, exit code 2. 0: no limit")
      ->type_name("TIME")
      ->default_str(format_duration(options->timeout));
  command->add_option("--limit", options->limit, "Most rows to show; 0: all")
      ->capture_default_str()
      ->type_name("N");
  add_output_options(*command, options->output, "table on a terminal, csv elsewhere");
  command->footer(
      "The file may belong to a crawl that is still running. Views to begin with: page_list,\n"
      "link_list, broken_links, skipped_urls, failures, redirects, duplicates, host_summary;\n"
      "  weft query DB \"SELECT sql FROM sqlite_schema\" shows every column with its meaning.\n"
      "\nExamples:\n"
      "  weft query crawl.db \"SELECT status, count(*) FROM pages GROUP BY status\"\n"
      "  weft query crawl.db \"SELECT * FROM broken_links\" -o broken.csv\n"
      "  weft query crawl.db \"SELECT url FROM page_list WHERE status = :s\" -p s=404\n"
      "  weft query crawl.db large --config my.toml     where my.toml holds\n"
      "    [queries]\n"
      "    large = \"SELECT url, body_bytes FROM page_list ORDER BY 2 DESC LIMIT 9\"");
  command->callback([options, &run] { run = [options] { return query(*options); }; });
}

}  // namespace crawler
