// weft search: the pages that hold some words, best first.
#include <fmt/format.h>

#include <array>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "parser/url.h"
#include "storage/database.h"
#include "storage/table.h"

namespace crawler {
namespace {

// A word in the title weighs as much as ten in the text. What follows are the filters' conditions.
// Ordered by the rank that FTS5 itself keeps, so that snippets are made of the rows shown alone.
constexpr std::string_view kSelectMatches =
    "SELECT u.url, f.title, snippet(page_text, 1, ?3, ?4, '…', 32), -f.rank AS score "
    "FROM page_text f JOIN urls u ON u.id = f.rowid JOIN hosts h ON h.id = u.host_id "
    "LEFT JOIN pages p ON p.url_id = f.rowid "
    "WHERE page_text MATCH ?1 AND f.rank MATCH 'bm25(10.0, 1.0)'";
constexpr std::string_view kOrderMatches = " ORDER BY f.rank LIMIT ?2";
// Filters without a word: the pages in order of discovery, each with its first words (?3 and ?4,
// the marks of matched words, are bound and not used).
constexpr std::string_view kSelectPages =
    "SELECT u.url, f.title, substr(f.text, 1, 160), 0.0 AS score "
    "FROM page_text f JOIN urls u ON u.id = f.rowid JOIN hosts h ON h.id = u.host_id "
    "LEFT JOIN pages p ON p.url_id = f.rowid WHERE ?1 = '' AND ?3 <> ?4";
constexpr std::string_view kOrderPages = " ORDER BY f.rowid LIMIT ?2";
constexpr int kFirstFilterParameter = 5;

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

// `word` as an FTS5 string, so that whatever stands in it is looked for and not obeyed.
std::string fts_string(std::string_view word) {
  std::string string = "\"";
  for (const char c : word) {
    if (c == '\0') continue;
    if (c == '"') string += '"';
    string += c;
  }
  return string + '"';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// What is looked for: an FTS5 expression, and conditions on the page's row.
struct Request {
  std::string expression;
  std::string conditions;  // " AND ...", with parameters from kFirstFilterParameter on
  std::vector<std::string> values;

  void look_for(const std::string& term) {
    if (!expression.empty()) expression += " AND ";
    expression += term;
  }
  // In `condition`, {0} is the parameter that gets `value`.
  void require(std::string_view condition, std::string value) {
    const auto parameter = static_cast<int>(values.size()) + kFirstFilterParameter;
    conditions += " AND " + fmt::format(fmt::runtime(condition), fmt::format("?{}", parameter));
    values.push_back(std::move(value));
  }
};

// site:example.com, with its subdomains; site:example.com:8080/docs/ by port and path as well.
void require_site(Request& request, std::string_view value) {
  parser::Url url;
  if (url.parse("http://" + std::string(value)) != parser::UrlError::kOk)
    throw std::runtime_error(fmt::format("site:{} names no host", value));
  request.require(
      "instr('.' || substr(h.origin, instr(h.origin, '://') + 3) || ':', '.' || {0} || ':') > 0",
      std::string(url.authority()));
  if (url.target() != "/")
    request.require("substr(u.url, length(h.origin) + 1, length({0})) = {0}",
                    std::string(url.target()));
}

Request read_words(const std::vector<std::string>& words) {
  Request request;
  for (const std::string& word : words) {
    const std::size_t colon = word.find(':');
    const std::string filter = colon == std::string::npos ? "" : lower(word.substr(0, colon));
    const std::string value = colon == std::string::npos ? "" : word.substr(colon + 1);
    if (value.empty())
      request.look_for(fts_string(word));
    else if (filter == "site")
      require_site(request, value);
    else if (filter == "lang")  // "en" is also in "en-GB"
      request.require("substr(lower(p.lang) || '-', 1, length({0}) + 1) = {0} || '-'",
                      lower(value));
    else if (filter == "inurl")
      request.require("instr(lower(u.url), {0}) > 0", lower(value));
    else if (filter == "intitle")
      request.look_for("title : " + fts_string(value));
    else
      request.look_for(fts_string(word));
  }
  return request;
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
  Request request;
  if (options.raw)
    request.expression = fmt::format("{}", fmt::join(options.words, " "));
  else
    request = read_words(options.words);
  const bool by_words = options.raw || !request.expression.empty();
  std::string sql(by_words ? kSelectMatches : kSelectPages);
  sql.append(request.conditions).append(by_words ? kOrderMatches : kOrderPages);
  storage::Statement statement(db, sql);
  statement.bind(1, request.expression).bind(2, options.limit).bind(3, kOpen).bind(4, kClose);
  for (std::size_t i = 0; i < request.values.size(); ++i)
    statement.bind(static_cast<int>(i) + kFirstFilterParameter, request.values[i]);
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
      ->add_option(
          "WORDS", options->words,
          "Words, each as it stands, \"two words\" as a phrase; site:, lang:, inurl:, intitle:")
      ->required();
  command->add_option("--limit", options->limit, "Most pages to show")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_flag("--raw", options->raw,
                    "Take WORDS as an FTS5 expression: AND, OR, NOT, NEAR, title:word, prefix*");
  add_output_options(*command, options->output, "URL, title and snippet, for people");
  command->footer(
      "Best first, by BM25; a word in the title weighs as much as ten in the text. Case and\n"
      "accents do not matter.\n\n"
      "Filters, which may stand alone:\n"
      "  site:example.com      that host and those below it; with :port and /path if given\n"
      "  lang:en               pages that say so, en-GB among them\n"
      "  inurl:docs            what stands anywhere in the URL\n"
      "  intitle:\"two words\"   words in the title\n\n"
      "Exit code 1: nothing found.");
  command->callback([options, &run] { run = [options] { return search(*options); }; });
}

}  // namespace crawler
