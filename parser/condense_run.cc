#include "parser/condense_run.h"

#include <algorithm>

#include "parser/ascii.h"

namespace parser {
namespace {

// Text that is no longer than a placeholder costs gumbo no more.
constexpr std::size_t kShortRun = 3;

}  // namespace

void TextRun::add(std::string_view text) {
  table_.add_piece({text.data(), text.size()});
  if (!std::all_of(text.begin(), text.end(), is_space)) ++words_;
}

bool TextRun::begins_with_space(std::size_t piece) { return is_space(*table_.piece(piece).data); }

void TextRun::write_until(std::size_t piece, std::uint32_t elements) {
  write(begin_, piece, elements);
  begin_ = piece;
  elements_ -= elements;
}

void TextRun::finish(bool keeps_parts) {
  if (keeps_parts && is_parted_) {
    write_until(parted_, elements_);
    copy("<!---->");
  }
  is_parted_ = false;
  write_until(table_.pieces(), elements_);
  words_ = 0;
}

void TextRun::copy(std::string_view text) {
  out_.append(text);
  after_pre_ = false;
  after_reference_ = false;
}

void TextRun::copy_reference(std::string_view reference) {
  copy(reference);
  after_reference_ = true;
}

// One character of white space does for all, but that a line feed after <pre> is dropped.
void TextRun::write(std::size_t begin, std::size_t end, std::uint32_t elements) {
  bool has_space = false;
  bool has_line = false;
  for (; begin != end; ++begin) {
    TextPiece& piece = table_.piece(begin);
    const char* const word = std::find_if_not(piece.data, piece.data + piece.bytes, is_space);
    const std::string_view spaces(piece.data, static_cast<std::size_t>(word - piece.data));
    piece = {word, piece.bytes - spaces.size()};
    if (after_pre_ && !spaces.empty()) {
      copy(spaces);
    } else {
      has_space |= !spaces.empty();
      has_line |= spaces.find_first_of("\n\r") != spaces.npos;
    }
    if (piece.bytes > 0) break;
  }
  if (has_space) copy(has_line ? "\n" : " ");
  if (begin != end) write_words(begin, end, elements);
}

void TextRun::write_words(std::size_t begin, std::size_t end, std::uint32_t elements) {
  const TextPiece first = table_.piece(begin);
  const std::string_view text(first.data, first.bytes);
  const bool stays = end - begin == 1 && elements == 0 && text.size() <= kShortRun &&
                     text.find_first_of("<&") == text.npos && !after_reference_;
  if (stays) return copy(text);
  if (table_.is_full()) {
    has_lost_text_ = true;
    return;
  }
  table_.add_run(begin, end, elements, out_);
  after_pre_ = false;
  after_reference_ = false;
}

}  // namespace parser
