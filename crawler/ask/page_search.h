// The pages that hold some words, best first: what people type, as FTS5 and SQL.
//
// Best first is BM25; a word in the title weighs as much as ten in the text. The filters site:,
// lang:, inurl:, intitle:, after: and before: may stand among the words, or alone. Whatever else
// stands in a word is looked for and not obeyed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace crawler {

struct SearchQuestion {
  std::vector<std::string> words;  // each one word, a phrase, or a filter
  bool raw = false;                // `words` are an FTS5 expression
  std::uint64_t limit = 10;
  std::uint64_t offset = 0;
};

// A part of a snippet, printable; `mark`: a word that was looked for.
struct SnippetPart {
  std::string text;
  bool mark = false;
};

struct FoundPage {
  std::string url, title;  // as the file has them
  std::vector<SnippetPart> snippet;
  double score = 0;  // higher is better; 0 where only filters were given
};

// Shows the pages from the `offset`th on, at most `limit`. Answers whether there are more. Throws
// std::runtime_error for a filter's value that is none, storage::Error for a wrong expression.
bool search_pages(const storage::Database& db, const SearchQuestion& question,
                  const std::function<void(const FoundPage&)>& show);

// A line as it is typed: words apart at spaces, those between quotes together ("grey heron",
// intitle:"two words"). A quote that is not closed lasts to the end.
std::vector<std::string> split_words(std::string_view line);

}  // namespace crawler
