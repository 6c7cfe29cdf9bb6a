#include "storage/terminal_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "parser/utf8.h"

namespace storage {
namespace {

struct Range {
  char32_t first, last;
};

// East Asian wide and emoji, by blocks: two columns of a terminal each.
constexpr std::array<Range, 12> kWide{{{0x1100, 0x115f},
                                       {0x231a, 0x231b},
                                       {0x2e80, 0x303e},
                                       {0x3041, 0x4dbf},
                                       {0x4e00, 0xa4cf},
                                       {0xa960, 0xa97c},
                                       {0xac00, 0xd7a3},
                                       {0xf900, 0xfaff},
                                       {0xfe30, 0xfe6f},
                                       {0xff01, 0xff60},
                                       {0x1f300, 0x1faff},
                                       {0x20000, 0x3fffd}}};
// Combining marks and joiners: none.
constexpr std::array<Range, 9> kZeroWidth{{{0x0300, 0x036f},
                                           {0x0591, 0x05bd},
                                           {0x0610, 0x061a},
                                           {0x064b, 0x065f},
                                           {0x0e34, 0x0e3a},
                                           {0x1ab0, 0x1aff},
                                           {0x200b, 0x200d},
                                           {0x20d0, 0x20f0},
                                           {0xfe00, 0xfe0f}}};
// Controls of both sets, line separators, and the marks that turn the direction of writing.
constexpr std::array<Range, 7> kUnprintable{{{0x0000, 0x001f},
                                             {0x007f, 0x009f},
                                             {0x200e, 0x200f},
                                             {0x2028, 0x202e},
                                             {0x2066, 0x2069},
                                             {0xfff9, 0xfffb},
                                             {0xe0000, 0xe007f}}};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t value) {
  return std::any_of(ranges.begin(), ranges.end(), [value](const Range& range) {
    return value >= range.first && value <= range.last;
  });
}

std::size_t width_of(char32_t value) {
  if (value < 0x300) return 1;
  return in(kZeroWidth, value) ? 0 : in(kWide, value) ? 2 : 1;
}

}  // namespace

bool is_unprintable(char32_t value) { return in(kUnprintable, value); }

std::string without_controls(std::string_view text) {
  std::string out;
  for (parser::CodePoint next; !text.empty(); text.remove_prefix(next.bytes)) {
    next = parser::next_code_point(text);
    const bool space = next.value == '\t' || next.value == '\n' || next.value == '\r';
    if (!space && is_unprintable(next.value))
      out += parser::kReplacementText;
    else
      out += text.substr(0, next.bytes);
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool space = false;
  for (parser::CodePoint next; !text.empty(); text.remove_prefix(next.bytes)) {
    next = parser::next_code_point(text);
    if (next.value == ' ' || (next.value >= '\t' && next.value <= '\r')) {
      space = !out.empty();
      continue;
    }
    if (std::exchange(space, false)) out += ' ';
    if (!next.valid || is_unprintable(next.value))
      out += parser::kReplacementText;
    else
      out += text.substr(0, next.bytes);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (parser::CodePoint next; !text.empty(); text.remove_prefix(next.bytes)) {
    next = parser::next_code_point(text);
    width += width_of(next.value);
  }
  return width;
}

std::size_t append_fitted(std::string& line, std::string_view text, std::size_t width) {
  if (const std::size_t whole = display_width(text); whole <= width) {
    line += text;
    return whole;
  }
  std::size_t used = 0;
  for (parser::CodePoint next; !text.empty(); text.remove_prefix(next.bytes)) {
    next = parser::next_code_point(text);
    const std::size_t wide = width_of(next.value);
    if (used + wide + 1 > width) break;
    used += wide;
    line += text.substr(0, next.bytes);
  }
  line += kElided;
  return used + 1;
}

}  // namespace storage
