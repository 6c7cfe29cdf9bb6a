// Keeps the cost of tree construction linear in the page. gumbo searches its stack of open elements
// and its list of active formatting elements for nearly every token, so a page that lets them grow
// without bound costs the square of its length: 60,000 nested <div> take 5 s.
//
// This follows both, from start and end tags alone, as tree construction would build them. It does
// not have to be exact: it decides only when a tag is to be left out because the page is beyond
// what browsers and people make. Then what the tag holds stays where it is. Keeps its memory from
// page to page; one a thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "parser/html_tags.h"

namespace parser {

// Open elements; browsers stop at 512 too.
inline constexpr std::size_t kMaxOpenElements = 512;
// Active formatting elements: every paragraph that does not close them makes them all anew.
inline constexpr std::size_t kMaxActiveFormatting = 64;
// Formatting elements made anew on one page.
inline constexpr std::size_t kMaxRebuilt = 250'000;
// End tags without a start tag on one page: each is looked for in the whole stack.
inline constexpr std::size_t kMaxStrayEndTags = 20'000;

class OpenElements {
 public:
  void clear();

  // The tag that comes next in the page. False: leave it out. `attributes` is a hash of a
  // formatting element's attributes: of more than three alike, the Standard keeps three.
  [[nodiscard]] bool start(Tag tag, std::uint64_t attributes = 0);
  [[nodiscard]] bool end(Tag tag);

 private:
  struct Active {
    Tag tag;  // kUnknown: a marker
    std::uint64_t attributes;
  };
  static constexpr std::size_t kNone = SIZE_MAX;

  Tag top() const { return size_ > 0 ? stack_[size_ - 1] : Tag::kUnknown; }
  void push(Tag tag);
  void truncate(std::size_t size);
  void erase(std::size_t at);
  // The innermost open `tag` (or `other`) that no element with one of the traits `stop` is inside
  // of.
  std::size_t find(Tag tag, std::uint32_t stop, Tag other = Tag::kUnknown) const;
  void close(Tag tag, std::uint32_t stop);
  void close_p();
  void close_item(Tag tag, Tag other);
  void close_for(Tag tag);
  [[nodiscard]] bool open_table_part(Tag tag);
  void open_anchor();
  [[nodiscard]] bool start_formatting(Tag tag, std::uint64_t attributes);
  void end_formatting(Tag tag);
  void remove_active(Tag tag);
  void clear_active_to_marker();
  [[nodiscard]] bool leave_out(Tag tag);

  std::array<Tag, kMaxOpenElements> stack_;
  std::size_t size_ = 0;
  std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> open_{};      // in stack_
  std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> left_out_{};  // still open
  std::vector<Active> active_;
  std::size_t rebuilt_ = 0;
  std::size_t stray_ = 0;
};

}  // namespace parser
