#include "parser/html_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "parser/ascii.h"

namespace parser {
namespace {

bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }

using Byte = unsigned char;

// 1 for a byte that needs a closer look, else 0. The one behind it can be read. Without branches,
// so that it is done for 16 bytes at a time.
Byte may_be_odd(Byte c, Byte next) {
  const Byte is_control = (c < '\t') | (c == '\v') | (static_cast<Byte>(c - 0x0E) < 0x12);
  const Byte is_lone_return = (c == '\r') & (next != '\n');
  return is_control | is_lone_return | (c == 0x7F) | (c == 0xC2) | (c == 0xEF) | (c >= 0xF0);
}

// `at` is a byte that may be odd; the next three can be read.
bool is_odd(const Byte* at) {
  const Byte c = at[0];
  if (c < 0x80) return true;
  if (c == 0xC2) return at[1] < 0xA0;
  if (c == 0xEF)
    return (at[1] == 0xB7 && at[2] >= 0x90 && at[2] <= 0xAF) || (at[1] == 0xBF && at[2] >= 0xBE);
  return c >= 0xF4 || ((at[1] & 0x0F) == 0x0F && at[2] == 0xBF && at[3] >= 0xBE);
}

constexpr std::size_t kBlock = 64;

bool block_is_odd(const Byte* block, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i)
    if (may_be_odd(block[i], block[i + 1]) != 0 && is_odd(block + i)) return true;
  return false;
}

struct Name {
  std::string_view name;  // with its semicolon
  std::string_view text;
};

// The names that pages use most, the most used first. Any other is left as it is.
constexpr auto kNames = std::to_array<Name>({
    {"lt;", "<"},          {"gt;", ">"},          {"amp;", "&"},         {"quot;", "\""},
    {"nbsp;", "\u00A0"},   {"mdash;", "\u2014"},  {"ndash;", "\u2013"},  {"hellip;", "\u2026"},
    {"rsquo;", "\u2019"},  {"lsquo;", "\u2018"},  {"rdquo;", "\u201D"},  {"ldquo;", "\u201C"},
    {"copy;", "\u00A9"},   {"raquo;", "\u00BB"},  {"laquo;", "\u00AB"},  {"middot;", "\u00B7"},
    {"bull;", "\u2022"},   {"apos;", "'"},        {"para;", "\u00B6"},   {"reg;", "\u00AE"},
    {"trade;", "\u2122"},  {"times;", "\u00D7"},  {"rarr;", "\u2192"},   {"larr;", "\u2190"},
    {"eacute;", "\u00E9"}, {"egrave;", "\u00E8"}, {"agrave;", "\u00E0"}, {"ccedil;", "\u00E7"},
    {"auml;", "\u00E4"},   {"ouml;", "\u00F6"},   {"uuml;", "\u00FC"},   {"szlig;", "\u00DF"},
    {"aacute;", "\u00E1"}, {"iacute;", "\u00ED"}, {"oacute;", "\u00F3"}, {"uacute;", "\u00FA"},
    {"ntilde;", "\u00F1"}, {"euro;", "\u20AC"},   {"pound;", "\u00A3"},  {"deg;", "\u00B0"},
});

// A scalar value that the tokenizer takes as it is, and that is no white space (13.2.5.80).
bool is_plain(std::uint32_t code) {
  if (code < 0xA0) return code > 0x20 && code < 0x7F;
  if ((code >= 0xD800 && code < 0xE000) || (code >= 0xFDD0 && code < 0xFDF0)) return false;
  return code < 0x100000 && (code & 0xFFFE) != 0xFFFE;
}

std::string_view encode(std::uint32_t code, Arena& arena) {
  char* const to = static_cast<char*>(arena.allocate(8));
  std::size_t bytes = 0;
  const auto put = [&](std::uint32_t byte) { to[bytes++] = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else {
    if (code < 0x10000) {
      put(0xE0 | (code >> 12));
    } else {
      put(0xF0 | (code >> 18));
      put(0x80 | ((code >> 12) & 0x3F));
    }
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  to[bytes] = '\0';
  return {to, bytes};
}

// The letters and digits from `at` on, and a semicolon behind them.
const char* end_of_word(const char* at, const char* end) {
  while (at != end && is_alnum(*at)) ++at;
  return at != end && *at == ';' ? at + 1 : at;
}

Reference read_number(const char* at, const char* end, Arena& arena) {
  const char* in = at + 2;
  const bool hex = in != end && (*in | 0x20) == 'x';
  if (hex) ++in;
  std::uint32_t code = 0;
  const char* const digits = in;
  for (; in != end && hex_value(*in) < (hex ? 16u : 10u); ++in) {
    code = std::min(code * (hex ? 16 : 10) + hex_value(*in), 0x110000u);
  }
  Reference found;
  if (in != digits && in != end && *in == ';' && is_plain(code)) {
    found.text = encode(code, arena);
    found.bytes = static_cast<std::size_t>(in + 1 - at);
    return found;
  }
  found.bytes = static_cast<std::size_t>(end_of_word(in, end) - at);
  found.is_private = code >= 0x100000;
  return found;
}

}  // namespace

bool has_odd_characters(std::string_view utf8) {
  const auto* const bytes = reinterpret_cast<const Byte*>(utf8.data());
  std::size_t at = 0;
  // is_odd() looks three bytes ahead.
  for (; at + kBlock + 3 <= utf8.size(); at += kBlock) {
    const Byte* const block = bytes + at;
    Byte suspicious = 0;
    for (std::size_t i = 0; i < kBlock; ++i) suspicious |= may_be_odd(block[i], block[i + 1]);
    if (suspicious != 0 && block_is_odd(block, kBlock)) return true;
  }
  std::array<Byte, kBlock + 8> tail{};
  const std::size_t left = utf8.size() - at;
  if (left > 0) std::memcpy(tail.data(), bytes + at, left);
  return block_is_odd(tail.data(), left);
}

Reference read_reference(const char* at, const char* end, Arena& arena) {
  const char* const name = at + 1;
  if (name == end) return {};
  if (*name == '#') return read_number(at, end, arena);
  if (!is_alnum(*name)) return {};
  Reference found;
  const char* const behind = end_of_word(name, end);
  found.bytes = static_cast<std::size_t>(behind - at);
  const std::string_view word(name, static_cast<std::size_t>(behind - name));
  for (const Name& known : kNames)
    if (word == known.name) {
      found.text = known.text;
      break;
    }
  return found;
}

}  // namespace parser
