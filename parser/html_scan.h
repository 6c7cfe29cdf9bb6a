// The tokenizer states of the HTML Standard (13.2.5) as far as they decide where a token ends:
// text, tags with their attributes, comments, and the content of elements that hold no tags. Each
// function takes a place in the page and answers a later one; none allocates. The tokenizer of the
// condenser and of the token reader.
#pragma once

#include <string_view>

#include "parser/html_tags.h"

namespace parser {

// The text that begins at `at` ends here: at the next '<' that begins markup, or `end`. 13.2.5.1.
const char* end_of_text(const char* at, const char* end);

// 13.2.5.6 and 13.2.5.7.
enum class Markup {
  kStartTag,      // <a
  kEndTag,        // </a
  kEmptyEndTag,   // </>, which is no token at all
  kDeclaration,   // <!
  kBogusComment,  // <? or </ and anything else
};
// `at` is where end_of_text() found markup.
Markup markup_at(const char* at);

struct Attribute {
  std::string_view name;   // as written
  std::string_view value;  // as written, without its quotes
  char quote = 0;          // 0: unquoted
  bool has_value = false;
};

// The attributes of one tag, in order, repeated names among them.
class AttributeReader {
 public:
  // From behind the tag's name.
  AttributeReader(const char* at, const char* end) : at_(at), end_(end) {}

  // False at the tag's end.
  [[nodiscard]] bool next(Attribute& attribute);
  // Where the tag has been read to its end: the place behind its '>', or null where the page ends
  // first. Such a tag is no token (13.2.5.32 to 13.2.5.40, "eof-in-tag").
  const char* end_of_tag() const { return is_cut_ ? nullptr : at_; }
  bool is_self_closing() const { return is_self_closing_; }

 private:
  [[nodiscard]] bool cut() {
    is_cut_ = true;
    return false;
  }
  [[nodiscard]] bool skip_spaces();
  [[nodiscard]] bool read_value(Attribute& attribute);

  const char* at_;
  const char* end_;
  bool is_self_closing_ = false;
  bool is_cut_ = false;
};

// The end of a tag's name that begins at `at`: at a space, '/' or '>', or `end`.
const char* end_of_name(const char* at, const char* end);

// `at` is behind "<!--": the place behind the comment's end, or `end`. 13.2.5.43 to 13.2.5.52.
const char* end_of_comment(const char* at, const char* end);
// Behind the next '>', or `end`: bogus comments (13.2.5.41) and doctypes (13.2.5.53 to 13.2.5.68).
const char* end_of_declaration(const char* at, const char* end);

// `at` is behind the start tag of `name`, in lower case: the place of the "</" that ends its
// content, or `end`. RCDATA and RAWTEXT, 13.2.5.9 to 13.2.5.14.
const char* end_of_raw_text(const char* at, const char* end, std::string_view name);
// Likewise for <script>, whose content can be escaped, and escaped twice. 13.2.5.15 to 13.2.5.31.
const char* end_of_script(const char* at, const char* end);
// The one of the two that is for `tag`, an element with the trait kRawText.
const char* end_of_content(Tag tag, const char* at, const char* end);

// True for a style attribute that may hide its element: where it says "none" or "hidden", or has a
// character reference that may.
[[nodiscard]] bool may_hide(std::string_view style);

}  // namespace parser
