// The links of one page, in document order: found while its tree is walked, resolved once the whole
// tree has been seen, because a <base> counts for links that stand before it too.
//
// Addresses, rel values and alternative texts are views into the tree's arena. Anchor text goes
// into one log, of which every link has a range: anchors that stand inside one another cost no more
// than others.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/page.h"
#include "parser/text.h"

namespace parser {

struct FoundLink {
  std::string_view href;  // as written
  std::string_view rel;   // as written
  std::string_view alt;   // stands for the text where there is none
  std::uint32_t text_begin = 0;
  std::uint32_t text_end = 0;
  LinkSource source = LinkSource::kA;
};

class LinkCollector {
 public:
  // False where the page has its kMaxLinks already; the link is then counted and not kept.
  bool add(LinkSource source, std::string_view href, std::string_view rel,
           std::string_view alt = {});

  // Between the two, what write() is given belongs to the link that was added last before open().
  void open();
  void close();
  bool is_open() const { return !open_.empty(); }
  void write(const char* raw, std::size_t bytes) { log_.write(raw, bytes); }
  void space() { log_.space(); }
  // An image's alternative text, for the innermost open link.
  void set_alt(std::string_view alt);

  const std::vector<FoundLink>& links() const { return links_; }
  // The text of one of them, or its alternative text; not yet collapsed in that case.
  std::string_view text_of(const FoundLink& link) const;
  std::uint32_t cut() const { return cut_; }
  void clear();

 private:
  std::vector<FoundLink> links_;
  std::vector<std::uint32_t> open_;  // indices into links_
  TextWriter log_{kMaxLinks * kMaxAnchorBytes};
  std::uint32_t cut_ = 0;
};

// True where `word` (lower case) is one of the words of `list`, as in rel=.
[[nodiscard]] bool has_token(std::string_view list, std::string_view word);

// The URL in the content of <meta http-equiv=refresh>: "5; url=next.html". Empty where there is
// none: the page is to be loaded again. HTML Standard, "shared declarative refresh steps".
std::string_view refresh_url(std::string_view content);

}  // namespace parser
