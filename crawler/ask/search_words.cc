#include "crawler/ask/search_words.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>
#include <utility>

#include "parser/ascii.h"
#include "parser/url.h"
#include "storage/segment_cjk.h"
#include "storage/sql_text.h"

namespace crawler {
namespace {

constexpr int kFirstParameter = 2;

// `word` as an FTS5 string, so that syntax of FTS5 in it is searched for literally.
std::string fts_string(std::string_view word) {
  std::string storage;
  std::string string = "\"";
  for (const char c : storage::segment_cjk(word, storage)) {
    if (c == '\0') continue;
    if (c == '"') string += '"';
    string += c;
  }
  return string + '"';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = parser::to_lower(c);
  return out;
}

void look_for(storage::TextQuery& query, std::string_view term) {
  if (!query.expression.empty()) query.expression += " AND ";
  query.expression += term;
}

// In `condition`, {0} is the parameter that gets `value`.
void require(storage::TextQuery& query, std::string_view condition, std::string value) {
  const auto parameter = static_cast<int>(query.values.size()) + kFirstParameter;
  query.conditions += " AND " + fmt::format(fmt::runtime(condition), fmt::format("?{}", parameter));
  query.values.push_back(std::move(value));
}

// site:example.com, with its subdomains; site:example.com:8080/docs/ by port and path as well.
void require_site(storage::TextQuery& query, std::string_view value) {
  parser::Url url;
  if (url.parse("http://" + std::string(value)) != parser::UrlError::kOk)
    throw std::runtime_error(fmt::format("site:{} names no host", value));
  require(query,
          "u.origin_id IN (SELECT id FROM origins WHERE "
          "instr('.' || substr(origin, instr(origin, '://') + 3) || ':', '.' || {0} || ':') > 0)",
          std::string(url.authority()));
  if (url.target() == "/") return;
  require(query,
          "substr(u.url, length((SELECT origin FROM origins WHERE id = u.origin_id)) + 1, "
          "length({0})) = {0}",
          std::string(url.target()));
}

// A year, a month or a day: 2026, 2026-01, 2026-01-31. Times in the file sort behind its text.
void require_date(storage::TextQuery& query, std::string_view condition, const std::string& word,
                  const std::string& value) {
  constexpr std::string_view kForm = "0000-00-00";
  bool is_date = value.size() == 4 || value.size() == 7 || value.size() == 10;
  for (std::size_t i = 0; i < value.size() && is_date; ++i)
    is_date = kForm[i] == '-' ? value[i] == '-' : value[i] >= '0' && value[i] <= '9';
  if (!is_date)
    throw std::runtime_error(
        fmt::format("{} names no day; write 2026-01-31, 2026-01 or 2026", word));
  require(query, condition, value);
}

// False: it is not a filter.
bool read_filter(storage::TextQuery& query, const std::string& word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string::npos || colon + 1 == word.size()) return false;
  const std::string name = lower(word.substr(0, colon));
  const std::string value = word.substr(colon + 1);
  if (name == "site")
    require_site(query, value);
  else if (name == "lang")  // "en" is also in "en-GB"
    require(query, "substr(lower(p.lang) || '-', 1, length({0}) + 1) = {0} || '-'", lower(value));
  else if (name == "inurl")
    require(query, "u.url LIKE {0} ESCAPE '\\'", storage::like_holding(value));
  else if (name == "intitle")
    look_for(query, "title : " + fts_string(value));
  else if (name == "after")
    require_date(query, "p.fetched_at >= {0}", word, value);
  else if (name == "before")
    require_date(query, "p.fetched_at < {0}", word, value);
  else
    return false;
  return true;
}

// What FTS5 reads as one bare word.
bool is_bareword(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || c == '\x1a' || byte >= 0x80 || (c >= '0' && c <= '9') ||
         (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

storage::TextQuery read_search(const std::vector<std::string>& words) {
  storage::TextQuery query;
  for (const std::string& word : words)
    if (!read_filter(query, word)) look_for(query, fts_string(word));
  return query;
}

storage::TextQuery read_raw_search(const std::vector<std::string>& words) {
  const std::string given = fmt::format("{}", fmt::join(words, " "));
  storage::TextQuery query;
  std::string storage;
  for (std::string_view rest = given; !rest.empty();) {
    std::size_t end = 1;
    const bool is_string = rest[0] == '"';
    if (is_string)
      end = std::min(rest.find('"', 1), rest.size() - 1) + 1;
    else
      while (is_bareword(rest[0]) && end < rest.size() && is_bareword(rest[end])) ++end;
    const std::string_view piece = rest.substr(0, end);
    const bool whole = is_string || storage::unsegmented_prefix(piece) == piece.size();
    query.expression +=
        whole ? std::string(storage::segment_cjk(piece, storage)) : fts_string(piece);
    rest.remove_prefix(end);
  }
  // An empty one is a mistake here, and not a request for every page.
  if (query.expression.empty()) query.expression = " ";
  return query;
}

}  // namespace crawler
