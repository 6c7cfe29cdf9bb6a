#include "storage/text_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include "storage/text_ranking.h"
#include "storage/text_snippet.h"

namespace storage {
namespace {

// Pages that are tried against the conditions at once, and that are read at once: what comes by
// rank is looked up in batches, since a statement's beginning may cost more than its rows.
constexpr std::size_t kTriedAtOnce = 256;
constexpr std::size_t kShownAtOnce = 1024;

using Show = std::function<void(const FoundText&)>;

void bind_values(Statement& statement, const TextQuery& query) {
  int parameter = 2;
  for (const std::string& value : query.values) statement.bind(parameter++, value);
}

// [7,3]
std::string json_array(const std::vector<RankedPage>& pages) {
  std::string array = "[";
  for (const RankedPage& page : pages) array += std::to_string(to_number(page.url)) + ',';
  array.back() = ']';
  return array;
}

// The pages that hold the words and meet the conditions, best first. Some are looked up as they
// come by rank; where so few of those are wanted that more must be tried, it is cheaper to read
// once through all URLs for those that meet the conditions.
class Chosen {
 public:
  Chosen(const Database& db, const TextQuery& query)
      : db_(db), query_(query), ranking_(db, query.expression) {
    if (query.conditions.empty()) return;
    while (tried_.size() < kTriedAtOnce) {
      const auto page = ranking_.next();
      if (!page) break;
      tried_.push_back(*page);
    }
    if (tried_.empty()) return;
    const std::vector<bool> meeting = read(
        "SELECT u.id FROM json_each(?1) j CROSS JOIN urls u ON u.id = j.value", json_array(tried_));
    std::erase_if(tried_, [&](const RankedPage& page) { return !holds(meeting, page.url); });
  }

  std::optional<RankedPage> next() {
    if (at_ < tried_.size()) return tried_[at_++];
    if (!query_.conditions.empty() && !std::exchange(all_tried_, true)) {
      const std::vector<bool> meeting = read("SELECT u.id FROM urls u", "");
      ranking_.keep([&](UrlId url) { return holds(meeting, url); });
    }
    return ranking_.next();
  }

 private:
  static bool holds(const std::vector<bool>& urls, UrlId url) {
    return to_number(url) < urls.size() && urls[to_number(url)];
  }

  // By URL, whether it is among those selected and meets the conditions.
  std::vector<bool> read(std::string_view select, const std::string& urls) const {
    Statement statement(db_, fmt::format("{} LEFT JOIN pages p ON p.url_id = u.id WHERE true{}",
                                         select, query_.conditions));
    if (!urls.empty()) statement.bind(1, urls);
    bind_values(statement, query_);
    std::vector<bool> meeting;
    while (statement.step()) {
      const std::int64_t id = statement.column_int(0);
      // A crawl writes no others; an untrusted file may.
      if (id < 0 || id > std::numeric_limits<std::uint32_t>::max()) continue;
      const auto url = static_cast<std::size_t>(id);
      if (url >= meeting.size()) meeting.resize(url + 1 + url / 2);
      meeting[url] = true;
    }
    return meeting;
  }

  const Database& db_;
  const TextQuery& query_;
  TextRanking ranking_;
  std::vector<RankedPage> tried_;  // the first ones that meet the conditions
  std::size_t at_ = 0;
  bool all_tried_ = false;
};

// What is shown of some pages that hold the words.
class ShownPages {
 public:
  // FTS5 looks up one page of a word's at once, but for a prefix it gathers those of all its words
  // first, each time: then it is cheaper to go through them once (the '+' takes the lookup away).
  ShownPages(const Database& db, const TextQuery& query)
      : statement_(db, fmt::format("SELECT u.id, u.url, f.title, weft_snippet(page_text) "
                                   "FROM page_text f CROSS JOIN urls u ON u.id = f.rowid "
                                   "WHERE page_text MATCH ?1 AND {}f.rowid IN "
                                   "(SELECT value FROM json_each(?2))",
                                   query.expression.find('*') == std::string::npos ? "" : "+")) {
    statement_.bind(1, query.expression);
  }

  void show(const std::vector<RankedPage>& pages, const Show& show) {
    const std::string numbers = json_array(pages);
    statement_.bind(2, numbers);
    std::unordered_map<UrlId, std::array<std::string, 3>> texts;
    while (statement_.step())
      texts[static_cast<UrlId>(statement_.column_int(0))] = {
          std::string(statement_.column_text(1)), std::string(statement_.column_text(2)),
          std::string(statement_.column_text(3))};
    statement_.reset();
    for (const RankedPage& page : pages) {
      const auto& [url, title, snippet] = texts[page.url];
      show({page.url, url, title, snippet, page.score});
    }
  }

 private:
  Statement statement_;
};

bool find_words(const Database& db, const TextQuery& query, TextRange range, const Show& show) {
  Chosen chosen(db, query);
  ShownPages shown(db, query);
  for (; range.offset > 0; --range.offset)
    if (!chosen.next()) return false;
  std::vector<RankedPage> pages;
  for (;;) {
    const auto page = chosen.next();
    const bool full = pages.size() == std::min<std::uint64_t>(kShownAtOnce, range.limit);
    if (!page || full) {
      if (!pages.empty()) shown.show(pages, show);
      range.limit -= pages.size();
      if (!page || range.limit == 0) return page.has_value();
      pages.clear();
    }
    pages.push_back(*page);
  }
}

bool list_pages(const Database& db, const TextQuery& query, TextRange range, const Show& show) {
  Statement page(db, fmt::format("SELECT u.id, u.url, t.title, substr(t.text, 1, 160) "
                                 "FROM urls u CROSS JOIN pages p ON p.url_id = u.id "
                                 "CROSS JOIN texts t ON t.url_id = u.id "
                                 "WHERE p.elements IS NOT NULL{} ORDER BY u.id LIMIT -1 OFFSET ?1",
                                 query.conditions));
  page.bind(1, static_cast<std::int64_t>(range.offset));
  bind_values(page, query);
  for (; page.step(); --range.limit) {
    if (range.limit == 0) return true;
    show({static_cast<UrlId>(page.column_int(0)), page.column_text(1), page.column_text(2),
          page.column_text(3), 0});
  }
  return false;
}

}  // namespace

bool find_texts(const Database& db, const TextQuery& query, TextRange range,
                const std::function<void(const FoundText&)>& show) {
  return query.expression.empty() ? list_pages(db, query, range, show)
                                  : find_words(db, query, range, show);
}

}  // namespace storage
