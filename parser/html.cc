#include "parser/html.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "parser/ascii.h"
#include "parser/html_tags.h"
#include "parser/page_elements.h"

namespace parser {
namespace {

// By GumboTag, the same names.
const std::array<Tag, GUMBO_TAG_LAST + 1> kTagOf = [] {
  std::array<Tag, GUMBO_TAG_LAST + 1> tags{};
  for (std::size_t i = 0; i < GUMBO_TAG_UNKNOWN; ++i)
    tags[i] = tag_of(gumbo_normalized_tagname(static_cast<GumboTag>(i)));
  return tags;
}();

// Of one element. gumbo has put names into lower case.
class TreeAttributes {
 public:
  explicit TreeAttributes(const GumboElement& element) : element_(element) {}

  std::string_view get(std::string_view name) const {
    for (unsigned i = 0; i < element_.attributes.length; ++i) {
      const auto* const found = static_cast<const GumboAttribute*>(element_.attributes.data[i]);
      if (name == found->name) return found->value;
    }
    return {};
  }

 private:
  const GumboElement& element_;
};

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
    const Tag tag = kTagOf[element.tag];
    std::uint8_t traits = text_traits(tag);
    if (!is_html) traits &= kUnseen;
    const bool is_link = use(element, tag, is_html);
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
    if ((open.traits & kTableCell) == 0) separate(open.traits);
  }

  void separate(std::uint8_t traits) {
    if ((traits & (kBlock | kBreak | kTableCell)) == 0) return;
    if (page_.links.is_open()) page_.links.space();
    if (!shown_) return;
    if ((traits & kTableCell) != 0)
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
  bool use(const GumboElement& element, Tag tag, bool is_html) {
    const TreeAttributes attributes(element);
    ElementReader reader(page_, attributes);
    if (is_html && tag == Tag::kTitle) use_title(element);
    if (is_html) return reader.read(tag);
    return tag == Tag::kA && reader.read_anchor();  // SVG has them too
  }

  void use_title(const GumboElement& element) {
    if (page_.title.size() > 0) return;
    for (unsigned i = 0; i < element.children.length; ++i) {
      const auto& node = *static_cast<const GumboNode*>(element.children.data[i]);
      if (node.type == GUMBO_NODE_TEXT)
        page_.title.write(node.v.text.text, std::strlen(node.v.text.text));
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
