// An HTML page: what it says once it is parsed. One kind of document.h.
//
// PageParser, in the worker, turns a response body into one frame of bytes; decode_page(), in the
// crawl, turns the frame back into a ParsedPage whose every string is a view into that frame. The
// worker has run on untrusted bytes, so decode_page() checks each length, count and enum against
// the bounds below.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace parser {

// Bounds on what one page may leave in the crawl. What lies beyond is cut, at a character's end.
inline constexpr std::size_t kMaxTextBytes = 4u << 20;  // visible text: the longest novels are 3 MB
inline constexpr std::size_t kMaxTitleBytes = 2048;     // also lang, description, meta robots ...
inline constexpr std::size_t kMaxLinks = 20'000;        // links kept of one page
inline constexpr std::size_t kMaxAnchorBytes = 1024;    // text of one link
inline constexpr std::size_t kMaxFrameBytes = 64u << 20;  // the frame of one page or sitemap

enum class LinkSource : std::uint8_t { kA, kArea, kIframe, kFrame, kLink, kMetaRefresh };
std::string_view to_string(LinkSource source);  // "a", "area", ..., "meta_refresh"

// How a page was read.
enum class Reading : std::uint8_t {
  kCondensed,  // gumbo built the tree of what the condenser left of it
  kWhole,      // gumbo built the tree of all of it
  kFlattened,  // it nests too deep: the tree lacks elements, see condense_depth.h
  kTokens,     // there is no tree, see token_reader.h
};
std::string_view to_string(Reading reading);  // "condensed", "whole", "flattened", "tokens"
// As the file has it, where condensed and whole pages are the same: "tree", "flattened", "tokens".
std::string_view parsed_as(Reading reading);

struct Link {
  std::string_view url;   // absolute, normalized, with its fragment
  std::string_view text;  // anchor text, whitespace collapsed; alt of an image that stands alone
  std::string_view rel;   // as written, whitespace collapsed, lower case
  LinkSource source = LinkSource::kA;
};

// To add a column to `pages` that a page says, change five files: html.cc (finds it;
// HtmlPage::parsed), this one, page_codec.cc (carries it), storage/schema.sql and
// storage/row_writer.cc.
struct ParsedPage {
  std::string_view title;
  std::string_view lang;     // <html lang>, else <meta http-equiv=content-language>
  std::string_view charset;  // what the bytes were decoded from, by the WHATWG Encoding Standard's
                             // name: "UTF-8", "windows-1252", "Shift_JIS"
  std::string_view description;  // <meta name=description>
  std::string_view canonical;    // <link rel=canonical>, absolute, normalized; empty if none or bad
  std::string_view robots;       // <meta name=robots>, lower case, joined by ", "
  std::string_view base;         // <base href>, absolute and normalized; empty if none
  std::string_view text;         // visible text: block elements end lines, whitespace collapsed
  std::uint64_t simhash = 0;     // 64-bit SimHash over the words of `text`; 0 where there are none
  std::uint32_t elements = 0;    // elements in the document tree
  Reading reading = Reading::kCondensed;
  std::uint32_t links_cut = 0;      // links beyond kMaxLinks
  std::uint32_t links_ignored = 0;  // no http(s) URL, or one that is too long or cannot be read
  std::vector<Link> links;          // in document order
};

// How a page is to be read.
enum class Method : std::uint8_t {
  kCondensed,  // gumbo sees what the condenser leaves of it, see condense.h
  kWhole,      // gumbo sees all of it: for proof that it need not
  kTokens,     // gumbo sees nothing of it, see token_reader.h
};
inline constexpr std::size_t kMethods = 3;

struct PageInput {
  std::string_view url;  // the page's own, normalized: links are resolved against it, or <base>
  std::string_view content_type;  // the header's value, for its charset; may be empty
  std::string_view body;          // decoded of Content-Encoding, in any charset
  Method method = Method::kCondensed;
};

// The memory that gumbo takes comes from one arena that is dropped whole. One a thread.
class PageParser {
 public:
  // `out_of_memory` is called where a page would pass the arena's bound; it does not return.
  explicit PageParser(void (*out_of_memory)());
  ~PageParser();
  PageParser(const PageParser&) = delete;
  PageParser& operator=(const PageParser&) = delete;

  // Parses `input` and appends the page's frame to `out`.
  void parse(const PageInput& input, std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Reads `frame` into `page`, as views into it. False: the frame is not one that parse() writes; the
// page is then empty.
[[nodiscard]] bool decode_page(std::string_view frame, ParsedPage& page);

}  // namespace parser
