#include "parser/html_scan.h"

#include <cstring>

#include "parser/ascii.h"

namespace parser {
namespace {

bool ends_name(char c) { return is_space(c) || c == '/' || c == '>'; }

const char* find(const char* at, const char* end, char wanted) {
  if (at == end) return end;
  const void* const found = std::memchr(at, wanted, static_cast<std::size_t>(end - at));
  return found != nullptr ? static_cast<const char*>(found) : end;
}

// True where `name` (lower case) and then a character that ends a name stand at `at`.
bool is_name(const char* at, const char* end, std::string_view name) {
  return static_cast<std::size_t>(end - at) > name.size() &&
         equals_ignoring_case({at, name.size()}, name) && ends_name(at[name.size()]);
}

bool starts_with(const char* at, const char* end, std::string_view text) {
  return std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(text);
}

// True where the '<' at `at` begins markup.
bool is_markup(const char* at, const char* end) {
  if (end - at < 2) return false;
  const char c = at[1];
  return is_alpha(c) || c == '!' || c == '?' || (c == '/' && end - at > 2);
}

}  // namespace

const char* end_of_text(const char* at, const char* end) {
  while ((at = find(at, end, '<')) != end && !is_markup(at, end)) ++at;
  return at;
}

Markup markup_at(const char* at) {
  if (is_alpha(at[1])) return Markup::kStartTag;
  if (at[1] == '!') return Markup::kDeclaration;
  if (at[1] == '?') return Markup::kBogusComment;
  if (is_alpha(at[2])) return Markup::kEndTag;
  return at[2] == '>' ? Markup::kEmptyEndTag : Markup::kBogusComment;
}

bool AttributeReader::skip_spaces() {
  while (at_ != end_ && is_space(*at_)) ++at_;
  return at_ != end_;
}

bool AttributeReader::next(Attribute& attribute) {
  for (;;) {
    if (!skip_spaces()) return cut();
    if (*at_ == '>') {
      ++at_;
      return false;
    }
    if (*at_ != '/') break;
    if (++at_ == end_) return cut();
    is_self_closing_ = *at_ == '>';
  }
  const char* const name = at_++;  // its first character may be '='
  while (at_ != end_ && !ends_name(*at_) && *at_ != '=') ++at_;
  attribute = {{name, static_cast<std::size_t>(at_ - name)}, {}, 0, false};
  if (!skip_spaces()) return cut();
  if (*at_ != '=') return true;
  ++at_;
  return read_value(attribute);
}

bool AttributeReader::read_value(Attribute& attribute) {
  if (!skip_spaces()) return cut();
  attribute.has_value = true;
  const bool is_quoted = *at_ == '"' || *at_ == '\'';
  if (is_quoted) attribute.quote = *at_++;
  const char* const value = at_;
  if (is_quoted)
    at_ = find(at_, end_, attribute.quote);
  else
    while (at_ != end_ && !is_space(*at_) && *at_ != '>') ++at_;
  if (at_ == end_) return cut();
  attribute.value = {value, static_cast<std::size_t>(at_ - value)};
  if (is_quoted) ++at_;
  return true;
}

const char* end_of_name(const char* at, const char* end) {
  while (at != end && !ends_name(*at)) ++at;
  return at;
}

const char* end_of_comment(const char* at, const char* end) {
  // <!--> and <!---> are whole comments; "--!>" ends one only behind its opening.
  if (starts_with(at, end, ">")) return at + 1;
  if (starts_with(at, end, "->")) return at + 2;
  for (const char* mark = at; (mark = find(mark, end, '>')) != end; ++mark) {
    const std::string_view before(at, static_cast<std::size_t>(mark - at));
    if (before.ends_with("--") || before.ends_with("--!")) return mark + 1;
  }
  return end;
}

const char* end_of_declaration(const char* at, const char* end) {
  const char* const mark = find(at, end, '>');
  return mark == end ? end : mark + 1;
}

const char* end_of_raw_text(const char* at, const char* end, std::string_view name) {
  for (; (at = find(at, end, '<')) != end; ++at)
    if (starts_with(at, end, "</") && is_name(at + 2, end, name)) return at;
  return end;
}

const char* end_of_script(const char* at, const char* end) {
  enum { kPlain, kEscaped, kTwice } state = kPlain;
  for (;;) {
    // In the escaped states "-->" comes back to plain script data.
    const char* const mark = find(at, end, '<');
    if (state != kPlain) {
      const std::string_view before(at, static_cast<std::size_t>(mark - at));
      if (const std::size_t close = before.find("-->"); close != before.npos) {
        at += close + 3;
        state = kPlain;
        continue;
      }
    }
    if (mark == end) return end;
    at = mark + 1;
    if (starts_with(at, end, "/")) {
      if (!is_name(at + 1, end, "script")) continue;
      if (state != kTwice) return mark;
      state = kEscaped;
      at += 7;
    } else if (state == kPlain) {
      // The two dashes may be those of a "-->".
      if (starts_with(at, end, "!--")) {
        state = kEscaped;
        ++at;
      }
    } else if (state == kEscaped && is_name(at, end, "script")) {
      state = kTwice;
      at += 6;
    }
  }
}

const char* end_of_content(Tag tag, const char* at, const char* end) {
  return tag == Tag::kScript ? end_of_script(at, end) : end_of_raw_text(at, end, name_of(tag));
}

bool may_hide(std::string_view style) {
  if (style.find('&') != style.npos) return true;
  for (std::size_t i = 0; i + 4 <= style.size(); ++i) {
    const char c = to_lower(style[i]);
    if (c == 'n' && equals_ignoring_case(style.substr(i, 4), "none")) return true;
    if (c == 'h' && equals_ignoring_case(style.substr(i, 6), "hidden")) return true;
  }
  return false;
}

}  // namespace parser
