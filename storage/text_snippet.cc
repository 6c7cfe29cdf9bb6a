#include "storage/text_snippet.h"

#include <sqlite3.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "parser/utf8.h"
#include "storage/fts5_function.h"
#include "storage/segment_cjk.h"

namespace storage {
namespace {

constexpr int kTextColumn = 1;
// What a snippet holds: a word counts for two, a letter of a script without spaces for one.
constexpr int kWeight = 64;
constexpr int kBeforeWeight = 20;  // of it, at most so much before the first word found
// Words of a page that are looked at: a page of a book's length.
constexpr std::size_t kMostTokens = 200'000;
// What ends a sentence or a line, and so may precede a snippet.
constexpr std::u32string_view kEnds = U".!?\n。！？．｡";

struct Token {
  std::size_t begin, end;  // bytes in the text
  int weight;
};

// The tokens of `text` as they were indexed, with their places in it.
struct Tokens {
  std::vector<Token> all;
  std::size_t base = 0;  // of the piece that is read
  int weight = 2;

  static int take(void* self, int, const char*, int, int begin, int end) {
    auto& tokens = *static_cast<Tokens*>(self);
    if (tokens.all.size() == kMostTokens) return SQLITE_DONE;
    tokens.all.push_back({tokens.base + static_cast<std::size_t>(begin),
                          tokens.base + static_cast<std::size_t>(end), tokens.weight});
    return SQLITE_OK;
  }

  int read(const Fts5ExtensionApi& fts, Fts5Context* context, std::string_view text) {
    const auto piece = [&](std::size_t bytes, int words) {
      weight = words;
      const int code =
          fts.xTokenize(context, text.data() + base, static_cast<int>(bytes), this, take);
      base += bytes;
      return code;
    };
    int code = SQLITE_OK;
    while (code == SQLITE_OK && base < text.size()) {
      code = piece(unsegmented_prefix(text.substr(base)), 2);
      if (code == SQLITE_OK && base < text.size())
        code = piece(parser::next_code_point(text.substr(base)).bytes, 1);
    }
    return code == SQLITE_DONE ? SQLITE_OK : code;
  }
};

// Tokens from `first` up to but not `end`.
struct Hit {
  std::size_t first, end;
  int phrase;
};

int read_hits(const Fts5ExtensionApi& fts, Fts5Context* context, std::size_t tokens,
              std::vector<Hit>& hits) {
  int count = 0;
  int code = fts.xInstCount(context, &count);
  for (int i = 0; i < count && code == SQLITE_OK; ++i) {
    int phrase = 0;
    int column = 0;
    int offset = 0;
    code = fts.xInst(context, i, &phrase, &column, &offset);
    const auto first = static_cast<std::size_t>(std::max(offset, 0));
    const auto size = static_cast<std::size_t>(std::max(fts.xPhraseSize(context, phrase), 1));
    if (code == SQLITE_OK && column == kTextColumn && first + size <= tokens)
      hits.push_back({first, first + size, phrase});
  }
  return code;
}

struct Window {
  std::size_t first = 0;
  std::size_t end = 0;
};

Window window_from(const std::vector<Token>& tokens, std::size_t first) {
  Window window{first, first};
  for (int weight = 0; window.end < tokens.size(); ++window.end) {
    weight += tokens[window.end].weight;
    if (weight > kWeight) break;
  }
  return window;
}

bool ends_sentence(std::string_view between) {
  for (parser::CodePoint next; !between.empty(); between.remove_prefix(next.bytes)) {
    next = parser::next_code_point(between);
    if (next.valid && kEnds.find(next.value) != kEnds.npos) return true;
  }
  return false;
}

// A start before the token `hit`: where its sentence begins, if that is near.
std::size_t start_before(std::string_view text, const std::vector<Token>& tokens, std::size_t hit) {
  std::size_t first = hit;
  for (int weight = 0; first > 0; --first) {
    const std::size_t end = tokens[first - 1].end;
    if (ends_sentence(text.substr(end, tokens[first].begin - end))) break;
    weight += tokens[first - 1].weight;
    if (weight > kBeforeWeight) break;
  }
  return first;
}

// The first window with the most different phrases.
Window choose(std::string_view text, const std::vector<Token>& tokens,
              const std::vector<Hit>& hits) {
  Window best = window_from(tokens, 0);
  if (best.end == tokens.size()) return best;
  int most = 0;
  for (std::size_t from = 0; from < hits.size(); ++from) {
    const Window window = window_from(tokens, start_before(text, tokens, hits[from].first));
    std::uint64_t phrases = 0;
    for (std::size_t i = from; i < hits.size() && hits[i].end <= window.end; ++i)
      phrases |= std::uint64_t{1} << (hits[i].phrase & 63);
    if (std::popcount(phrases) <= most) continue;
    most = std::popcount(phrases);
    best = window;
  }
  return best;
}

void append(std::string& out, std::string_view text) {
  for (const char c : text) out += c == kSnippetOpen || c == kSnippetClose ? ' ' : c;
}

std::string marked(std::string_view text, const std::vector<Token>& tokens,
                   const std::vector<Hit>& hits, Window window) {
  const bool from_start = window.first == 0;
  const bool to_end = window.end == tokens.size() && tokens.size() < kMostTokens;
  std::size_t at = from_start ? 0 : tokens[window.first].begin;
  const std::size_t end = to_end ? text.size() : tokens[window.end - 1].end;
  std::string out = from_start ? "" : "…";
  for (std::size_t i = 0; i < hits.size();) {
    std::size_t last = hits[i].end;
    const std::size_t first = hits[i].first;
    while (++i < hits.size() && hits[i].first < last) last = std::max(last, hits[i].end);
    if (first < window.first || last > window.end) continue;
    append(out, text.substr(at, tokens[first].begin - at));
    out += kSnippetOpen;
    append(out, text.substr(tokens[first].begin, tokens[last - 1].end - tokens[first].begin));
    out += kSnippetClose;
    at = tokens[last - 1].end;
  }
  append(out, text.substr(at, end - at));
  return to_end ? out : out + "…";
}

void snippet(const Fts5ExtensionApi* fts, Fts5Context* context, sqlite3_context* result, int,
             sqlite3_value**) {
  const char* bytes = nullptr;
  int size = 0;
  int code = fts->xColumnText(context, kTextColumn, &bytes, &size);
  const std::string_view text(bytes == nullptr ? "" : bytes, static_cast<std::size_t>(size));
  Tokens tokens;
  std::vector<Hit> hits;
  if (code == SQLITE_OK) code = tokens.read(*fts, context, text);
  if (code == SQLITE_OK) code = read_hits(*fts, context, tokens.all.size(), hits);
  if (code != SQLITE_OK) return sqlite3_result_error_code(result, code);
  if (tokens.all.empty()) return sqlite3_result_text(result, "", 0, SQLITE_STATIC);
  const std::string shown = marked(text, tokens.all, hits, choose(text, tokens.all, hits));
  sqlite3_result_text64(result, shown.data(), shown.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

void add_snippet_function(const Database& db) { add_fts5_function(db, "weft_snippet", snippet); }

}  // namespace storage
