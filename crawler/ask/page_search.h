// The pages that contain some words, best first: the words of a user as a query of FTS5 and SQL.
//
// Pages are ranked by BM25; a word in the title weighs as much as ten in the text. The filters
// site:, lang:, inurl:, intitle:, after: and before: may be among the words, or alone. All other
// syntax of FTS5 in a word is searched for literally.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace crawler {

struct SearchQuery {
  std::vector<std::string> words;  // each one word, a phrase, or a filter
  bool raw = false;                // `words` are an FTS5 expression
  std::uint64_t limit = 10;
  std::uint64_t offset = 0;
};

// A part of a snippet, printable; `mark`: a word of the query.
struct SnippetPart {
  std::string text;
  bool mark = false;
};

struct FoundPage {
  std::string url, title;  // as the file has them
  std::vector<SnippetPart> snippet;
  double score = 0;  // higher is better; 0 where only filters were given
};

// Shows the pages from the `offset`th on, at most `limit`. Returns whether there are more. Throws
// std::runtime_error for a bad value of a filter, storage::Error for a malformed expression.
bool search_pages(const storage::Database& db, const SearchQuery& search,
                  const std::function<void(const FoundPage&)>& show);

// Splits a line at spaces outside quotes ("grey heron", intitle:"two words"). A quote that is not
// closed lasts to the end.
std::vector<std::string> split_words(std::string_view line);

}  // namespace crawler
