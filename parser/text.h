// Text as a reader would see it, built up from the pieces of a page: whitespace collapsed, one line
// a block, no empty lines, no blanks at either end of a line.
//
// What separates two words is decided when the second one comes: the strongest separator asked for
// since the first. So nothing that is written has to be taken back. Works on UTF-8; a no-break
// space is a space. Keeps its memory from page to page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parser {

class TextWriter {
 public:
  // Holds at most `limit` bytes; what comes later is cut, at a character's end.
  explicit TextWriter(std::size_t limit) : limit_(limit) {}

  // Appends `raw`. The byte at raw[bytes] is NUL, '<', '&' or kPlaceholderLead of condense.h.
  // `keep_lines`: its line feeds end lines, as in <pre>.
  void write(const char* raw, std::size_t bytes, bool keep_lines = false);
  void space() { separate(' '); }
  void next_cell() { separate('\t'); }
  void end_line() { separate('\n'); }

  std::string_view text() const { return {buffer_.data(), size_}; }
  std::size_t size() const { return size_; }
  // Empties it; gives memory back that an ordinary page does not need.
  void clear();

 private:
  // A line feed outranks a tab, a tab a space, and anything nothing.
  void separate(char separator) {
    const auto rank = [](char c) { return c == '\n' ? 3 : c == '\t' ? 2 : c == ' ' ? 1 : 0; };
    if (rank(separator) > rank(pending_)) pending_ = separator;
  }

  std::size_t limit_;
  std::string buffer_;  // the first size_ bytes are text, the rest is room
  std::size_t size_ = 0;
  char pending_ = 0;
  bool full_ = false;
};

}  // namespace parser
