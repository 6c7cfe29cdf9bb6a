// How well each page matches a full-text query: FTS5's bm25(), and of its speed the fourfold. FTS5
// looks up each matching page's length by itself, gathers and sorts its places, and sorts all the
// pages; here the lengths are read alongside, in the order that the pages come in, the places are
// counted as they stand in the index, and who wants ten pages takes ten from the heap.
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
  UrlId url = 0;
};

// The pages that match an FTS5 expression, best first; of equals, the first one discovered.
class TextRanking {
 public:
  // To be called once a connection, before the first. Throws Error.
  static void prepare(const Database& db);

  // Throws Error where the expression is none. Takes 16 bytes a page found.
  TextRanking(const Database& db, std::string_view expression);
  // The next best one.
  std::optional<RankedPage> next();
  // Drops what is still to come and for whose URL `wanted` answers false.
  void keep(const std::function<bool(UrlId url)>& wanted);

 private:
  std::vector<RankedPage> heap_;
};

}  // namespace storage
