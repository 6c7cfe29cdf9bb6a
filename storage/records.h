// What the crawl hands to the writer, and what it gets back when it goes on with a file. Plain
// values; ids are the crawl's own (ids.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/page.h"
#include "storage/ids.h"
#include "storage/outcome.h"

namespace storage {

// Microseconds since the Unix epoch, UTC.
using WallTime = std::int64_t;

struct HostRow {
  HostId id = kNoHost;
  std::string name;  // as parser::Url::host() has it
};

struct OriginRow {
  OriginId id = kNoOrigin;
  HostId host = kNoHost;
  std::string origin;  // scheme://host[:port]
};

// A redirect that was answered in place of a robots.txt and was followed.
struct RobotsRedirect {
  int status = 0;   // HTTP status
  std::string url;  // where it leads, normalized
};

// The answer to an origin's robots.txt; replaces what the file has.
struct RobotsUpdate {
  OriginId origin = kNoOrigin;
  int status = 0;     // HTTP status; 0: no answer
  std::string error;  // Reason word where there was no answer, else ""
  std::string body;   // as received, bounded by parser::kMaxRobotsBytes
  WallTime fetched_at = 0;
  std::vector<RobotsRedirect> redirects;  // that led from the origin's robots.txt to this answer
};

// A host asked for no request before `until`.
struct HostPause {
  HostId id = kNoHost;
  WallTime until = 0;
};

// A URL seen for the first time, or a skipped one that is queued after all (same id).
struct UrlRow {
  UrlId id = kNoUrl;
  HostId host = kNoHost;  // the origin's
  OriginId origin = kNoOrigin;
  UrlId found_on = kNoUrl;  // page or sitemap that led here; none: a seed or robots.txt did
  std::uint16_t depth = 0;
  std::uint8_t redirects = 0;  // hops of redirect that led here without a page between
  State state = State::kQueued;
  Reason reason = Reason::kNone;
  std::string url;  // normalized, without fragment
};

struct LinkRow {
  UrlId to = kNoUrl;
  std::string_view fragment;  // with its '#', or ""
  std::string_view text;
  std::string_view rel;
  std::string_view source;  // "a", "area", ..., "redirect"
};

// A URL that is one of a sitemap.
struct SitemapRow {
  UrlId url = kNoUrl;
  OriginId origin = kNoOrigin;  // whose robots.txt led to it
  std::uint8_t level = 0;       // 0: named by robots.txt; else by how many indexes, one in another
};

struct SitemapUrlRow {
  UrlId url = kNoUrl;
  std::string_view lastmod;
  std::optional<std::uint16_t> priority;  // thousandths
};

// What one sitemap says. Views as in PageOutcome.
struct SitemapContent {
  std::string_view kind;     // "urls", "index", "text" or ""
  std::string_view problem;  // "" where there is none
  std::uint64_t entries = 0;
  std::uint64_t ignored = 0;
  std::vector<SitemapUrlRow> urls;
};

// Durations are microseconds; each of the first four is counted from the transfer's start and 0
// where a reused connection had nothing to do.
struct Timings {
  std::uint32_t name = 0, connect = 0, tls = 0, first_byte = 0, total = 0;
};

// One response that was received whole, whatever its status.
struct PageRow {
  WallTime fetched_at = 0;
  int status = 0;
  std::string content_type;      // as sent
  std::string protocol;          // "http/1.1", "h2"
  std::string address;           // the peer's IP address
  std::uint64_t wire_bytes = 0;  // header and body as they crossed the network
  std::uint64_t body_bytes = 0;  // body, decoded of its Content-Encoding
  Timings timings;
  // SHA-256 of the decoded body, 64 lower-case hex digits; "" for an empty body.
  std::string digest;
  UrlId redirect_to = kNoUrl;
  // What the page says, in PageOutcome::backing; null where the response was not parsed as a page.
  // Its links are PageOutcome::links.
  const parser::ParsedPage* parsed = nullptr;
  std::uint32_t parse_us = 0;
};

// Everything that one URL's end brings: written in one transaction.
struct PageOutcome {
  UrlId url = kNoUrl;
  State state = State::kDone;
  Reason reason = Reason::kFetched;
  std::string detail;  // for people: the library's message, the parser's word; "" if nothing to add
  std::uint8_t attempts = 1;
  bool has_page = false;  // false: no response, only the state and reason
  PageRow page;
  std::vector<HostRow> new_hosts;
  std::vector<OriginRow> new_origins;
  std::vector<UrlRow> new_urls;
  std::vector<LinkRow> links;
  std::vector<SitemapRow> new_sitemaps;
  std::optional<SitemapContent> sitemap;  // of one that was read
  // Owns what every string_view above, and PageRow::parsed, refers to.
  std::shared_ptr<const void> backing;
  // With --bodies: the response as received (status line and headers, then the body), else null.
  std::shared_ptr<const std::string> raw_head;
  std::shared_ptr<const std::string> raw_body;
};

// Seeds, and what robots.txt names.
struct Discovery {
  std::vector<HostRow> new_hosts;
  std::vector<OriginRow> new_origins;
  std::vector<UrlRow> new_urls;
  std::vector<SitemapRow> new_sitemaps;
};

// A queued URL read back from the file.
struct QueuedUrl {
  UrlId id = kNoUrl;
  OriginId origin = kNoOrigin;
  std::uint16_t depth = 0;
  std::uint8_t redirects = 0;
  std::string url;
};

// Which queued URLs of a host: the crawl order, and the first rank (see crawler/frontier.h) that is
// wanted.
enum class Order : std::uint8_t { kBreadth, kDepth, kPriority };

struct QueuedRange {
  HostId host = kNoHost;
  Order order = Order::kPriority;
  std::uint64_t from_rank = 0;
  std::size_t limit = 0;
};

// kBreadth: id. kDepth: all ones minus id. kPriority: depth in the high 16 bits of 48, then id.
// Lower ranks come first. `WHERE rank >= from_rank ORDER BY rank` is how the file answers a range.
constexpr std::uint64_t rank_of(Order order, UrlId id, std::uint16_t depth) {
  switch (order) {
    case Order::kBreadth:
      return to_number(id);
    case Order::kDepth:
      return 0xffff'ffffu - to_number(id);
    case Order::kPriority:
      break;
  }
  return (std::uint64_t{depth} << 32) | to_number(id);
}

}  // namespace storage
