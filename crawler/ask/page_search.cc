#include "crawler/ask/page_search.h"

#include <string_view>
#include <utility>

#include "crawler/ask/search_words.h"
#include "storage/table.h"
#include "storage/text_search.h"
#include "storage/text_snippet.h"

namespace crawler {
namespace {

constexpr char kMarks[] = {storage::kSnippetOpen, storage::kSnippetClose, '\0'};

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

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
    const std::size_t end = text.find_first_of(kMarks);
    const std::string_view piece = text.substr(0, end);
    if (!piece.empty() && is_space(piece.front())) space = true;
    const std::string clean = storage::printable(piece);
    if (!clean.empty()) {
      add_space();
      add(clean);
      space = is_space(piece.back());
    }
    if (end == std::string_view::npos) break;
    if (text[end] == storage::kSnippetOpen && !open) add_space();
    open = text[end] == storage::kSnippetOpen;
    text.remove_prefix(end + 1);
  }
  return parts;
}

}  // namespace

bool search_pages(const storage::Database& db, const SearchQuery& search,
                  const std::function<void(const FoundPage&)>& show) {
  const storage::TextQuery query =
      search.raw ? read_raw_search(search.words) : read_search(search.words);
  return storage::find_texts(db, query, {search.offset, search.limit},
                             [&](const storage::FoundText& found) {
                               show({std::string(found.url), std::string(found.title),
                                     parts_of(found.snippet), found.score});
                             });
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
    const bool gap = !quoted && (is_space(c) || c == '\r');
    if (!gap && !inside) words.emplace_back();
    inside = !gap;
    if (inside) words.back() += c;
  }
  return words;
}

}  // namespace crawler
