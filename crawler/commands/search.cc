// weft search: the pages that hold some words, best first.
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/ask/page_search.h"
#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "crawler/options/binding.h"
#include "storage/database.h"
#include "storage/table.h"

namespace crawler {
namespace {

struct SearchOptions {
  std::string database;
  std::vector<std::string> words;
  std::uint64_t limit = 10;
  bool raw = false;
  OutputOptions output;
};

// The snippet with what was looked for between `before` and `after`.
std::string marked(const FoundPage& page, std::string_view before, std::string_view after) {
  std::string text;
  for (const SnippetPart& part : page.snippet)
    text.append(part.mark ? before : "").append(part.text).append(part.mark ? after : "");
  return text;
}

std::uint64_t print_for_people(const storage::Database& db, const SearchQuery& question) {
  const bool colour = stdout_takes_colour();
  const std::string_view before = colour ? "\033[1m" : "[";
  const std::string_view after = colour ? "\033[0m" : "]";
  std::uint64_t found = 0;
  search_pages(db, question, [&](const FoundPage& page) {
    if (found++ > 0) std::cout << '\n';
    std::cout << storage::printable(page.url) << '\n';
    const std::string title = storage::printable(page.title);
    if (!title.empty()) std::cout << "  " << title << '\n';
    const std::string snippet = marked(page, before, after);
    if (!snippet.empty()) std::cout << "  " << snippet << '\n';
  });
  std::cout.flush();
  if (!std::cout) throw storage::Error("the output could not be written whole");
  return found;
}

std::uint64_t print_rows(const storage::Database& db, const SearchQuery& question, Output& output) {
  storage::Table table(output.stream(), {"url", "title", "snippet", "score"}, output.table());
  search_pages(db, question, [&](const FoundPage& page) {
    table.cell(std::string_view(page.url));
    table.cell(std::string_view(page.title));
    table.cell(std::string_view(marked(page, "[", "]")));
    table.cell(page.score);
  });
  table.finish();
  return table.rows();
}

int search(const SearchOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  SearchQuery question;
  question.words = options.words;
  question.raw = options.raw;
  question.limit = options.limit;
  std::uint64_t found = 0;
  if (rows_are_wanted(options.output)) {
    Output output(options.output, options.database);
    found = print_rows(db, question, output);
    output.finish();
  } else {
    found = print_for_people(db, question);
    if (found == 0) std::cerr << "weft: no page matches\n";
  }
  return found > 0 ? 0 : 1;
}

}  // namespace

Command search_command() {
  const auto options = std::make_shared<SearchOptions>();
  Command command{.name = "search", .summary = "Find the pages that hold all the words given"};
  command.options = {
      {.name = "DB",
       .fills = file(options->database),
       .help = "The file that weft crawl made",
       .required = true},
      {.name = "WORDS",
       .fills = texts(options->words),
       .help = "Words, each as it stands, \"two words\" as a phrase; filters as below",
       .required = true},
      {.name = "--limit", .fills = number(options->limit, 1), .help = "Most pages to show"},
      {.name = "--raw",
       .fills = flag(options->raw),
       .help = "Take WORDS as an FTS5 expression: AND, OR, NOT, NEAR, title:word, prefix*"},
  };
  append(command.options, output_rows(options->output, "URL, title and snippet, for people"));
  command.footer =
      "Best first, by BM25; a word in the title weighs as much as ten in the text. Case and\n"
      "accents do not matter. Chinese, Japanese, Korean and Thai are found wherever their letters\n"
      "stand, inside other words too.\n\n"
      "Filters, which may stand alone:\n"
      "  site:example.com      that host and those below it; with :port and /path if given\n"
      "  lang:en               pages that say so, en-GB among them\n"
      "  inurl:docs            what stands anywhere in the URL\n"
      "  intitle:\"two words\"   words in the title\n"
      "  after:2026-01-31      fetched on that day or later; before:2026-02 before that month\n\n"
      "Exit code 1: nothing found.";
  command.run = [options](const Command&) { return search(*options); };
  return command;
}

}  // namespace crawler
