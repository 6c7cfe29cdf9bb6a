#include "parser/meta_prescan.h"

#include <string>

#include "parser/ascii.h"

namespace parser {
namespace {

bool is_letter(char c) {
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'z';
}

// Reads the markup in steps of the standard's algorithm. Every step stops at the end of `text_`;
// what was cut off there counts for nothing.
class Prescan {
 public:
  explicit Prescan(std::string_view text) : text_(text) {}

  const Encoding* run() {
    while (!at_end()) {
      if (starts_with("<!--")) {
        // "-->" may share its dashes with "<!--".
        if (!skip_past("-->", at_ + 2)) return nullptr;
      } else if (starts_with("<meta") && at_ + 5 < text_.size() &&
                 (is_space(text_[at_ + 5]) || text_[at_ + 5] == '/')) {
        at_ += 5;
        if (const Encoding* const found = meta_element()) return found;
      } else if (is_tag()) {
        while (!at_end() && !is_space(text_[at_]) && text_[at_] != '>') ++at_;
        while (attribute()) continue;
      } else if (starts_with("<!") || starts_with("</") || starts_with("<?")) {
        if (!skip_past(">", at_)) return nullptr;
      } else {
        ++at_;
      }
    }
    return nullptr;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }

  bool starts_with(std::string_view lower) const {
    return equals_ignoring_case(text_.substr(at_, lower.size()), lower);
  }

  bool is_tag() const {
    if (text_[at_] != '<') return false;
    const std::size_t name = at_ + (text_.substr(at_ + 1).starts_with('/') ? 2 : 1);
    return name < text_.size() && is_letter(text_[name]);
  }

  bool skip_past(std::string_view mark, std::size_t from) {
    const std::size_t found = text_.find(mark, from);
    if (found == std::string_view::npos) return false;
    at_ = found + mark.size();
    return true;
  }

  // Of a repeated attribute the first counts.
  const Encoding* meta_element() {
    bool got_pragma = false;
    bool has_charset = false;
    bool seen_http_equiv = false;
    bool seen_content = false;
    bool need_pragma = false;
    const Encoding* encoding = nullptr;
    while (attribute()) {
      if (name_ == "http-equiv" && !seen_http_equiv) {
        seen_http_equiv = true;
        got_pragma = value_ == "content-type";
      } else if (name_ == "content" && !seen_content) {
        seen_content = true;
        if (!has_charset && encoding == nullptr) {
          encoding = find_encoding(charset_parameter(value_));
          need_pragma = encoding != nullptr;
        }
      } else if (name_ == "charset" && !has_charset) {
        has_charset = true;
        encoding = find_encoding(value_);
        need_pragma = false;
      }
    }
    if (encoding == nullptr || at_end() || (need_pragma && !got_pragma)) return nullptr;
    // A page whose declaration could be read byte by byte is not in UTF-16.
    if (encoding == &utf16be_encoding() || encoding == &utf16le_encoding()) return &utf8_encoding();
    return encoding;
  }

  // "Get an attribute": into name_ and value_, both lower case. False at the tag's '>' or the end.
  bool attribute() {
    name_.clear();
    value_.clear();
    while (!at_end() && (is_space(text_[at_]) || text_[at_] == '/')) ++at_;
    if (at_end() || text_[at_] == '>') return false;
    for (;; ++at_) {
      if (at_end()) return false;
      const char c = text_[at_];
      if (c == '=' && !name_.empty()) break;
      if (c == '/' || c == '>') return true;
      if (is_space(c)) {
        skip_spaces();
        if (at_end()) return false;
        if (text_[at_] != '=') return true;
        break;
      }
      name_ += to_lower(c);
    }
    ++at_;  // the '='
    skip_spaces();
    return value();
  }

  bool value() {
    if (at_end()) return false;
    const char first = text_[at_];
    if (first == '"' || first == '\'') {
      for (++at_; !at_end(); ++at_) {
        if (text_[at_] == first) {
          ++at_;
          return true;
        }
        value_ += to_lower(text_[at_]);
      }
      return false;
    }
    for (; !at_end(); ++at_) {
      if (is_space(text_[at_]) || text_[at_] == '>') return true;
      value_ += to_lower(text_[at_]);
    }
    return false;
  }

  void skip_spaces() {
    while (!at_end() && is_space(text_[at_])) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string name_;
  std::string value_;
};

}  // namespace

const Encoding* prescan_encoding(std::string_view body) {
  return Prescan(body.substr(0, kPrescanBytes)).run();
}

std::string_view charset_parameter(std::string_view value) {
  constexpr std::string_view kName = "charset";
  for (std::size_t at = 0; at + kName.size() < value.size(); ++at) {
    if (!equals_ignoring_case(value.substr(at, kName.size()), kName)) continue;
    std::string_view rest = trim(value.substr(at + kName.size()));
    if (!rest.starts_with('=')) continue;
    rest = trim(rest.substr(1));
    if (rest.starts_with('"') || rest.starts_with('\'')) {
      const std::size_t end = rest.find(rest.front(), 1);
      return end == rest.npos ? std::string_view() : rest.substr(1, end - 1);
    }
    std::size_t end = 0;
    while (end < rest.size() && !is_space(rest[end]) && rest[end] != ';') ++end;
    return rest.substr(0, end);
  }
  return {};
}

}  // namespace parser
