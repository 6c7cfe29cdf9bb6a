#include "storage/text_ranking.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "storage/fts5_function.h"

namespace storage {
namespace {

constexpr const char* kFunction = "weft_rank";
constexpr const char* kPointerType = "weft_pages";
// A word in the title weighs as much as ten in the text.
constexpr std::array<double, 2> kColumnWeights{10.0, 1.0};
// As FTS5 has them.
constexpr double kK1 = 1.2;
constexpr double kB = 0.75;
constexpr double kLeastIdf = 1e-6;  // of a word that more than half of the pages hold
// Rows that are stepped over before another search in the tree is cheaper.
constexpr int kMostSteps = 12;

// The number of words of each page, read in rising order.
class Lengths {
 public:
  explicit Lengths(const Database& db)
      : statement_(db, "SELECT id, sz FROM page_text_docsize WHERE id >= ?1 ORDER BY id") {
    statement_.bind(1, std::int64_t{0});
  }

  // 0 where the file does not say.
  double of(std::int64_t page) {
    for (int steps = 0; at_ < page && steps < kMostSteps; ++steps) step();
    if (at_ < page) {
      statement_.reset();
      statement_.bind(1, page);
      step();
    }
    return at_ == page ? length() : 0;
  }

 private:
  void step() {
    constexpr std::int64_t kEnd = INT64_MAX;
    at_ = at_ != kEnd && statement_.step() ? statement_.column_int(0) : kEnd;
  }
  // A varint for each column: https://www.sqlite.org/fts5.html#fts5_data_structures
  double length() const {
    const auto* bytes =
        static_cast<const unsigned char*>(sqlite3_column_blob(statement_.handle(), 1));
    const int size = sqlite3_column_bytes(statement_.handle(), 1);
    std::uint64_t sum = 0;
    std::uint64_t number = 0;
    for (int i = 0; i < size; ++i) {
      const unsigned char byte = bytes[i];
      number = number << 7 | (byte & 0x7fu);
      if (byte >= 0x80) continue;
      sum += number;
      number = 0;
    }
    return static_cast<double>(sum);
  }

  Statement statement_;
  std::int64_t at_ = -1;
};

// One query's work, which the function does row by row.
struct Pages {
  explicit Pages(const Database& db) : lengths(db) {}

  // Of a phrase that so many rows hold.
  double idf_of(std::size_t hits) const {
    const auto with = static_cast<double>(hits);
    const double odds = std::log((static_cast<double>(rows) - with + 0.5) / (with + 0.5));
    return odds > 0 ? odds : kLeastIdf;
  }

  Lengths lengths;
  std::vector<double> idf;  // of each phrase; empty until the first row
  std::int64_t rows = 0;    // of the whole file
  double mean_length = 1;
  std::vector<RankedPage> found;
  std::string failure;
};

int count_row(const Fts5ExtensionApi*, Fts5Context*, void* count) {
  ++*static_cast<std::size_t*>(count);
  return SQLITE_OK;
}

int begin(const Fts5ExtensionApi& fts, Fts5Context* context, Pages& pages) {
  sqlite3_int64 rows = 0;
  sqlite3_int64 words = 0;
  int code = fts.xRowCount(context, &rows);
  if (code == SQLITE_OK) code = fts.xColumnTotalSize(context, -1, &words);
  if (rows > 0 && words > 0)
    pages.mean_length = static_cast<double>(words) / static_cast<double>(rows);
  pages.rows = rows;
  const int phrases = fts.xPhraseCount(context);
  pages.idf.assign(static_cast<std::size_t>(phrases), 1);
  // Of a single phrase, the rows that hold it are those that come: no need to count them before.
  for (int phrase = 0; phrases > 1 && phrase < phrases && code == SQLITE_OK; ++phrase) {
    std::size_t hits = 0;
    code = fts.xQueryPhrase(context, phrase, &hits, count_row);
    pages.idf[static_cast<std::size_t>(phrase)] = pages.idf_of(hits);
  }
  return code;
}

// weft_rank(page_text, PAGES): adds the row to them, and is false: rows that do not come out of the
// statement cost less.
void rank(const Fts5ExtensionApi* fts, Fts5Context* context, sqlite3_context* result, int count,
          sqlite3_value** values) {
  auto* pages =
      count == 1 ? static_cast<Pages*>(sqlite3_value_pointer(values[0], kPointerType)) : nullptr;
  if (pages == nullptr) return sqlite3_result_error(result, "it is weft's own function", -1);
  int code = pages->idf.empty() ? begin(*fts, context, *pages) : SQLITE_OK;
  const std::int64_t row = fts->xRowid(context);
  double length = 0;
  try {
    length = pages->lengths.of(row);
  } catch (const Error& error) {
    pages->failure = error.what();
    code = SQLITE_ERROR;
  }
  const double norm = kK1 * (1 - kB + kB * length / pages->mean_length);
  double score = 0;
  for (int phrase = 0; phrase < fts->xPhraseCount(context) && code == SQLITE_OK; ++phrase) {
    double weight = 0;
    Fts5PhraseIter places;
    int column = 0;
    int offset = 0;
    code = fts->xPhraseFirst(context, phrase, &places, &column, &offset);
    for (; code == SQLITE_OK && column >= 0; fts->xPhraseNext(context, &places, &column, &offset))
      weight += kColumnWeights[std::min<std::size_t>(static_cast<std::size_t>(column), 1)];
    score += pages->idf[static_cast<std::size_t>(phrase)] * weight * (kK1 + 1) / (weight + norm);
  }
  if (code != SQLITE_OK) return sqlite3_result_error_code(result, code);
  pages->found.push_back({score, static_cast<UrlId>(row)});
}

bool is_worse(const RankedPage& a, const RankedPage& b) {
  return a.score != b.score ? a.score < b.score : a.url > b.url;
}

}  // namespace

void TextRanking::prepare(const Database& db) { add_fts5_function(db, kFunction, rank); }

TextRanking::TextRanking(const Database& db, std::string_view expression) {
  Pages pages(db);
  Statement statement(
      db, "SELECT 1 FROM page_text WHERE page_text MATCH ?1 AND weft_rank(page_text, ?2)");
  statement.bind(1, expression);
  sqlite3_bind_pointer(statement.handle(), 2, &pages, kPointerType, nullptr);
  try {
    statement.run();
  } catch (const Error&) {
    if (!pages.failure.empty()) throw Error(pages.failure);
    throw;
  }
  heap_ = std::move(pages.found);
  if (pages.idf.size() == 1) {
    const double idf = pages.idf_of(heap_.size());
    for (RankedPage& page : heap_) page.score *= idf;
  }
  std::make_heap(heap_.begin(), heap_.end(), is_worse);
}

std::optional<RankedPage> TextRanking::next() {
  if (heap_.empty()) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), is_worse);
  const RankedPage page = heap_.back();
  heap_.pop_back();
  return page;
}

void TextRanking::keep(const std::function<bool(UrlId url)>& wanted) {
  std::erase_if(heap_, [&](const RankedPage& page) { return !wanted(page.url); });
  std::make_heap(heap_.begin(), heap_.end(), is_worse);
}

}  // namespace storage
