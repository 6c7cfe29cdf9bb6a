#include "parser/html.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "parser/ascii.h"

namespace parser {
namespace {

// What an element means to the text around and in it.
enum Trait : std::uint8_t {
  kBlock = 1,    // begins and ends a line
  kBreak = 2,    // ends a line
  kCell = 4,     // is separated from the cell before it
  kLines = 8,    // keeps its line feeds
  kNoText = 16,  // its text is not shown; links in it count
  kUnseen = 32,  // nothing in it belongs to the page
};

// By tag, for HTML elements. After the "Rendering" section of the HTML Standard, as far as it
// concerns text. <rp> is left in: the readings in <rt> would run into the words without it.
constexpr std::array<std::uint8_t, GUMBO_TAG_LAST + 1> kTraits = [] {
  std::array<std::uint8_t, GUMBO_TAG_LAST + 1> traits{};
  for (const GumboTag tag :
       {GUMBO_TAG_HTML,   GUMBO_TAG_BODY,     GUMBO_TAG_ARTICLE,    GUMBO_TAG_SECTION,
        GUMBO_TAG_NAV,    GUMBO_TAG_ASIDE,    GUMBO_TAG_H1,         GUMBO_TAG_H2,
        GUMBO_TAG_H3,     GUMBO_TAG_H4,       GUMBO_TAG_H5,         GUMBO_TAG_H6,
        GUMBO_TAG_HGROUP, GUMBO_TAG_HEADER,   GUMBO_TAG_FOOTER,     GUMBO_TAG_ADDRESS,
        GUMBO_TAG_P,      GUMBO_TAG_HR,       GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_OL,
        GUMBO_TAG_UL,     GUMBO_TAG_LI,       GUMBO_TAG_DL,         GUMBO_TAG_DT,
        GUMBO_TAG_DD,     GUMBO_TAG_FIGURE,   GUMBO_TAG_FIGCAPTION, GUMBO_TAG_MAIN,
        GUMBO_TAG_DIV,    GUMBO_TAG_TABLE,    GUMBO_TAG_CAPTION,    GUMBO_TAG_TR,
        GUMBO_TAG_FORM,   GUMBO_TAG_FIELDSET, GUMBO_TAG_LEGEND,     GUMBO_TAG_OPTGROUP,
        GUMBO_TAG_OPTION, GUMBO_TAG_DETAILS,  GUMBO_TAG_SUMMARY,    GUMBO_TAG_MENU,
        GUMBO_TAG_DIR,    GUMBO_TAG_FRAMESET, GUMBO_TAG_CENTER})
    traits[tag] = kBlock;
  for (const GumboTag tag :
       {GUMBO_TAG_PRE, GUMBO_TAG_LISTING, GUMBO_TAG_XMP, GUMBO_TAG_PLAINTEXT, GUMBO_TAG_TEXTAREA})
    traits[tag] = kBlock | kLines;
  for (const GumboTag tag : {GUMBO_TAG_TD, GUMBO_TAG_TH}) traits[tag] = kCell;
  traits[GUMBO_TAG_BR] = kBreak;
  for (const GumboTag tag : {GUMBO_TAG_HEAD, GUMBO_TAG_DATALIST}) traits[tag] = kNoText;
  for (const GumboTag tag :
       {GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_TEMPLATE, GUMBO_TAG_TITLE, GUMBO_TAG_NOFRAMES,
        GUMBO_TAG_NOEMBED, GUMBO_TAG_IFRAME, GUMBO_TAG_DESC, GUMBO_TAG_ANNOTATION_XML})
    traits[tag] = kUnseen;
  return traits;
}();

// The value of an attribute, with data() null where the element has none of that name. gumbo has
// put names into lower case.
std::string_view attribute(const GumboElement& element, std::string_view name) {
  for (unsigned i = 0; i < element.attributes.length; ++i) {
    const auto* const found = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    if (name == found->name) return found->value;
  }
  return {};
}

// True for the declarations display:none and visibility:hidden in a style attribute.
bool style_hides(std::string_view style) {
  while (!style.empty()) {
    const std::size_t end = std::min(style.find(';'), style.size());
    const std::string_view declaration = style.substr(0, end);
    style.remove_prefix(std::min(end + 1, style.size()));
    const std::size_t colon = declaration.find(':');
    if (colon == declaration.npos) continue;
    const std::string_view property = trim(declaration.substr(0, colon));
    const std::string_view value = trim(declaration.substr(colon + 1));
    const auto value_starts = [&](std::string_view lower) {
      return equals_ignoring_case(value.substr(0, lower.size()), lower);
    };
    if (equals_ignoring_case(property, "display") && value_starts("none")) return true;
    if (equals_ignoring_case(property, "visibility") && value_starts("hidden")) return true;
  }
  return false;
}

// A whole page that is hidden is one that a script would show once it is ready: it counts as shown.
bool is_hidden(const GumboElement& element) {
  if (element.tag == GUMBO_TAG_HTML || element.tag == GUMBO_TAG_BODY) return false;
  for (unsigned i = 0; i < element.attributes.length; ++i) {
    const auto* const found = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    if (std::strcmp(found->name, "hidden") == 0) return true;
    if (std::strcmp(found->name, "style") == 0 && style_hides(found->value)) return true;
  }
  return false;
}

// Goes through the tree in document order. The stack holds the open elements: a page of a million
// nested elements takes 24 MB of it.
class Walk {
 public:
  // `runs` says what the placeholders in the text stand for; null where there are none.
  Walk(HtmlPage& page, const Condenser* runs) : page_(page), runs_(runs) { stack_.reserve(64); }

  void run(const GumboNode& document) {
    stack_.push_back({&document.v.document.children, 0, 0, shown_, keep_lines_, false});
    while (!stack_.empty()) {
      Open& open = stack_.back();
      if (open.next == open.children->length) {
        leave(open);
        stack_.pop_back();
        continue;
      }
      const auto& node = *static_cast<const GumboNode*>(open.children->data[open.next++]);
      if (node.type == GUMBO_NODE_ELEMENT)
        enter(node.v.element);
      else if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE ||
               node.type == GUMBO_NODE_CDATA)
        write(node.v.text.text);
    }
  }

 private:
  struct Open {
    const GumboVector* children;
    unsigned next;  // in children
    std::uint8_t traits;
    bool shown, keep_lines;  // as they were before it
    bool is_link;
  };

  void enter(const GumboElement& element) {
    ++page_.parsed.elements;
    const bool is_html = element.tag_namespace == GUMBO_NAMESPACE_HTML;
    std::uint8_t traits = kTraits[element.tag];
    if (!is_html) traits &= kUnseen;
    const bool is_link = use(element, is_html);
    if ((traits & kUnseen) != 0) return;
    separate(traits);
    stack_.push_back({&element.children, 0, traits, shown_, keep_lines_, is_link});
    if ((traits & kNoText) != 0 || (shown_ && element.attributes.length > 0 && is_hidden(element)))
      shown_ = false;
    if ((traits & kLines) != 0) keep_lines_ = true;
  }

  void leave(const Open& open) {
    if (open.is_link) page_.links.close();
    shown_ = open.shown;
    keep_lines_ = open.keep_lines;
    if ((open.traits & kCell) == 0) separate(open.traits);
  }

  void separate(std::uint8_t traits) {
    if ((traits & (kBlock | kBreak | kCell)) == 0) return;
    if (page_.links.is_open()) page_.links.space();
    if (!shown_) return;
    if ((traits & kCell) != 0)
      page_.text.next_cell();
    else
      page_.text.end_line();
  }

  void write(const char* text) {
    if (runs_ == nullptr) return write(text, std::strlen(text));
    for (;;) {
      const char* end = text;
      while (*end != '\0' && *end != kPlaceholderLead) ++end;
      if (end != text) write(text, static_cast<std::size_t>(end - text));
      if (*end == '\0') return;
      const Condenser::Run run = runs_->expand(end);
      page_.parsed.elements += run.elements;
      for (const TextPiece* piece = run.begin; piece != run.end; ++piece)
        write(piece->data, piece->bytes);
      text = end;
    }
  }

  void write(const char* text, std::size_t bytes) {
    if (shown_) page_.text.write(text, bytes, keep_lines_);
    if (page_.links.is_open()) page_.links.write(text, bytes);
  }

  // Takes what an element says beyond its text. True where a link has been opened for it.
  bool use(const GumboElement& element, bool is_html) {
    if (element.tag == GUMBO_TAG_A) return use_anchor(element);  // SVG has them too
    if (!is_html) return false;
    switch (element.tag) {
      case GUMBO_TAG_HTML:
        if (const std::string_view lang = attribute(element, "lang"); !lang.empty())
          page_.lang = lang;
        break;
      case GUMBO_TAG_TITLE:
        use_title(element);
        break;
      case GUMBO_TAG_BASE:
        if (page_.base.data() == nullptr) page_.base = attribute(element, "href");
        break;
      case GUMBO_TAG_META:
        use_meta(element);
        break;
      case GUMBO_TAG_LINK:
        use_link(element);
        break;
      case GUMBO_TAG_AREA:
        if (const std::string_view href = attribute(element, "href"); href.data() != nullptr)
          page_.links.add(LinkSource::kArea, href, attribute(element, "rel"),
                          attribute(element, "alt"));
        break;
      case GUMBO_TAG_IFRAME:
      case GUMBO_TAG_FRAME:
        if (const std::string_view src = attribute(element, "src"); !src.empty())
          page_.links.add(element.tag == GUMBO_TAG_FRAME ? LinkSource::kFrame : LinkSource::kIframe,
                          src, {});
        break;
      case GUMBO_TAG_IMG:
        if (page_.links.is_open()) page_.links.set_alt(attribute(element, "alt"));
        break;
      default:
        break;
    }
    return false;
  }

  bool use_anchor(const GumboElement& element) {
    const std::string_view href = attribute(element, "href");
    if (href.data() == nullptr || !page_.links.add(LinkSource::kA, href, attribute(element, "rel")))
      return false;
    page_.links.open();
    return true;
  }

  void use_title(const GumboElement& element) {
    if (page_.title.size() > 0) return;
    for (unsigned i = 0; i < element.children.length; ++i) {
      const auto& node = *static_cast<const GumboNode*>(element.children.data[i]);
      if (node.type == GUMBO_NODE_TEXT)
        page_.title.write(node.v.text.text, std::strlen(node.v.text.text));
    }
  }

  void use_link(const GumboElement& element) {
    const std::string_view href = attribute(element, "href");
    if (href.empty()) return;
    const std::string_view rel = attribute(element, "rel");
    if (page_.canonical.empty() && has_token(rel, "canonical")) page_.canonical = href;
    // These two name a server to get in touch with, not a document.
    if (has_token(rel, "dns-prefetch") || has_token(rel, "preconnect")) return;
    page_.links.add(LinkSource::kLink, href, rel);
  }

  void use_meta(const GumboElement& element) {
    const std::string_view content = attribute(element, "content");
    if (content.empty()) return;
    const std::string_view name = trim(attribute(element, "name"));
    const std::string_view pragma = trim(attribute(element, "http-equiv"));
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
  const Condenser* runs_;
  std::vector<Open> stack_;
  bool shown_ = true;
  bool keep_lines_ = false;
};

void* allocate(void* arena, std::size_t bytes) {
  return static_cast<Arena*>(arena)->allocate(bytes);
}
void deallocate(void*, void*) {}

Reading reading_of(const Condenser::Result& seen) {
  if (seen.is_flattened) return Reading::kFlattened;
  return seen.is_whole ? Reading::kWhole : Reading::kCondensed;
}

}  // namespace

void HtmlPage::clear() {
  title.clear();
  text.clear();
  links.clear();
  lang = description = canonical = base = {};
  robots.clear();
  parsed = ParsedPage();
}

void read_html(std::string_view utf8, Condenser* condenser, Arena& arena, HtmlPage& page) {
  page.clear();
  Condenser::Result seen{utf8, true, false, false, 0};
  if (condenser != nullptr) seen = condenser->condense(utf8, arena);
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate;
  options.deallocator = deallocate;
  options.userdata = &arena;
  options.max_errors = 0;
  // Never gumbo_destroy_output(): it recurses. The arena's owner drops the tree whole.
  const GumboOutput* const output =
      gumbo_parse_with_options(&options, seen.page.data(), seen.page.size());
  Walk(page, seen.has_placeholders ? condenser : nullptr).run(*output->document);
  page.parsed.elements += seen.left_out;
  page.parsed.reading = reading_of(seen);
}

}  // namespace parser
