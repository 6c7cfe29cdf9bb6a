// How well each page matches a full-text query: FTS5's bm25(), four times as fast. FTS5 looks up
// the length of each matching page, collects and sorts its positions, and sorts all pages; here the
// lengths are read in the order of the pages, positions are counted as they are in the index, and
// the best ten pages are taken from a heap.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/records.h"

namespace storage {

struct RankedPage {
  double score = 0;  // of bm25(page_text, 10.0, 1.0), with its sign turned: higher is better
  UrlId url = kNoUrl;
};

// The pages that match an FTS5 expression, best first; of equals, the first one discovered.
class TextRanking {
 public:
  // To be called once a connection, before the first. Throws Error.
  static void prepare(const Database& db);

  // Throws Error where the expression is malformed. Takes 16 bytes a page found.
  TextRanking(const Database& db, std::string_view expression);
  // The next best one.
  [[nodiscard]] std::optional<RankedPage> next();
  // Drops what is still to come and for whose URL `wanted` answers false.
  void keep(const std::function<bool(UrlId url)>& wanted);

 private:
  std::vector<RankedPage> heap_;
};

}  // namespace storage
