#include "parser/utf8.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace parser {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

}  // namespace

std::size_t ascii_prefix(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t at = 0;
  for (std::array<std::uint64_t, 4> words; at + sizeof words <= text.size(); at += sizeof words) {
    std::memcpy(words.data(), text.data() + at, sizeof words);
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) break;
  }
  while (at < text.size() && byte_at(text, at) < 0x80) ++at;
  return at;
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  for (;;) {
    at += ascii_prefix(text.substr(at));
    // A stretch of other characters, up to the next ASCII one.
    for (; at < text.size() && byte_at(text, at) >= 0x80;) {
      const Utf8Step step = utf8_step(text.substr(at));
      if (!step.valid) return at;
      at += step.bytes;
    }
    if (at == text.size()) return at;
  }
}

Utf8Step utf8_step(std::string_view text) {
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // What may come second is narrower after some: no overlong forms, no surrogates, no more than
  // U+10FFFF.
  unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size() || byte_at(text, i) < lowest || byte_at(text, i) > highest)
      return {i, false};
    lowest = 0x80;
    highest = 0xBF;
  }
  return {length, true};
}

CodePoint next_code_point(std::string_view text) {
  if (text.empty()) return {};
  const Utf8Step step = utf8_step(text);
  if (!step.valid) return {kReplacement, step.bytes, false};
  const unsigned char lead = byte_at(text, 0);
  if (step.bytes == 1) return {lead, 1, true};
  char32_t value = lead & (0x7fu >> step.bytes);
  for (std::size_t i = 1; i < step.bytes; ++i) value = value << 6 | (byte_at(text, i) & 0x3fu);
  return {value, step.bytes, true};
}

ValidUtf8::ValidUtf8(std::string_view text) : view_(text) {
  std::size_t valid = valid_utf8_prefix(text);
  if (valid == text.size()) return;
  for (;;) {
    copy_.append(text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) break;
    copy_.append(kReplacementText);
    text.remove_prefix(utf8_step(text).bytes);
    valid = valid_utf8_prefix(text);
  }
  view_ = copy_;
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (byte_at(text, limit) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace parser
