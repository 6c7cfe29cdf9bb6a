// weft why: what a crawl did with one URL, and by which rule.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include "crawler/ask/url_history.h"
#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "crawler/options/binding.h"
#include "parser/url.h"
#include "storage/database.h"
#include "storage/table.h"

namespace crawler {
namespace {

struct WhyOptions {
  std::string database;
  std::string url;
  std::uint64_t limit = 10;
  OutputOptions output;
};

void print_for_people(const UrlHistory& history) {
  std::size_t width = 0;
  for (const UrlHistory::Field& field : history.fields) width = std::max(width, field.name.size());
  for (const UrlHistory::Field& field : history.fields)
    std::cout << fmt::format("{:<{}}  {}\n", field.name, width, storage::printable(field.value));
  if (!std::cout.flush()) throw std::runtime_error("the output could not be written whole");
}

int why(const WhyOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  parser::Url url;
  if (const parser::UrlError error = url.parse(options.url); error != parser::UrlError::kOk)
    throw std::runtime_error(storage::printable(options.url) + ": " + describe(error, options.url));
  const UrlHistory history = read_url_history(db, url, options.limit);
  if (rows_are_wanted(options.output)) {
    Output output(options.output, options.database);
    storage::Table table(output.stream(), {"field", "value"}, output.table());
    for (const UrlHistory::Field& field : history.fields) {
      table.cell(std::string_view(field.name));
      table.cell(std::string_view(field.value));
    }
    table.finish();
    output.finish();
  } else {
    print_for_people(history);
  }
  return history.seen ? 0 : 1;
}

}  // namespace

Command why_command() {
  const auto options = std::make_shared<WhyOptions>();
  Command command{
      .name = "why",
      .summary = "Print the history of one URL: who linked to it, each decision, what came of it"};
  command.options = {
      {.name = "DB",
       .fills = file(options->database),
       .help = "The file that weft crawl made",
       .required = true},
      {.name = "URL",
       .fills = text(options->url),
       .help = "Any spelling; it is normalized as the crawl does",
       .required = true},
      {.name = "--limit",
       .fills = number(options->limit),
       .help = "Most links to it that are named"},
  };
  append(command.options, output_rows(options->output, "a field a line, for people"));
  command.footer =
      "Nothing is requested: the file tells, and for a URL that the crawl never saw, its options,\n"
      "seeds and robots.txt say which decision it would meet now. Of several attempts at a URL "
      "the\n"
      "last one is on record.\n\n"
      "Exit code: 0 the crawl saw it, 1 it never did, 2 an error.";
  command.run = [options](const Command&) { return why(*options); };
  return command;
}

}  // namespace crawler
