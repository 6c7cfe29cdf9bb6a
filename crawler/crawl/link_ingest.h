// Takes what a response names into the crawl: links, the target of a redirect, sitemaps and their
// URLs. Each is given to the frontier, which answers its id and whether it is new; what is new goes
// into the record of the response, so that both are committed together.
//
// It also knows which URLs are sitemaps. A URL becomes one when robots.txt, or an index of
// sitemaps, names it. It is requested by the crawl's rules: after its origin's robots.txt, and
// within --scope; of the patterns only --exclude counts for it. Its depth is that of one link from
// a seed (kSitemapDepth), and so is that of the URLs in it.
//
// A sitemap speaks for its own origin and for the one whose robots.txt led to it (sitemaps.org,
// "cross submits"); its URLs of other origins are counted and not taken.
//
// Owned by the engine and called on its thread.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/crawl/frontier.h"
#include "crawler/crawl/stats.h"
#include "crawler/policy/scope.h"
#include "parser/document.h"
#include "storage/records.h"

namespace crawler {

inline constexpr std::uint16_t kSitemapDepth = 1;
// Indexes of sitemaps that may lead from one to the next; the protocol allows one.
inline constexpr std::uint8_t kMaxSitemapLevel = 2;
// Sitemaps that one origin's robots.txt may lead to, indexes included: with 50,000 URLs each more
// than any site has, and an end to those that are made up as they are asked for.
inline constexpr std::uint32_t kMaxSitemapsPerOrigin = 1000;

class LinkIngest {
 public:
  // All outlive it.
  LinkIngest(Frontier& frontier, Scope& scope, Stats& stats);

  // Before the crawl: a sitemap that the file knows.
  void restore(const storage::SitemapRow& sitemap);
  bool is_sitemap(UrlId id) const { return sitemaps_.contains(id); }

  void add_seed(std::string_view url, storage::Discovery& record);
  // What a document names: the links of a page, the URLs of a sitemap. One function a kind; views
  // into the content go into the record.
  void add_content(const Entry& entry, const parser::ParsedPage& page,
                   storage::PageOutcome& record);
  void add_content(const Entry& entry, const parser::ParsedSitemap& sitemap,
                   storage::PageOutcome& record);
  void add_content(const Entry&, const parser::Opaque&, storage::PageOutcome&) {}
  // `target`: normalized. A sitemap's target is a sitemap.
  void add_redirect(const Entry& entry, std::string_view target, storage::PageOutcome& record);
  // Sitemaps that the origin's robots.txt names, as written there.
  storage::Discovery add_named_sitemaps(OriginId origin, const std::vector<std::string>& urls);
  // The host and origin that the frontier met, where they are new.
  template <class Record>
  void add_place(const Place& place, Record& record) const;

 private:
  struct Sitemap {
    OriginId origin = kNoOrigin;  // whose robots.txt led to it
    std::uint8_t level = 0;
  };

  // Record: PageOutcome or Discovery.
  template <class Record>
  void note(const Frontier::Added& added, std::uint16_t depth, std::uint8_t redirects,
            UrlId found_on, Record& record);
  template <class Record>
  UrlId add_url(std::string_view url, std::uint16_t depth, std::uint8_t redirects, UrlId found_on,
                Record& record);
  // None: the origin has as many as it may have.
  template <class Record>
  UrlId add_as_sitemap(std::string_view url, Sitemap as, std::uint8_t redirects, UrlId found_on,
                       Record& record);
  bool speaks_for(const Sitemap& sitemap, OriginId own, std::string_view url) const;

  Frontier& frontier_;
  Scope& scope_;
  Stats& stats_;
  const Frontier::Admission admit_sitemap_;
  parser::Url parsed_;  // kept for its memory
  boost::unordered_flat_map<UrlId, Sitemap> sitemaps_;
};

}  // namespace crawler
