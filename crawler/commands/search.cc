// weft search: the pages that hold some words, best first.
#include <fmt/format.h>

#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "storage/database.h"
#include "storage/table.h"

namespace crawler {
namespace {

// A word in the title weighs as much as ten in the text.
constexpr std::string_view kSql =
    "SELECT u.url, f.title, snippet(page_text, 1, ?3, ?4, '…', 32), "
    "-bm25(page_text, 10.0, 1.0) AS score "
    "FROM page_text f JOIN urls u ON u.id = f.rowid "
    "WHERE page_text MATCH ?1 ORDER BY bm25(page_text, 10.0, 1.0), f.rowid LIMIT ?2";

// Marks that no text holds once it is printable: a matched word stands between them until then.
constexpr std::string_view kOpen = "\x02";
constexpr std::string_view kClose = "\x03";

struct SearchOptions {
  std::string database;
  std::vector<std::string> words;
  std::int64_t limit = 10;
  bool raw = false;
  OutputOptions output;
};

// Each word as an FTS5 string, so that whatever stands in it is looked for and not obeyed.
std::string quoted(const std::vector<std::string>& words) {
  std::string expression;
  for (const std::string& word : words) {
    expression += expression.empty() ? "\"" : " \"";
    for (const char c : word) {
      if (c == '\0') continue;
      if (c == '"') expression += '"';
      expression += c;
    }
    expression += '"';
  }
  return expression;
}

// `text` with the marks made into `before` and `after`, and all the rest printable.
std::string marked(std::string_view text, std::string_view before, std::string_view after) {
  std::string out;
  bool open = false;
  bool space = false;  // printable() drops spaces at both ends of a piece
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\x02\x03");
    const std::string_view piece = text.substr(0, end);
    const auto is_space = [](char c) { return c == ' ' || c == '\n'; };
    if (!piece.empty() && is_space(piece.front())) space = true;
    const std::string clean = storage::printable(piece);
    if (!clean.empty()) {
      if (space && !out.empty()) out += ' ';
      out += clean;
      space = is_space(piece.back());
    }
    if (end == std::string_view::npos) break;
    if (text[end] == kOpen[0] && !open) {
      if (space && !out.empty()) out += ' ';
      space = false;
      out += before;
      open = true;
    } else if (text[end] == kClose[0] && open) {
      out += after;
      open = false;
    }
    text.remove_prefix(end + 1);
  }
  if (open) out += after;
  return out;
}

void print_for_people(storage::Statement& statement, std::uint64_t& found) {
  const bool colour = stdout_takes_colour();
  const std::string_view before = colour ? "\033[1m" : "[";
  const std::string_view after = colour ? "\033[0m" : "]";
  while (statement.step()) {
    if (found++ > 0) std::cout << '\n';
    std::cout << storage::printable(statement.column_text(0)) << '\n';
    const std::string title = storage::printable(statement.column_text(1));
    if (!title.empty()) std::cout << "  " << title << '\n';
    const std::string snippet = marked(statement.column_text(2), before, after);
    if (!snippet.empty()) std::cout << "  " << snippet << '\n';
  }
  std::cout.flush();
  if (!std::cout) throw storage::Error("the output could not be written whole");
}

void print_rows(storage::Statement& statement, Output& output, std::uint64_t& found) {
  storage::Table table(output.stream(), {"url", "title", "snippet", "score"}, output.table());
  while (statement.step()) {
    for (const int column : {0, 1}) table.cell(statement.column_text(column));
    table.cell(std::string_view(marked(statement.column_text(2), "[", "]")));
    table.cell(statement.column_double(3));
  }
  table.finish();
  found = table.rows();
}

int search(const SearchOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  std::string expression = quoted(options.words);
  if (options.raw) expression = fmt::format("{}", fmt::join(options.words, " "));
  storage::Statement statement(db, kSql);
  statement.bind(1, expression).bind(2, options.limit).bind(3, kOpen).bind(4, kClose);
  std::uint64_t found = 0;
  if (rows_are_wanted(options.output)) {
    Output output(options.output, options.database);
    print_rows(statement, output, found);
  } else {
    print_for_people(statement, found);
  }
  return found > 0 ? 0 : 1;
}

}  // namespace

void add_search_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<SearchOptions>();
  CLI::App* command = app.add_subcommand("search", "Find the pages that hold all the words given");
  command->add_option("DB", options->database, "The file that weft crawl made")->required();
  command
      ->add_option("WORDS", options->words, "Words, each as it stands; \"two words\" as a phrase")
      ->required();
  command->add_option("--limit", options->limit, "Most pages to show")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_flag("--raw", options->raw,
                    "Take WORDS as an FTS5 expression: AND, OR, NOT, NEAR, title:word, prefix*");
  add_output_options(*command, options->output, "URL, title and snippet, for people");
  command->footer(
      "Best first, by BM25; a word in the title weighs as much as ten in the text. Case and\n"
      "accents do not matter.\n"
      "Exit code 1: nothing found.");
  command->callback([options, &run] { run = [options] { return search(*options); }; });
}

}  // namespace crawler
