#include "parser/condense_context.h"

#include <algorithm>

#include "parser/ascii.h"

namespace parser {
namespace {

bool has(Tag tag, std::uint32_t traits) { return (traits_of(tag) & traits) != 0; }

}  // namespace

void TreeContext::clear() {
  in_table_ = in_select_ = in_form_ = false;
  templates_ = 0;
  in_table_around_template_ = column_in_template_ = false;
  foreign_ = Foreign::kNo;
  had_foreign_ = false;
  foreign_open_.clear();
  active_.fill(0);
  inline_count_ = 0;
}

void TreeContext::start(Tag tag, std::string_view name, bool is_self_closing) {
  if (has(tag, kFormatting))
    start_formatting(tag);
  else if (!has(tag, kInline))
    inline_count_ = 0;
  if (has(tag, kTablePart)) in_table_ = true;
  if (has(tag, kCell)) in_table_ = false;
  if (tag == Tag::kForm) in_form_ = true;
  if (tag == Tag::kSelect) in_select_ = true;
  if (tag == Tag::kTemplate && templates_++ == 0) in_table_around_template_ = in_table_;
  if (tag == Tag::kCol && templates_ > 0) column_in_template_ = true;
  if ((tag == Tag::kSvg || tag == Tag::kMath) && foreign_ == Foreign::kNo)
    enter_foreign(name, is_self_closing);
}

void TreeContext::end(Tag tag) {
  if (has(tag, kFormatting))
    end_formatting(tag);
  else if (!has(tag, kInline))
    inline_count_ = 0;
  if (has(tag, kTablePart | kCell)) in_table_ = tag != Tag::kTable;
  if (tag == Tag::kForm && templates_ == 0 && !in_select_) in_form_ = false;
  if (tag == Tag::kSelect && templates_ == 0) in_select_ = false;
  if (tag == Tag::kTemplate && templates_ > 0 && --templates_ == 0) {
    in_table_ = in_table_around_template_;
    column_in_template_ = false;
  }
}

void TreeContext::start_formatting(Tag tag) {
  ++active_[static_cast<std::size_t>(tag)];
  if (inline_count_ < kMaxInlineOpen) inline_open_[inline_count_++] = tag;
}

// Within one line an end tag takes exactly one element from the list of active formatting ones:
// nothing special and no scope stands in between.
void TreeContext::end_formatting(Tag tag) {
  for (std::size_t i = inline_count_; i-- > 0;)
    if (inline_open_[i] == tag) {
      const auto at = [&](std::size_t n) {
        return inline_open_.begin() + static_cast<std::ptrdiff_t>(n);
      };
      std::copy(at(i + 1), at(inline_count_), at(i));
      --inline_count_;
      --active_[static_cast<std::size_t>(tag)];
      return;
    }
}

bool TreeContext::may_ignore_raw_text(Tag tag) const {
  const bool counts_in_select = tag == Tag::kScript || tag == Tag::kTextarea;
  return foreign_ == Foreign::kUnsure || (in_select_ && !counts_in_select) || column_in_template_;
}

// <select> ignores the tag, and so does a <template> that has a <col>.
void TreeContext::enter_foreign(std::string_view name, bool is_self_closing) {
  had_foreign_ = true;
  if (in_select_ || column_in_template_) {
    foreign_ = Foreign::kUnsure;
  } else if (!is_self_closing) {
    foreign_ = Foreign::kYes;
    foreign_open_.assign(1, {name, false});
  }
}

// <font> leaves foreign content only with some attributes.
bool TreeContext::stays_foreign(Tag tag) {
  if (foreign_open_.back().may_hold_html || tag == Tag::kFont)
    foreign_ = Foreign::kUnsure;
  else if (has(tag, kLeavesForeign))
    foreign_ = Foreign::kNo;
  return foreign_ == Foreign::kYes;
}

void TreeContext::start_foreign(Tag tag, std::string_view name) {
  foreign_open_.push_back({name, has(tag, kIntegration)});
}

bool TreeContext::end_foreign(std::string_view name, bool is_plain) {
  const auto found = std::find_if(
      foreign_open_.rbegin(), foreign_open_.rend(),
      [&](const ForeignElement& open) { return equals_ignoring_case(open.name, name); });
  if (!is_plain || found == foreign_open_.rend()) {
    foreign_ = Foreign::kUnsure;
    return false;
  }
  foreign_open_.erase(found.base() - 1, foreign_open_.end());
  if (foreign_open_.empty()) foreign_ = Foreign::kNo;
  return true;
}

}  // namespace parser
