// What the condenser can tell of the tree while it reads tags: whether an element can be left out
// here, and whether an element's content is text to the tokenizer. It errs on the safe side: a
// state lasts until it cannot be. Fed with the tags as gumbo will see them, in their order. Keeps
// its memory from page to page.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/html_tags.h"

namespace parser {

class TreeContext {
 public:
  enum class Foreign {
    kNo,      // what comes is HTML
    kYes,     // what comes is SVG or MathML, and which elements of it are open is known
    kUnsure,  // it may be either
  };

  void clear();

  // An HTML start tag, or one of a foreign element that may be HTML.
  void start(Tag tag, std::string_view name, bool is_self_closing);
  // Likewise an end tag.
  void end(Tag tag);

  Foreign foreign() const { return foreign_; }
  bool had_foreign() const { return had_foreign_; }
  // In foreign content: before the start tag `tag`. True where it begins a foreign element; else
  // foreign() is what holds from the tag on.
  [[nodiscard]] bool stays_foreign(Tag tag);
  void start_foreign(Tag tag, std::string_view name);
  // An end tag in foreign content. `is_plain`: nothing but the name stands in it. False where it
  // ends none of the open elements, after which foreign() is kUnsure.
  [[nodiscard]] bool end_foreign(std::string_view name, bool is_plain);
  std::size_t foreign_depth() const { return foreign_open_.size(); }

  // True where text belongs to the innermost open element, whatever follows: not in a table, where
  // it may be moved in front, nor in <select>, <template> or foreign content.
  bool text_stays_in_place() const {
    return foreign_ == Foreign::kNo && !in_table_ && !in_select_ && templates_ == 0;
  }
  // True where gumbo may leave the innermost element without making a node of the text in it: at
  // </form>.
  bool in_form() const { return in_form_; }
  // Elements `tag` that the list of active formatting elements can hold at the most.
  std::size_t most_active(Tag tag) const { return active_[static_cast<std::size_t>(tag)]; }
  // True where tree construction may ignore the start tag `tag`, whose content is then no text to
  // the tokenizer.
  bool may_ignore_raw_text(Tag tag) const;

 private:
  struct ForeignElement {
    std::string_view name;
    bool may_hold_html;
  };
  // Formatting elements open within one line: those beyond count as active to the page's end.
  static constexpr std::size_t kMaxInlineOpen = 64;

  void start_formatting(Tag tag);
  void end_formatting(Tag tag);
  void enter_foreign(std::string_view name, bool is_self_closing);

  bool in_table_ = false;  // not in a cell of one
  bool in_select_ = false;
  bool in_form_ = false;
  std::size_t templates_ = 0;
  bool in_table_around_template_ = false;
  bool column_in_template_ = false;
  Foreign foreign_ = Foreign::kNo;
  bool had_foreign_ = false;
  std::vector<ForeignElement> foreign_open_;  // exact where foreign_ is kYes
  std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> active_{};
  // Formatting elements opened since the last tag of an element that is no inline one.
  std::array<Tag, kMaxInlineOpen> inline_open_;
  std::size_t inline_count_ = 0;
};

}  // namespace parser
