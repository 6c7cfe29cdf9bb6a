#include "parser/page.h"

#include <algorithm>

#include "parser/arena.h"
#include "parser/ascii.h"
#include "parser/charset.h"
#include "parser/condense.h"
#include "parser/html.h"
#include "parser/page_codec.h"
#include "parser/simhash.h"
#include "parser/token_reader.h"
#include "parser/url.h"
#include "parser/utf8.h"

namespace parser {

struct PageParser::State {
  explicit State(void (*out_of_memory)()) : arena(out_of_memory) {}

  Arena arena;
  Condenser condenser;
  CharsetDecoder charset;
  HtmlPage html;
  Url page_url, base_url, url;
  TextWriter shortened{kMaxTitleBytes};
  TextWriter anchor{kMaxAnchorBytes};
  std::string rel;

  // `raw`, which ends at a NUL, with its whitespace collapsed; valid until the next call.
  static std::string_view collapse(std::string_view raw, TextWriter& into) {
    if (raw.empty()) return raw;
    into.clear();
    into.write(raw.data(), raw.size());
    return into.text();
  }

  void read(std::string_view utf8, Method method);
  void write_frame(std::string_view charset_name, std::string& out);
  void write_links(const Url* base, FrameWriter& frame);
  std::string_view normalized_rel(std::string_view raw);
};

PageParser::PageParser(void (*out_of_memory)()) : state_(std::make_unique<State>(out_of_memory)) {
  state_->charset.warm_up();
}

PageParser::~PageParser() = default;

void PageParser::parse(const PageInput& input, std::string& out) {
  State& state = *state_;
  state.arena.reset();
  const CharsetDecoder::Decoded decoded = state.charset.decode(input.body, input.content_type);
  state.read(decoded.text, input.method);
  static_cast<void>(state.page_url.parse(input.url));  // empty on an error: no base
  state.write_frame(decoded.charset, out);
  state.arena.reset();
}

void PageParser::State::read(std::string_view utf8, Method method) {
  switch (method) {
    case Method::kCondensed:
      return read_html(utf8, &condenser, arena, html);
    case Method::kWhole:
      return read_html(utf8, nullptr, arena, html);
    case Method::kTokens:
      return read_tokens(utf8, arena, html);
  }
}

void PageParser::State::write_frame(std::string_view charset_name, std::string& out) {
  const Url* base = page_url.empty() ? nullptr : &page_url;
  ParsedPage page = html.parsed;
  if (!html.base.empty() && base_url.parse(html.base, base) == UrlError::kOk) {
    base = &base_url;
    page.base = base_url.href();
  }
  if (!html.canonical.empty() && url.parse(html.canonical, base) == UrlError::kOk)
    page.canonical = url.href();
  std::transform(html.robots.begin(), html.robots.end(), html.robots.begin(), to_lower);
  const std::string robots(collapse(html.robots, shortened));
  page.title = html.title.text();
  page.lang = cut_utf8(trim(html.lang), kMaxTitleBytes);
  page.charset = charset_name;
  page.robots = robots;
  page.description = collapse(html.description, shortened);
  page.text = trim(html.text.text());
  page.simhash = simhash(page.text);
  FrameWriter frame(out, page);
  write_links(base, frame);
}

void PageParser::State::write_links(const Url* base, FrameWriter& frame) {
  std::uint32_t cut = html.links.cut();
  std::uint32_t ignored = 0;
  for (const FoundLink& found : html.links.links()) {
    if (url.parse(found.href, base) != UrlError::kOk) {
      ++ignored;
      continue;
    }
    Link link;
    link.url = url.href();
    link.text = html.links.text_of(found);
    if (link.text.data() == found.alt.data()) link.text = collapse(found.alt, anchor);
    link.text = cut_utf8(link.text, kMaxAnchorBytes);
    link.rel = normalized_rel(found.rel);
    link.source = found.source;
    if (!frame.add_link(link)) ++cut;
  }
  frame.finish(cut, ignored);
}

std::string_view PageParser::State::normalized_rel(std::string_view raw) {
  if (raw.empty()) return raw;
  rel = collapse(raw, shortened);
  std::transform(rel.begin(), rel.end(), rel.begin(), to_lower);
  return cut_utf8(rel, kMaxAnchorBytes);
}

}  // namespace parser
