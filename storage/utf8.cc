#include "storage/utf8.h"

namespace storage {

CodePoint next_code_point(std::string_view text) {
  if (text.empty()) return {};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return {kReplacement, 1, false};
  // The second byte's range shuts out overlong forms, surrogates and what lies past U+10FFFF.
  const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  char32_t value = lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < (i == 1 ? low : 0x80u) || byte(i) > (i == 1 ? high : 0xbfu))
      return {kReplacement, i, false};
    value = value << 6 | (byte(i) & 0x3fu);
  }
  return {value, length, true};
}

std::string_view valid_utf8(std::string_view text, std::string& storage) {
  std::size_t at = 0;
  for (CodePoint next; at < text.size(); at += next.bytes) {
    next = next_code_point(text.substr(at));
    if (!next.valid) break;
  }
  if (at == text.size()) return text;
  storage.assign(text.substr(0, at));
  for (CodePoint next; at < text.size(); at += next.bytes) {
    next = next_code_point(text.substr(at));
    storage.append(next.valid ? text.substr(at, next.bytes) : "\xef\xbf\xbd");
  }
  return storage;
}

}  // namespace storage
