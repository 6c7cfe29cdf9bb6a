#include "crawler/crawl/link_ingest.h"

#include <fmt/format.h>

#include <algorithm>

#include "crawler/crawl/log.h"

namespace crawler {

using storage::Reason;
using storage::State;

LinkIngest::LinkIngest(Frontier& frontier, Scope& scope, Stats& stats)
    : frontier_(frontier),
      scope_(scope),
      stats_(stats),
      admit_sitemap_([this](const parser::Url& url, std::uint16_t depth) {
        return scope_.check(url, depth, Scope::Role::kSitemap);
      }) {}

void LinkIngest::restore(const storage::SitemapRow& sitemap) {
  if (sitemaps_.try_emplace(sitemap.url, Sitemap{sitemap.origin, sitemap.level}).second)
    ++frontier_.sitemap_count(sitemap.origin);
}

template <class Record>
void LinkIngest::add_place(const Place& place, Record& record) const {
  if (place.new_host)
    record.new_hosts.push_back({place.host, std::string(frontier_.host_name(place.host))});
  if (place.new_origin)
    record.new_origins.push_back(
        {place.origin, place.host, std::string(frontier_.origin(place.origin))});
}
template void LinkIngest::add_place(const Place&, storage::Discovery&) const;

template <class Record>
void LinkIngest::note(const Frontier::Added& added, std::uint16_t depth, std::uint8_t redirects,
                      UrlId found_on, Record& record) {
  if (!added.is_new) return;
  add_place(added.place, record);
  record.new_urls.push_back({added.id, added.place.host, added.place.origin, found_on, depth,
                             redirects, added.state, added.reason, std::string(added.url)});
  if (added.requeued) stats_.take_back_outcome(State::kSkipped, Reason::kTooDeep);
  if (added.state == State::kSkipped) stats_.record_outcome(added.state, added.reason);
}

// Runs per link.
template <class Record>
UrlId LinkIngest::add_url(std::string_view url, std::uint16_t depth, std::uint8_t redirects,
                          UrlId found_on, Record& record) {
  const Frontier::Added added = frontier_.add(url, depth, redirects);
  note(added, depth, redirects, found_on, record);
  return added.id;
}

void LinkIngest::add_seed(std::string_view url, storage::Discovery& record) {
  add_url(url, 0, 0, kNoUrl, record);
}

void LinkIngest::add_content(const Entry& entry, const parser::ParsedPage& page,
                             storage::PageOutcome& record) {
  record.links.reserve(page.links.size());
  const auto depth = static_cast<std::uint16_t>(std::min(entry.depth + 1, 0xffff));
  for (const parser::Link& link : page.links) {
    const std::size_t hash = std::min(link.url.find('#'), link.url.size());
    const UrlId to = add_url(link.url.substr(0, hash), depth, 0, entry.id, record);
    if (to != kNoUrl)
      record.links.push_back(
          {to, link.url.substr(hash), link.text, link.rel, parser::to_string(link.source)});
  }
}

void LinkIngest::add_redirect(const Entry& entry, std::string_view target,
                              storage::PageOutcome& record) {
  // Where a seed redirects to is what was meant: example.com is crawled at www.example.com.
  if (entry.depth == 0 && parsed_.parse(target) == parser::UrlError::kOk) scope_.add_seed(parsed_);
  const auto hops = static_cast<std::uint8_t>(entry.redirects + 1);
  const auto sitemap = sitemaps_.find(entry.id);
  record.page.redirect_to =
      sitemap != sitemaps_.end()
          ? add_as_sitemap(target, Sitemap(sitemap->second), hops, entry.id, record)
          : add_url(target, entry.depth, hops, entry.id, record);
  if (record.page.redirect_to != kNoUrl)
    record.links.push_back({record.page.redirect_to, {}, {}, {}, "redirect"});
}

// ---- Sitemaps -----------------------------------------------------------------------------------

template <class Record>
UrlId LinkIngest::add_as_sitemap(std::string_view url, Sitemap as, std::uint8_t redirects,
                                 UrlId found_on, Record& record) {
  std::uint32_t& count = frontier_.sitemap_count(as.origin);
  if (count == kMaxSitemapsPerOrigin) {
    log(LogLevel::kWarn, fmt::format("{}: has more than {} sitemaps: {} is not read",
                                     frontier_.origin(as.origin), kMaxSitemapsPerOrigin, url));
    return kNoUrl;
  }
  const Frontier::Added added = frontier_.add(url, kSitemapDepth, redirects, &admit_sitemap_);
  note(added, kSitemapDepth, redirects, found_on, record);
  if (added.id != kNoUrl && sitemaps_.try_emplace(added.id, as).second) {
    ++count;
    record.new_sitemaps.push_back({added.id, as.origin, as.level});
  }
  return added.id;
}

storage::Discovery LinkIngest::add_named_sitemaps(OriginId origin,
                                                  const std::vector<std::string>& urls) {
  storage::Discovery record;
  for (const std::string& url : urls) {
    if (const parser::UrlError error = parsed_.parse(url); error == parser::UrlError::kOk)
      add_as_sitemap(parsed_.identity(), {origin, 0}, 0, kNoUrl, record);
    else
      log(LogLevel::kInfo,
          fmt::format("{}: robots.txt names a sitemap by what is not a whole URL: {}: {}",
                      frontier_.origin(origin), to_string(error), url));
  }
  return record;
}

void LinkIngest::add_content(const Entry& entry, const parser::ParsedSitemap& sitemap,
                             storage::PageOutcome& record) {
  const Sitemap at = sitemaps_.at(entry.id);
  storage::SitemapContent& content = record.sitemap.emplace();
  content.kind = to_string(sitemap.kind);
  content.problem = to_string(sitemap.problem);
  content.ignored = sitemap.ignored;
  const bool is_index = sitemap.kind == parser::SitemapKind::kIndex;
  const Sitemap below{at.origin, static_cast<std::uint8_t>(at.level + 1)};
  for (const parser::SitemapEntry& found : sitemap.entries) {
    UrlId id = kNoUrl;
    if (is_index && at.level < kMaxSitemapLevel)
      id = add_as_sitemap(found.url, below, 0, entry.id, record);
    else if (!is_index && speaks_for(at, entry.origin, found.url))
      id = add_url(found.url, kSitemapDepth, 0, entry.id, record);
    if (id != kNoUrl && !is_index) content.urls.push_back({id, found.lastmod, found.priority});
    ++(id != kNoUrl ? content.entries : content.ignored);
  }
}

// A normalized URL has a '/' behind its origin.
bool LinkIngest::speaks_for(const Sitemap& sitemap, OriginId own, std::string_view url) const {
  const auto is_of = [url](std::string_view origin) {
    return url.starts_with(origin) && url.substr(origin.size()).starts_with('/');
  };
  return is_of(frontier_.origin(own)) || is_of(frontier_.origin(sitemap.origin));
}

}  // namespace crawler
