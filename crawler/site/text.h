// The words of the built-in site: sentences, titles and descriptions of real English words, drawn
// so that a few are everywhere and most are rare (Zipf), as in text that people write. Everything
// follows from the seed. Constant after construction; a page is put together from ready sentences,
// because a site that is slower than its crawler measures nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crawler {

// 64 bits that look random and follow from the parts alone.
std::uint64_t mix(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0);

// A number from 0 up to but not 1, from 64 random bits.
inline double unit_draw(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

class DemoText {
 public:
  explicit DemoText(std::uint64_t seed);

  // A noun, by any number.
  std::string_view noun(std::uint64_t key) const;
  // "Harvest of the northern river".
  std::string title(std::uint64_t key) const;
  // A sentence with its full stop.
  std::string_view sentence(std::uint64_t key) const;
  // French, with letters beyond ASCII, each of which Latin-1 has.
  std::string_view french(std::uint64_t key) const;

 private:
  std::vector<std::string> sentences_;
};

// UTF-8 as Latin-1; letters that it lacks become '?'. Takes well-formed UTF-8 of at most U+FFFF.
std::string to_latin1(std::string_view utf8);
// UTF-8 as UTF-16LE after a byte order mark; takes well-formed UTF-8 of at most U+FFFF.
std::string to_utf16le(std::string_view utf8);

}  // namespace crawler
