#include "crawler/page_search.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "parser/url.h"
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
constexpr std::string_view kOrderMatches = " ORDER BY f.rank LIMIT ?2 OFFSET ?5";
// Filters without a word: the pages in order of discovery, each with its first words (?3 and ?4,
// the marks of matched words, are bound and not used).
constexpr std::string_view kSelectPages =
    "SELECT u.url, f.title, substr(f.text, 1, 160), 0.0 AS score "
    "FROM page_text f JOIN urls u ON u.id = f.rowid JOIN hosts h ON h.id = u.host_id "
    "LEFT JOIN pages p ON p.url_id = f.rowid WHERE ?1 = '' AND ?3 <> ?4";
constexpr std::string_view kOrderPages = " ORDER BY f.rowid LIMIT ?2 OFFSET ?5";
constexpr int kFirstFilterParameter = 6;

// Marks that no text holds once it is printable: a matched word stands between them until then.
constexpr std::string_view kOpen = "\x02";
constexpr std::string_view kClose = "\x03";

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

bool is_space(char c) { return c == ' ' || c == '\n'; }

// `text` without the marks in it, and all the rest printable.
std::vector<SnippetPart> parts_of(std::string_view text) {
  std::vector<SnippetPart> parts;
  bool open = false;
  bool space = false;  // printable() drops spaces at both ends of a piece
  const auto add = [&parts, &open](std::string_view piece) {
    if (parts.empty() || parts.back().mark != open) parts.push_back({"", open});
    parts.back().text += piece;
  };
  const auto add_space = [&] {
    if (space && !parts.empty()) add(" ");
    space = false;
  };
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\x02\x03");
    const std::string_view piece = text.substr(0, end);
    if (!piece.empty() && is_space(piece.front())) space = true;
    const std::string clean = storage::printable(piece);
    if (!clean.empty()) {
      add_space();
      add(clean);
      space = is_space(piece.back());
    }
    if (end == std::string_view::npos) break;
    if (text[end] == kOpen[0] && !open) add_space();
    open = text[end] == kOpen[0];
    text.remove_prefix(end + 1);
  }
  return parts;
}

// An FTS5 expression, and conditions on the page's row.
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

Request read(const SearchQuestion& question) {
  Request request;
  if (question.raw) {
    request.expression = fmt::format("{}", fmt::join(question.words, " "));
    return request;
  }
  for (const std::string& word : question.words) {
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

}  // namespace

bool search_pages(const storage::Database& db, const SearchQuestion& question,
                  const std::function<void(const FoundPage&)>& show) {
  const Request request = read(question);
  const bool by_words = question.raw || !request.expression.empty();
  std::string sql(by_words ? kSelectMatches : kSelectPages);
  sql.append(request.conditions).append(by_words ? kOrderMatches : kOrderPages);
  storage::Statement row(db, sql);
  row.bind(1, request.expression).bind(3, kOpen).bind(4, kClose);
  row.bind(2, static_cast<std::int64_t>(question.limit) + 1);
  row.bind(5, static_cast<std::int64_t>(question.offset));
  for (std::size_t i = 0; i < request.values.size(); ++i)
    row.bind(static_cast<int>(i) + kFirstFilterParameter, request.values[i]);
  for (std::uint64_t shown = 0; row.step(); ++shown) {
    if (shown == question.limit) return true;
    const FoundPage page{std::string(row.column_text(0)), std::string(row.column_text(1)),
                         parts_of(row.column_text(2)), row.column_double(3)};
    show(page);
  }
  return false;
}

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  bool quoted = false;
  bool inside = false;  // of a word
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      continue;
    }
    const bool gap = !quoted && (is_space(c) || c == '\t' || c == '\r');
    if (!gap && !inside) words.emplace_back();
    inside = !gap;
    if (inside) words.back() += c;
  }
  return words;
}

}  // namespace crawler
