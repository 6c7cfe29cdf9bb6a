#include "parser/token_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "parser/html_scan.h"
#include "parser/html_tags.h"
#include "parser/html_text.h"
#include "parser/page_elements.h"

namespace parser {
namespace {

bool has(Tag tag, std::uint32_t traits) { return (traits_of(tag) & traits) != 0; }

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// A copy that ends at a NUL.
std::string_view copy(std::string_view text, Arena& arena) {
  char* const to = static_cast<char*>(arena.allocate(text.size() + 1));
  text.copy(to, text.size());
  to[text.size()] = '\0';
  return {to, text.size()};
}

// Calls write(data, bytes) for each piece of `text`, with its character references decoded. Pieces
// end as TextWriter::write() asks for where `text` does. NUL is left out (13.2.6.4.7).
template <class Write>
void decode(std::string_view text, Arena& arena, Write write) {
  const char* const end = text.data() + text.size();
  const char* piece = text.data();
  const auto write_piece = [&](const char* behind) {
    if (behind != piece) write(piece, static_cast<std::size_t>(behind - piece));
  };
  for (const char* at = piece; at != end;) {
    if (*at == '\0') {
      write_piece(at);
      piece = ++at;
    } else if (*at == '&') {
      const Reference found = read_reference(at, end, arena);
      if (!found.text.empty()) {
        write_piece(at);
        write(found.text.data(), found.text.size());
        piece = at + found.bytes;
      }
      at += std::max<std::size_t>(found.bytes, 1);
    } else {
      ++at;
    }
  }
  write_piece(end);
}

// The attributes of one tag that anything reads, the first of each name.
class TagAttributes {
 public:
  explicit TagAttributes(Arena& arena) : arena_(arena) {}

  void keep(const Attribute& attribute) {
    const std::uint32_t bit = attribute_bit(attribute.name);
    if (bit == 0 || (kept_ & bit) != 0) return;
    kept_ |= bit;
    values_[index(bit)] = attribute.value;
  }

  // As ElementReader asks for it. SVG has xlink:href for href.
  std::string_view get(std::string_view name) const {
    const std::uint32_t bit = attribute_bit(name);
    if ((kept_ & bit) != 0) return value(values_[index(bit)]);
    const bool is_linked = bit == kKeepHref && (kept_ & kKeepXlinkHref) != 0;
    return is_linked ? value(values_[index(kKeepXlinkHref)]) : std::string_view();
  }

 private:
  static std::size_t index(std::uint32_t bit) {
    return static_cast<std::size_t>(std::countr_zero(bit));
  }

  // No reference stands for more bytes than it has.
  std::string_view value(std::string_view raw) const {
    char* const to = static_cast<char*>(arena_.allocate(raw.size() + 1));
    std::size_t size = 0;
    decode(raw, arena_, [&](const char* piece, std::size_t bytes) {
      std::memcpy(to + size, piece, bytes);
      size += bytes;
    });
    to[size] = '\0';
    return {to, size};
  }

  Arena& arena_;
  std::uint32_t kept_ = 0;
  std::array<std::string_view, std::bit_width(std::uint32_t{kKeepAll})> values_;
};

class TokenReader {
 public:
  TokenReader(std::string_view utf8, Arena& arena, HtmlPage& page)
      : page_(page), arena_(arena), at_(utf8.data()), end_(utf8.data() + utf8.size()) {}

  void run() {
    while (at_ != end_) {
      const char* const text = at_;
      at_ = end_of_text(at_, end_);
      write_text(between(text, at_), true);
      if (at_ != end_) read_markup();
    }
    close_link();
  }

 private:
  // ---- Text

  void write_text(std::string_view text, bool has_references) {
    if (templates_ > 0) return;
    write_to(text, has_references, [this](const char* piece, std::size_t bytes) {
      page_.text.write(piece, bytes, keeps_lines_ > 0);
      if (page_.links.is_open()) page_.links.write(piece, bytes);
    });
  }

  template <class Write>
  void write_to(std::string_view text, bool has_references, Write write) {
    if (text.empty()) return;
    if (text.data() + text.size() == end_) text = copy(text, arena_);
    if (has_references)
      decode(text, arena_, write);
    else
      write(text.data(), text.size());
  }

  void separate(std::uint8_t traits) {
    if ((traits & (kBlock | kBreak | kTableCell)) == 0) return;
    if (page_.links.is_open()) page_.links.space();
    if ((traits & kTableCell) != 0)
      page_.text.next_cell();
    else
      page_.text.end_line();
  }

  // ---- Markup

  void read_markup() {
    switch (markup_at(at_)) {
      case Markup::kStartTag:
        return read_start_tag();
      case Markup::kEndTag:
        return read_end_tag();
      case Markup::kEmptyEndTag:
        at_ += 3;
        return;
      case Markup::kDeclaration:
        return read_declaration();
      case Markup::kBogusComment:
        at_ = end_of_declaration(at_ + 2, end_);
    }
  }

  void read_declaration() {
    constexpr std::string_view kSection = "[CDATA[";
    const char* const inside = at_ + 2;
    const std::string_view rest = between(inside, end_);
    if (foreign_ > 0 && rest.starts_with(kSection))
      read_section(rest.substr(kSection.size()));
    else
      at_ = rest.starts_with("--") ? end_of_comment(inside + 2, end_)
                                   : end_of_declaration(inside, end_);
  }

  // `rest` is what follows "<![CDATA[".
  void read_section(std::string_view rest) {
    const std::size_t close = rest.find("]]>");
    at_ = close == rest.npos ? end_ : rest.data() + close + 3;
    write_text(copy(rest.substr(0, close), arena_), false);
  }

  void read_start_tag() {
    const char* const behind_name = end_of_name(at_ + 1, end_);
    const Tag tag = tag_of(between(at_ + 1, behind_name));
    TagAttributes attributes(arena_);
    AttributeReader reader(behind_name, end_);
    for (Attribute attribute; reader.next(attribute);) attributes.keep(attribute);
    at_ = reader.end_of_tag();
    if (at_ == nullptr)
      at_ = end_;  // the page ends in the tag, which is none then
    else
      start_element(tag, attributes, reader.is_self_closing());
  }

  void start_element(Tag tag, const TagAttributes& attributes, bool is_self_closing) {
    if (foreign_ > 0 && has(tag, kLeavesForeign)) foreign_ = 0;
    const bool is_html = foreign_ == 0;
    const bool is_seen = templates_ == 0;
    if (tag == Tag::kTemplate && is_html) ++templates_;
    if (is_seen) {
      ++page_.parsed.elements;
      read_element(tag, attributes, is_html);
    }
    if (!is_html && is_self_closing) return;
    if (tag == Tag::kSvg || tag == Tag::kMath) foreign_ += is_self_closing ? 0 : 1;
    if (has(tag, kRawText)) read_content(tag, is_html);
    if (tag == Tag::kPlaintext && is_html) read_rest();
  }

  void read_element(Tag tag, const TagAttributes& attributes, bool is_html) {
    ElementReader reader(page_, attributes);
    if (tag == Tag::kA) {
      close_link();  // links do not nest
      reader.read_anchor();
    } else if (is_html && (tag != Tag::kHtml || !has_html_)) {
      reader.read(tag);
    }
    if (!is_html) return;
    has_html_ |= tag == Tag::kHtml;
    const std::uint8_t traits = text_traits(tag);
    separate(traits);
    if (tag == Tag::kPre || tag == Tag::kListing) ++keeps_lines_;
  }

  // Of an element without tags in it.
  void read_content(Tag tag, bool is_html) {
    const char* const close = end_of_content(tag, at_, end_);
    const std::string_view content = between(at_, close);
    at_ = close;
    if (!is_html || templates_ > 0) return;
    if (tag == Tag::kTitle && page_.title.size() == 0) {
      write_to(content, true,
               [this](const char* piece, std::size_t bytes) { page_.title.write(piece, bytes); });
    } else if (tag == Tag::kTextarea || tag == Tag::kXmp) {
      ++keeps_lines_;
      write_text(content, tag == Tag::kTextarea);
      --keeps_lines_;
    }
  }

  // Of <plaintext>, which nothing ends.
  void read_rest() {
    ++keeps_lines_;
    write_text(between(at_, end_), false);
    at_ = end_;
  }

  void read_end_tag() {
    const char* const behind_name = end_of_name(at_ + 2, end_);
    const Tag tag = tag_of(between(at_ + 2, behind_name));
    AttributeReader reader(behind_name, end_);
    for (Attribute attribute; reader.next(attribute);) continue;
    at_ = reader.end_of_tag();
    if (at_ == nullptr)
      at_ = end_;
    else
      end_element(tag);
  }

  void end_element(Tag tag) {
    if (tag == Tag::kTemplate && templates_ > 0) --templates_;
    if ((tag == Tag::kSvg || tag == Tag::kMath) && foreign_ > 0) --foreign_;
    if (templates_ > 0) return;
    if (tag == Tag::kA) close_link();
    if ((tag == Tag::kPre || tag == Tag::kListing) && keeps_lines_ > 0) --keeps_lines_;
    const std::uint8_t traits = text_traits(tag);
    if (foreign_ == 0 && (traits & kTableCell) == 0) separate(traits);
  }

  void close_link() {
    if (page_.links.is_open()) page_.links.close();
  }

  HtmlPage& page_;
  Arena& arena_;
  const char* at_;
  const char* const end_;

  // Of start tags whose end tag has not come.
  std::uint32_t templates_ = 0;    // their content is not part of the page
  std::uint32_t foreign_ = 0;      // <svg> and <math>
  std::uint32_t keeps_lines_ = 0;  // <pre> and <listing>
  bool has_html_ = false;          // there was an <html>: the first one's lang counts
};

}  // namespace

void read_tokens(std::string_view utf8, Arena& arena, HtmlPage& page) {
  page.clear();
  TokenReader(utf8, arena, page).run();
  page.parsed.reading = Reading::kTokens;
}

}  // namespace parser
