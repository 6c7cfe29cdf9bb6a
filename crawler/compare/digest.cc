#include "crawler/compare/digest.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "parser/digest.h"
#include "storage/database.h"

namespace crawler {
namespace {

constexpr std::size_t kHashDigits = 16;  // of SHA-256: 64 bits, no collision among 10^6 pages

std::uint64_t hash_of(std::string_view bytes) {
  const std::string hex = parser::sha256_hex(bytes);
  std::uint64_t hash = 0;
  std::from_chars(hex.data(), hex.data() + kHashDigits, hash, 16);
  return hash;
}

// Each field with a 0 behind it, so that no two rows run into one.
void add_field(std::string& row, std::string_view field) {
  row += field;
  row += '\0';
}

}  // namespace

FoundPages found_pages(const std::string& path) {
  const storage::Database db(path, storage::Database::Mode::kReadOnly);
  storage::Statement pages(db,
                           "SELECT p.url_id, u.url, p.status, p.title, p.digest FROM pages p "
                           "JOIN urls u ON u.id = p.url_id ORDER BY p.url_id");
  storage::Statement links(
      db,
      "SELECT l.from_id, t.url, l.fragment, l.text, l.rel, l.source FROM links l "
      "JOIN urls t ON t.id = l.to_id ORDER BY l.from_id, l.seq");
  FoundPages found;
  bool link = links.step();
  std::string row;
  while (pages.step()) {
    const std::int64_t id = pages.column_int(0);
    row.clear();
    for (const int column : {1, 2, 3, 4}) add_field(row, pages.column_text(column));
    for (; link && links.column_int(0) <= id; link = links.step())
      if (links.column_int(0) == id)
        for (const int column : {1, 2, 3, 4, 5}) add_field(row, links.column_text(column));
    found.emplace_back(hash_of(pages.column_text(1)), hash_of(row));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string digest_of(const FoundPages& pages) {
  std::string text;
  for (const auto& [url, row] : pages) {
    add_field(text, std::to_string(url));
    add_field(text, std::to_string(row));
  }
  return parser::sha256_hex(text);
}

std::uint64_t differences(const FoundPages& run, bool run_complete, const FoundPages& reference,
                          bool reference_complete) {
  std::uint64_t count = 0;
  auto a = run.begin();
  auto b = reference.begin();
  while (a != run.end() || b != reference.end()) {
    const bool a_alone = b == reference.end() || (a != run.end() && a->first < b->first);
    const bool b_alone = !a_alone && (a == run.end() || b->first < a->first);
    if (a_alone) {
      count += reference_complete;
      ++a;
    } else if (b_alone) {
      count += run_complete;
      ++b;
    } else {
      count += a->second != b->second;
      ++a;
      ++b;
    }
  }
  return count;
}

}  // namespace crawler
