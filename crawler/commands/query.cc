// weft query: any SQL that only reads, on a weft file.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "crawler/commands/query_prompt.h"
#include "crawler/commands/query_text.h"
#include "crawler/options/binding.h"
#include "crawler/options/units.h"
#include "storage/database.h"
#include "storage/table.h"
#include "storage/time_limit.h"

namespace crawler {
namespace {

struct QueryOptions {
  std::string database;
  std::optional<std::string> sql;
  std::vector<std::string> parameters;
  std::string config;
  std::chrono::microseconds timeout = std::chrono::minutes(1);
  std::uint64_t limit = 0;
  OutputOptions output;
};

// Whether the answer is whole; `stop` cuts it off, where there is one.
bool answer(const storage::Database& db, const QueryOptions& options, const std::string& sql,
            const std::vector<std::string>& parameters, const std::atomic<bool>* stop) {
  storage::Statement statement(db, sql);
  // VACUUM is rejected only when it runs.
  if (statement.column_names().empty())
    throw storage::Error(options.database +
                         ": not authorized: a statement here can only read this file");
  bind_parameters(statement, parameters);
  Output output(options.output, options.database);
  storage::Table table(output.stream(), statement.column_names(), output.table());
  const storage::TimeLimit time(db, std::chrono::ceil<std::chrono::milliseconds>(options.timeout),
                                stop);
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
    return true;
  }
  std::cerr << "weft: cut off";
  if (stop == nullptr || !*stop)
    std::cerr << " after " << format_duration(options.timeout) << " (--timeout)";
  std::cerr << ": the answer is not whole";
  if (!options.output.file.empty())
    std::cerr << ", and " << options.output.file << " left as it was";
  std::cerr << '\n';
  return false;
}

// Of the parameters given for all statements, those that this one has.
std::vector<std::string> parameters_of(const storage::Database& db, const std::string& sql,
                                       const std::vector<std::string>& given) {
  const std::vector<std::string> names = storage::Statement(db, sql).parameter_names();
  std::vector<std::string> some;
  for (const std::string& parameter : given)
    if (std::find(names.begin(), names.end(), parameter.substr(0, parameter.find('='))) !=
        names.end())
      some.push_back(parameter);
  return some;
}

int prompt(const storage::Database& db, const QueryOptions& options) {
  if (!options.output.file.empty())
    throw std::runtime_error("-o needs a statement: the prompt shows its answers");
  std::vector<std::string> names;
  if (!options.config.empty())
    for (const SavedQuery& query : read_saved_queries(options.config)) names.push_back(query.name);
  run_prompt(db, names, [&](const std::string& statement, const std::atomic<bool>& stop) {
    const std::string name = statement.substr(0, statement.find_last_not_of("; ") + 1);
    const std::string sql = std::find(names.begin(), names.end(), name) == names.end()
                                ? statement
                                : query_text(name, options.config);
    answer(db, options, sql, parameters_of(db, sql, options.parameters), &stop);
  });
  return 0;
}

int query(const QueryOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  if (!options.sql) return prompt(db, options);
  const std::string sql = query_text(*options.sql, options.config);
  return answer(db, options, sql, options.parameters, nullptr) ? 0 : 2;
}

}  // namespace

Command query_command() {
  const auto options = std::make_shared<QueryOptions>();
  Command command{.name = "query", .summary = "Answer an SQL query on a crawl's file"};
  command.options = {
      {.name = "DB",
       .fills = file(options->database),
       .help = "The file that weft crawl made",
       .required = true},
      {.name = "SQL",
       .fills = text(options->sql),
       .help = "One statement that only reads, the name of a saved one, or - for standard input; "
               "without it, a prompt"},
      {.name = "--parameter",
       .letter = 'p',
       .fills = texts(options->parameters),
       .type = "NAME=VALUE",
       .help = "A value for :name in the statement; may be repeated"},
      {.name = "--config",
       .fills = existing_file(options->config),
       .help = "A TOML file with saved queries in [queries]"},
      {.name = "--timeout",
       .fills = duration(options->timeout),
       .help = "Longest time for the answer; then it is cut off, exit code 2. 0: no limit"},
      {.name = "--limit", .fills = number(options->limit), .help = "Most rows to show; 0: all"},
  };
  append(command.options, output_rows(options->output, "table on a terminal, csv elsewhere"));
  command.footer =
      "The file may belong to a crawl that is still running. Views to begin with: page_list,\n"
      "link_list, broken_links, skipped_urls, failures, redirects, duplicates, host_summary;\n"
      "  weft query DB \"SELECT sql FROM sqlite_schema\" shows every column with its meaning.\n"
      "\nWithout SQL, a prompt: statements end with ';', Tab completes names and keywords, Ctrl-C\n"
      "cuts a statement off, .help says more. What was typed is kept in\n"
      "$XDG_STATE_HOME/weft/history (~/.local/state/weft/history).\n"
      "\nExamples:\n"
      "  weft query crawl.db \"SELECT status, count(*) FROM pages GROUP BY status\"\n"
      "  weft query crawl.db \"SELECT * FROM broken_links\" -o broken.csv\n"
      "  weft query crawl.db \"SELECT url FROM page_list WHERE status = :s\" -p s=404\n"
      "  weft query crawl.db large --config my.toml     where my.toml holds\n"
      "    [queries]\n"
      "    large = \"SELECT url, body_bytes FROM page_list ORDER BY 2 DESC LIMIT 9\"";
  command.run = [options](const Command&) { return query(*options); };
  return command;
}

}  // namespace crawler
