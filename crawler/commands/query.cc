// weft query: any SQL that only reads, on a weft file.
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "storage/database.h"
#include "storage/table.h"

namespace crawler {
namespace {

struct QueryOptions {
  std::string database;
  std::string sql;
  OutputOptions output;
};

int query(const QueryOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  std::string sql = options.sql;
  if (sql == "-") sql.assign(std::istreambuf_iterator<char>(std::cin), {});
  storage::Statement statement(db, sql);
  Output output(options.output, options.database);
  storage::write_rows(output.stream(), statement, output.table());
  return 0;
}

}  // namespace

void add_query_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<QueryOptions>();
  CLI::App* command = app.add_subcommand("query", "Answer an SQL query on a crawl's file");
  command->add_option("DB", options->database, "The file that weft crawl made")->required();
  command
      ->add_option("SQL", options->sql,
                   "One statement that only reads; - takes it from standard input")
      ->required();
  add_output_options(*command, options->output, "table on a terminal, csv elsewhere");
  command->footer(
      "The file may belong to a crawl that is still running. Views to begin with: page_list,\n"
      "link_list, broken_links, skipped_urls, failures, redirects, duplicates, host_summary;\n"
      "  weft query DB \"SELECT sql FROM sqlite_schema\" shows every column with its meaning.\n"
      "\nExamples:\n"
      "  weft query crawl.db \"SELECT status, count(*) FROM pages GROUP BY status\"\n"
      "  weft query crawl.db \"SELECT * FROM broken_links\" --format csv > broken.csv");
  command->callback([options, &run] { run = [options] { return query(*options); }; });
}

}  // namespace crawler
