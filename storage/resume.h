// What a crawl reads from its file in order to go on where an earlier run stopped.
// Called on one thread, before the Writer takes the database.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/records.h"

namespace storage {

struct StoredHost {
  HostId id = kNoHost;
  std::string name;
  std::uint64_t queued = 0;   // URLs of this host in state queued
  WallTime paused_until = 0;  // the pause that it asked for ends then, to the second; 0: none
};

// Every host, by id.
std::vector<StoredHost> read_hosts(Database& db);
// Every origin, by id.
std::vector<OriginRow> read_origins(Database& db);

// Every URL the crawl has seen, by id. `url` holds until the call returns.
struct StoredUrl {
  UrlId id = kNoUrl;
  std::string_view url;
  std::uint16_t depth = 0;
  State state = State::kQueued;
  Reason reason = Reason::kNone;
};
void for_each_url(Database& db, const std::function<void(const StoredUrl&)>& visit);

// URLs that count towards --max-pages: requested, over all runs, and not to be tried again. Neither
// robots.txt counts nor sitemaps.
std::uint64_t count_requested_pages(const Database& db);

// Every sitemap that was named, by its URL's id.
std::vector<SitemapRow> read_sitemaps(Database& db);

}  // namespace storage
