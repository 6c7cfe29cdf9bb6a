#include "storage/segment_cjk.h"

#include <algorithm>
#include <array>

#include "parser/utf8.h"

namespace storage {
namespace {

struct Range {
  char32_t first, last;
};
// Blocks of Unicode; what is not a letter in them separates words anyway.
constexpr std::array<Range, 13> kSegmented{{{0x0e00, 0x0eff},      // Thai, Lao
                                            {0x1000, 0x109f},      // Burmese
                                            {0x1100, 0x11ff},      // Hangul Jamo
                                            {0x1780, 0x17ff},      // Khmer
                                            {0x3005, 0x31ff},      // kana, Bopomofo, Jamo, strokes
                                            {0x3400, 0x4dbf},      // Han, extension A
                                            {0x4e00, 0x9fff},      // Han
                                            {0xa960, 0xa97f},      // Hangul Jamo
                                            {0xaa60, 0xaa7f},      // Burmese
                                            {0xac00, 0xd7ff},      // Hangul
                                            {0xf900, 0xfaff},      // Han, compatibility
                                            {0xff66, 0xffdc},      // half-width kana and Hangul
                                            {0x20000, 0x3ffff}}};  // Han, extensions B and on
// The first byte of a character of three bytes of UTF-8; all these letters have three or four.
constexpr unsigned char kThreeByteLead = 0xe0;

}  // namespace

bool is_segmented(char32_t letter) {
  const auto* range =
      std::lower_bound(kSegmented.begin(), kSegmented.end(), letter,
                       [](const Range& block, char32_t value) { return block.last < value; });
  return range != kSegmented.end() && range->first <= letter;
}

std::size_t unsegmented_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < kThreeByteLead) {
      ++at;
      continue;
    }
    const parser::CodePoint next = parser::next_code_point(text.substr(at));
    if (is_segmented(next.value)) break;
    at += next.bytes;
  }
  return at;
}

std::string_view segment_cjk(std::string_view text, std::string& buffer) {
  std::size_t prefix = unsegmented_prefix(text);
  if (prefix == text.size()) return text;
  buffer.assign(text.substr(0, prefix));
  while (prefix < text.size()) {
    const std::size_t bytes = parser::next_code_point(text.substr(prefix)).bytes;
    if (!buffer.empty() && buffer.back() != ' ') buffer += ' ';
    buffer += text.substr(prefix, bytes);
    text.remove_prefix(prefix + bytes);
    prefix = unsegmented_prefix(text);
    if (prefix > 0 && text[0] != ' ') buffer += ' ';
    buffer += text.substr(0, prefix);
  }
  return buffer;
}

}  // namespace storage
