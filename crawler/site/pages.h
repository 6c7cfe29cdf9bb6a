// What the built-in site says: hosts, their pages and links, and how long each answer takes. All of
// it follows from the options: the same seed gives the same bytes and the same latencies on every
// run and every machine, so that crawls can be compared. Pure functions of constant objects: no
// socket, no clock, any thread. site.h serves it.
//
// The pages of a host are a tree in the order of a heap: page 0 is the root "/", page n links to
// its children n * fanout + 1 ... n * fanout + fanout. Links to any page of the host, then to pages
// of other hosts, are added.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/site/latency.h"
#include "crawler/site/text.h"

namespace crawler {

struct SiteOptions {
  static constexpr std::size_t kMostHosts = 63'250;  // addresses 127.0.1.1 to 127.0.253.250
  static constexpr std::size_t kMostPages = 10'000'000;
  static constexpr std::size_t kMostLinks = 1'000;
  static constexpr std::uint64_t kLargestBody = 64u << 20;  // bytes

  std::size_t hosts = 10;
  std::size_t pages = 100;     // a host
  std::size_t links = 10;      // a page, within the host; never fewer than its children
  std::size_t fanout = 8;      // children of a page in the tree, at least 1
  std::size_t cross = 1;       // links a page to other hosts
  std::uint64_t body = 2'048;  // bytes of text a page
  double flaws = 0;            // share of the pages that carry a flaw, 0 to 1
  bool sitemap = false;        // robots.txt names a sitemap, and some pages stand in it alone
  Latency latency;
  std::uint64_t seed = 1;
  std::uint16_t port = 0;
};

struct PageId {
  std::size_t host = 0;
  std::size_t page = 0;
  bool operator==(const PageId&) const = default;
};

// An answer without Content-Length and Connection. Empty fields are not sent.
struct Answer {
  unsigned status = 200;
  std::string content_type;
  std::string etag;
  std::string last_modified;
  std::string location;
  std::string body;
};

// The answer in HTTP/1.1. It carries no Date, as from a server without a clock, so that the same
// request has the same bytes on every run. `head`: without the body (HEAD).
std::string to_http(const Answer& answer, bool head, bool keep_alive);
std::string_view reason_phrase(unsigned status);

// What a conditional request brings; empty: not sent.
struct Conditions {
  std::string_view if_none_match;
  std::string_view if_modified_since;
};

class DemoPages {
 public:
  // `options.port` is the one that URLs carry.
  explicit DemoPages(const SiteOptions& options);

  const SiteOptions& options() const { return options_; }
  static std::string address(std::size_t host);  // "127.0.1.1"
  std::string origin(std::size_t host) const;    // "http://127.0.1.1:8080"
  std::string path(PageId id) const;
  // The page that `path` is, on the host.
  std::optional<PageId> find(std::size_t host, std::string_view path) const;
  // The pages that a page links to, in its own order; first its children. May name one twice.
  std::vector<PageId> links(PageId id) const;
  // How long the answer to a URL of the host takes.
  std::chrono::microseconds latency(std::size_t host, std::string_view path) const;
  // The answer to a GET of any path but those under /bad/; 404 for what there is not.
  Answer answer(std::size_t host, std::string_view path, const Conditions& conditions = {}) const;

 private:
  enum class Flaw { kNone, kRedirect, kMissing, kCopy, kLatin1, kLatin1InMeta, kUtf16 };
  Flaw flaw(PageId id) const;
  std::uint64_t key(PageId id) const;
  std::string slug(PageId id) const;
  Answer page(PageId id, const Conditions& conditions) const;
  std::string html(PageId id, Flaw flaw) const;
  void add_text(std::string& out, PageId id, std::uint64_t part, std::uint64_t bytes) const;
  void add_link(std::string& out, PageId from, PageId to, std::size_t nth) const;
  std::string robots_txt(std::size_t host) const;
  std::string sitemap(std::size_t host) const;
  std::string simple(std::size_t host, std::string_view title, std::string_view text) const;

  SiteOptions options_;
  DemoText text_;
};

// How long an ideal crawl of the site takes: one that needs no time itself, starts each host with
// its robots.txt and its root at time 0, and keeps `per_host` connections a host busy with what is
// known so far, in order of discovery. No crawl of constant latencies is much faster. URLs that
// flaws add are not counted.
std::chrono::microseconds critical_path(const SiteOptions& options, std::size_t per_host);

}  // namespace crawler
