#include "parser/text.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "parser/ascii.h"
#include "parser/utf8.h"

namespace parser {
namespace {

// Room kept from page to page, in bytes: the text of nearly every page.
constexpr std::size_t kKeptRoom = 1u << 20;

enum ByteClass : std::uint8_t { kWord, kSpace, kLineFeed, kNoBreakLead, kEnd };

// Of each byte: kNoBreakLead may begin U+00A0 (C2 A0), kEnd may stand behind the text.
constexpr std::array<ByteClass, 256> kClasses = [] {
  std::array<ByteClass, 256> classes{};
  for (const char c : {' ', '\t', '\r', '\f'}) classes[static_cast<unsigned char>(c)] = kSpace;
  classes['\n'] = kLineFeed;
  classes[0xC2] = kNoBreakLead;
  classes[0] = classes['&'] = classes['<'] = classes[0xF4] = kEnd;
  return classes;
}();

ByteClass class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

}  // namespace

void TextWriter::write(const char* raw, std::size_t bytes, bool keep_lines) {
  if (full_) return;
  // A separator stands for at least one byte of `raw`, but for the one that was pending.
  const std::size_t needed = size_ + bytes + 1;
  if (buffer_.size() < needed) buffer_.resize(std::max(needed, 2 * buffer_.size()));

  const char* in = raw;
  const char* const end = raw + bytes;
  char* const start = buffer_.data();
  char* out = start + size_;
  for (;;) {
    const ByteClass byte_class = class_of(*in);
    if (byte_class == kSpace) {
      space();
      ++in;
    } else if (byte_class == kLineFeed) {
      separate(keep_lines ? '\n' : ' ');
      ++in;
    } else if (byte_class == kNoBreakLead && in[1] == '\xA0') {
      space();
      in += 2;
    } else if (byte_class == kEnd && in >= end) {
      break;
    } else {
      if (pending_ != 0 && out != start) *out++ = pending_;
      pending_ = 0;
      *out++ = *in++;  // a word's first byte, whatever its class
      for (char c; class_of(c = *in) == kWord; ++in) *out++ = c;
    }
  }
  size_ = static_cast<std::size_t>(out - start);
  if (size_ > limit_) {
    size_ = cut_utf8(text(), limit_).size();
    full_ = true;
  }
}

void TextWriter::clear() {
  size_ = 0;
  pending_ = 0;
  full_ = false;
  if (buffer_.size() > kKeptRoom) {
    buffer_.resize(kKeptRoom);
    buffer_.shrink_to_fit();
  }
}

}  // namespace parser
