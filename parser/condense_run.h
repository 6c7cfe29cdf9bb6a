// One run of text while the condenser reads it: its pieces, and how it is written once what follows
// is known. One run after another; the pieces go into a RunTable, whose memory is its owner's.
//
// Leading white space stays in the condensed page, because tree construction may put it elsewhere.
// What follows becomes one placeholder, or stays too where it is short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/condense_output.h"

namespace parser {

class TextRun {
 public:
  TextRun(RunTable& table, CondensedText& out) : table_(table), out_(out) {}

  // The run goes on with `text`, behind which stands what TextPiece asks for.
  void add(std::string_view text);
  // An element around words of the run has been left out: its end tag was here.
  void add_element() {
    ++elements_;
    part();
  }
  // A tag or comment that is left out ends here.
  void part() {
    parted_ = table_.pieces();
    is_parted_ = true;
  }

  // Of the run so far. Pieces are counted from the page's first one.
  std::size_t pieces() const { return table_.pieces(); }
  std::size_t words() const { return words_; }  // pieces that are not white space alone
  std::uint32_t elements() const { return elements_; }
  [[nodiscard]] bool begins_with_space(std::size_t piece);

  // Writes the pieces in front of `piece`, around words of which `elements` had stood; they are no
  // part of the run any more.
  void write_until(std::size_t piece, std::uint32_t elements);
  // Writes what is left; a new run begins. `keeps_parts`: what follows the last tag or comment that
  // was left out is to be a text of its own.
  void finish(bool keeps_parts);

  // Writes `text` as it is, between two runs.
  void copy(std::string_view text);
  void copy_reference(std::string_view reference);
  // A start tag has been written.
  void begin_content(bool is_pre) {
    after_pre_ = is_pre;
    after_reference_ = false;
  }
  bool is_after_pre() const { return after_pre_; }
  // There were more runs than the table takes: what was written lacks text.
  bool has_lost_text() const { return has_lost_text_; }

 private:
  void write(std::size_t begin, std::size_t end, std::uint32_t elements);
  void write_words(std::size_t begin, std::size_t end, std::uint32_t elements);

  RunTable& table_;
  CondensedText& out_;
  std::size_t begin_ = 0;   // the first piece
  bool is_parted_ = false;  // a tag or comment has been left out
  std::size_t parted_ = 0;  // the first piece behind the last of them
  std::size_t words_ = 0;
  std::uint32_t elements_ = 0;  // left out around words
  bool has_lost_text_ = false;

  // Behind what was written last.
  bool after_pre_ = false;        // <pre> or <listing>
  bool after_reference_ = false;  // a letter would join it
};

}  // namespace parser
