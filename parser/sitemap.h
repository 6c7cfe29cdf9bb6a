// A sitemap by https://www.sitemaps.org/protocol.html: the URLs that a site names itself. One kind
// of document.h.
//
// Three forms are read: <urlset>, <sitemapindex>, and text with a URL a line; each plain or as a
// gzip file. Feeds (RSS, Atom) are not. Sitemaps are untrusted: they are parsed in the sandboxed
// worker, as pages are, and decode_sitemap() checks every field of the frame that it answers.
//
// A sitemap that declares a document type is rejected there, so there are no entities to expand and
// nothing outside to load. One that is broken further on is read up to that place: the URLs before
// it count, and `problem` says what is wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"

namespace parser {

// Bounds of the protocol on one sitemap, unpacked.
inline constexpr std::size_t kMaxSitemapBytes = 50u << 20;
inline constexpr std::size_t kMaxSitemapUrls = 50'000;
// Elements within elements; a sitemap has three, and those of extensions a few more.
inline constexpr unsigned kMaxSitemapNesting = 16;
// A W3C date and time: 2026-01-31T12:00:00.123456789+00:00.
inline constexpr std::size_t kMaxLastmodBytes = 35;

enum class SitemapKind : std::uint8_t { kNone, kUrls, kIndex, kText };
std::string_view to_string(SitemapKind kind);  // "", "urls", "index", "text"

enum class SitemapProblem : std::uint8_t {
  kNone,
  kNotASitemap,  // HTML, a feed, an image ...
  kBadXml,       // not well-formed from some place on, or in an encoding other than UTF-8 and -16
  kDoctype,      // declares a document type
  kBadGzip,      // ends early, or is damaged
  kTooLarge,     // more bytes or URLs than the protocol allows; those beyond are not read
};
std::string_view to_string(SitemapProblem problem);  // "", "not_a_sitemap", "bad_xml", ...

struct SitemapEntry {
  std::string_view url;                     // normalized, no fragment
  std::string_view lastmod;                 // as written, if it looks like a date; else empty
  std::optional<std::uint16_t> priority{};  // thousandths, 0 to 1000
};

struct ParsedSitemap {
  SitemapKind kind = SitemapKind::kNone;
  SitemapProblem problem = SitemapProblem::kNone;
  std::uint32_t ignored = 0;          // entries whose URL is not an absolute http(s) URL
  std::vector<SitemapEntry> entries;  // in the sitemap's order; of an index, other sitemaps
};

class SitemapParser {
 public:
  // Parses `body`, which is decoded of its Content-Encoding but may be a gzip file itself, and
  // appends the frame to `out`. Throws std::bad_alloc.
  void parse(std::string_view body, std::string& out);

 private:
  std::string unpacked_;
  Url url_;  // kept for its memory
};

// Reads `frame` into `sitemap`, as views into it. False: the frame is not one that parse() writes;
// the sitemap is then empty.
[[nodiscard]] bool decode_sitemap(std::string_view frame, ParsedSitemap& sitemap);

}  // namespace parser
