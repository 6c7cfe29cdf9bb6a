// What an element says to a page by its name and attributes alone: how it parts the text around it,
// and which links and directives it adds. The same for the walk through a tree (html.cc) and for
// the reader of tokens (token_reader.cc). Values go into HtmlPage as they are written.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/ascii.h"
#include "parser/html.h"
#include "parser/html_tags.h"

namespace parser {

// What an element means to the text around and in it.
enum TextTrait : std::uint8_t {
  kBlock = 1,      // begins and ends a line
  kBreak = 2,      // ends a line
  kTableCell = 4,  // is separated from the cell before it
  kLines = 8,      // keeps its line feeds
  kNoText = 16,    // its text is not shown; links in it count
  kUnseen = 32,    // nothing in it belongs to the page
};

// Of an HTML element. After the "Rendering" section of the HTML Standard, as far as it concerns
// text. <rp> is left in: the readings in <rt> would run into the words without it.
std::uint8_t text_traits(Tag tag);

// `Attributes` answers get(name), `name` in lower case: the attribute's value, which ends at a NUL
// and lives in the arena, with data() null where the element has none of that name.
template <class Attributes>
class ElementReader {
 public:
  ElementReader(HtmlPage& page, const Attributes& attributes)
      : page_(page), attributes_(attributes) {}

  // An HTML element. True where a link has been opened for it.
  bool read(Tag tag) {
    switch (tag) {
      case Tag::kA:
        return read_anchor();
      case Tag::kHtml:
        if (const std::string_view lang = get("lang"); !lang.empty()) page_.lang = lang;
        break;
      case Tag::kBase:
        if (page_.base.data() == nullptr) page_.base = get("href");
        break;
      case Tag::kMeta:
        read_meta();
        break;
      case Tag::kLink:
        read_link();
        break;
      case Tag::kArea:
        if (const std::string_view href = get("href"); href.data() != nullptr)
          page_.links.add(LinkSource::kArea, href, get("rel"), get("alt"));
        break;
      case Tag::kIframe:
        read_frame(LinkSource::kIframe);
        break;
      case Tag::kFrame:
        read_frame(LinkSource::kFrame);
        break;
      case Tag::kImg:
        if (page_.links.is_open()) page_.links.set_alt(get("alt"));
        break;
      default:
        break;
    }
    return false;
  }

  // <a>, of HTML or SVG.
  bool read_anchor() {
    const std::string_view href = get("href");
    if (href.data() == nullptr || !page_.links.add(LinkSource::kA, href, get("rel"))) return false;
    page_.links.open();
    return true;
  }

 private:
  std::string_view get(std::string_view name) const { return attributes_.get(name); }

  void read_frame(LinkSource source) {
    if (const std::string_view src = get("src"); !src.empty()) page_.links.add(source, src, {});
  }

  void read_link() {
    const std::string_view href = get("href");
    if (href.empty()) return;
    const std::string_view rel = get("rel");
    if (page_.canonical.empty() && has_token(rel, "canonical")) page_.canonical = href;
    // These two name a server to get in touch with, not a document.
    if (has_token(rel, "dns-prefetch") || has_token(rel, "preconnect")) return;
    page_.links.add(LinkSource::kLink, href, rel);
  }

  void read_meta() {
    const std::string_view content = get("content");
    if (content.empty()) return;
    const std::string_view name = trim(get("name"));
    const std::string_view pragma = trim(get("http-equiv"));
    if (equals_ignoring_case(name, "description")) {
      if (page_.description.empty()) page_.description = content;
    } else if (equals_ignoring_case(name, "robots")) {
      if (page_.robots.size() >= kMaxTitleBytes) return;
      if (!page_.robots.empty()) page_.robots += ", ";
      page_.robots += trim(content);
    } else if (equals_ignoring_case(pragma, "content-language")) {
      if (page_.lang.empty()) page_.lang = content;
    } else if (equals_ignoring_case(pragma, "refresh")) {
      const std::string_view url = refresh_url(content);
      if (!url.empty()) page_.links.add(LinkSource::kMetaRefresh, url, {});
    }
  }

  HtmlPage& page_;
  const Attributes& attributes_;
};

}  // namespace parser
