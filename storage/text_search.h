// The pages that contain some words, best first: FTS5 finds them, TextRanking ranks them, and only
// the pages that are shown are read and get a snippet. On a Database that is open to read, on its
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/records.h"

namespace storage {

struct TextQuery {
  // FTS5's syntax; "": every page that was parsed, in order of discovery.
  std::string expression;
  // SQL on the rows u of urls and p of pages, each " AND ..."; parameters are ?2 and on, texts.
  std::string conditions;
  std::vector<std::string> values;
};

struct FoundText {
  UrlId url_id = kNoUrl;
  std::string_view url, title;
  std::string_view snippet;  // words found stand between kSnippetOpen and kSnippetClose
  double score = 0;
};

struct TextRange {
  std::uint64_t offset = 0;  // pages that are passed over
  std::uint64_t limit = 0;   // most that are shown
};

// Shows the pages of the range, one by one; the views hold until `show` returns. Returns whether
// there are more. Throws Error where the expression is malformed.
[[nodiscard]] bool find_texts(const Database& db, const TextQuery& query, TextRange range,
                              const std::function<void(const FoundText&)>& show);

}  // namespace storage
