#include "parser/condense_depth.h"

#include <algorithm>
#include <cstring>

namespace parser {
namespace {

std::size_t index(Tag tag) { return static_cast<std::size_t>(tag); }

bool has(Tag tag, std::uint32_t traits) { return (traits_of(tag) & traits) != 0; }

bool is_heading(Tag tag) { return tag >= Tag::kH1 && tag <= Tag::kH6; }

bool is_marker(Tag tag) {
  return has(tag, kCell) || tag == Tag::kObject || tag == Tag::kApplet || tag == Tag::kMarquee ||
         tag == Tag::kTemplate;
}

// <a> carries a link, and does not nest by itself; what has no content does not nest either.
bool may_be_left_out(Tag tag) { return tag != Tag::kA && !has(tag, kVoid | kRawText); }

}  // namespace

void OpenElements::clear() {
  size_ = 0;
  open_.fill(0);
  left_out_.fill(0);
  active_.clear();
  rebuilt_ = 0;
  stray_ = 0;
}

void OpenElements::push(Tag tag) {
  if (size_ == stack_.size()) return;
  stack_[size_++] = tag;
  ++open_[index(tag)];
  if (is_marker(tag)) active_.push_back({Tag::kUnknown, 0});
}

void OpenElements::truncate(std::size_t size) {
  while (size_ > size) {
    const Tag tag = stack_[--size_];
    --open_[index(tag)];
    if (is_marker(tag)) clear_active_to_marker();
  }
}

void OpenElements::erase(std::size_t at) {
  --open_[index(stack_[at])];
  std::copy(stack_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
            stack_.begin() + static_cast<std::ptrdiff_t>(size_),
            stack_.begin() + static_cast<std::ptrdiff_t>(at));
  --size_;
}

std::size_t OpenElements::find(Tag tag, std::uint32_t stop, Tag other) const {
  if (open_[index(tag)] == 0 && (other == Tag::kUnknown || open_[index(other)] == 0)) return kNone;
  for (std::size_t i = size_; i-- > 0;) {
    if (stack_[i] == tag || (other != Tag::kUnknown && stack_[i] == other)) return i;
    if (has(stack_[i], stop)) return kNone;
  }
  return kNone;
}

void OpenElements::close(Tag tag, std::uint32_t stop) {
  if (const std::size_t at = find(tag, stop); at != kNone) truncate(at);
}

void OpenElements::close_p() {
  const std::size_t at = find(Tag::kP, kScope, Tag::kButton);
  if (at != kNone && stack_[at] == Tag::kP) truncate(at);
}

// An item ends the one before it in its list.
void OpenElements::close_item(Tag tag, Tag other) {
  if (open_[index(tag)] == 0 && open_[index(other)] == 0) return;
  for (std::size_t i = size_; i-- > 0;) {
    const Tag open = stack_[i];
    if (open == tag || open == other) return truncate(i);
    if (has(open, kSpecial) && open != Tag::kAddress && open != Tag::kDiv && open != Tag::kP)
      return;
  }
}

void OpenElements::close_for(Tag tag) {
  if (tag == Tag::kLi) close_item(Tag::kLi, Tag::kLi);
  if (tag == Tag::kDd || tag == Tag::kDt) close_item(Tag::kDd, Tag::kDt);
  if (has(tag, kClosesP)) close_p();
  if (is_heading(tag) && is_heading(top())) truncate(size_ - 1);
  if ((tag == Tag::kOption || tag == Tag::kOptgroup) && top() == Tag::kOption) truncate(size_ - 1);
  if (tag == Tag::kOptgroup && top() == Tag::kOptgroup) truncate(size_ - 1);
  if (tag == Tag::kButton) close(Tag::kButton, kScope);
}

// Closes what a part of a table closes, and opens what it implies. False where it is in no table.
bool OpenElements::open_table_part(Tag tag) {
  if (tag == Tag::kTable) {
    close_p();
    // One directly in another ends it; one in a cell does not.
    for (std::size_t i = size_; i-- > 0 && !has(stack_[i], kCell);)
      if (stack_[i] == Tag::kTable) {
        truncate(i);
        break;
      }
    return true;
  }
  const std::size_t table = find(Tag::kTable, 0);
  if (table == kNone) return false;
  const auto inside = [&](auto&& is_wanted) {
    for (std::size_t i = size_; i-- > table + 1;)
      if (is_wanted(stack_[i])) return i;
    return kNone;
  };
  const bool is_data = tag == Tag::kTd || tag == Tag::kTh;
  if (is_data) {
    if (const std::size_t row = inside([](Tag t) { return t == Tag::kTr; }); row != kNone) {
      truncate(row + 1);
      return true;
    }
  }
  if (is_data || tag == Tag::kTr) {
    const std::size_t body =
        inside([](Tag t) { return t == Tag::kTbody || t == Tag::kThead || t == Tag::kTfoot; });
    truncate((body != kNone ? body : table) + 1);
    if (body == kNone) push(Tag::kTbody);
    if (is_data) push(Tag::kTr);
    return true;
  }
  truncate(table + 1);
  return true;
}

void OpenElements::open_anchor() {
  remove_active(Tag::kA);
  if (const std::size_t at = find(Tag::kA, kSpecial); at != kNone) truncate(at);
}

bool OpenElements::leave_out(Tag tag) {
  ++left_out_[index(tag)];
  return false;
}

bool OpenElements::start_formatting(Tag tag, std::uint64_t attributes) {
  std::size_t alike = 0;
  std::size_t earliest = 0;
  for (std::size_t i = active_.size(); i-- > 0 && active_[i].tag != Tag::kUnknown;)
    if (active_[i].tag == tag && active_[i].attributes == attributes) {
      ++alike;
      earliest = i;
    }
  if (alike >= 3)
    active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(earliest));
  else if (active_.size() >= kMaxActiveFormatting && may_be_left_out(tag))
    return leave_out(tag);
  active_.push_back({tag, attributes});
  return true;
}

bool OpenElements::start(Tag tag, std::uint64_t attributes) {
  if (has(tag, kTransparent) || has(tag, kRawText) || tag == Tag::kIsindex) {
    if (tag == Tag::kXmp) close_p();
    return true;
  }
  const bool is_table = has(tag, kTablePart | kCell);
  if (is_table && !open_table_part(tag)) return true;
  if (!is_table) close_for(tag);
  if (has(tag, kVoid)) return true;
  if (has(tag, kSpecial)) rebuilt_ += active_.size();
  if ((size_ >= kMaxOpenElements || rebuilt_ > kMaxRebuilt) && may_be_left_out(tag))
    return leave_out(tag);
  if (tag == Tag::kA) open_anchor();
  if (has(tag, kFormatting) && !start_formatting(tag, attributes)) return false;
  push(tag);
  return true;
}

void OpenElements::end_formatting(Tag tag) {
  remove_active(tag);
  const std::size_t at = find(tag, kScope);
  if (at == kNone) return;
  const bool moves_blocks = std::any_of(stack_.begin() + static_cast<std::ptrdiff_t>(at),
                                        stack_.begin() + static_cast<std::ptrdiff_t>(size_),
                                        [](Tag open) { return has(open, kSpecial); });
  if (moves_blocks)
    erase(at);
  else
    truncate(at);
}

bool OpenElements::end(Tag tag) {
  if (has(tag, kTransparent | kRawText)) return true;
  if (left_out_[index(tag)] > 0) {
    --left_out_[index(tag)];
    return false;
  }
  if (has(tag, kFormatting)) {
    end_formatting(tag);
    return true;
  }
  if (size_ > 0 && top() == tag) {
    truncate(size_ - 1);
    return true;
  }
  if (open_[index(tag)] == 0) {
    const bool makes_element = tag == Tag::kP || tag == Tag::kBr;
    return makes_element || ++stray_ <= kMaxStrayEndTags;
  }
  if (tag == Tag::kP)
    close_p();
  else if (tag == Tag::kForm)
    erase(find(tag, 0));
  else if (has(tag, kTablePart | kCell) || tag == Tag::kTemplate || tag == Tag::kSelect)
    close(tag, 0);
  else
    close(tag, has(tag, kSpecial) ? kScope : kSpecial);
  return true;
}

void OpenElements::remove_active(Tag tag) {
  for (std::size_t i = active_.size(); i-- > 0 && active_[i].tag != Tag::kUnknown;)
    if (active_[i].tag == tag) {
      active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
}

void OpenElements::clear_active_to_marker() {
  while (!active_.empty()) {
    const bool is_marker = active_.back().tag == Tag::kUnknown;
    active_.pop_back();
    if (is_marker) return;
  }
}

}  // namespace parser
