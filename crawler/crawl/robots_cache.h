// What each host's robots.txt says, for as long as the crawl runs.
//
// Owned by the engine. Bytes come in as the answer to a robots entry; questions come per page.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/fetch/fetcher.h"
#include "crawler/policy/robots_access.h"
#include "storage/records.h"

namespace crawler {

class RobotsCache {
 public:
  // Bytes of a robots.txt that are fetched; parser::kMaxRobotsBytes of them are read. What is
  // larger still is none.
  static constexpr std::uint64_t kMaxBody = 4 * parser::kMaxRobotsBytes;
  // Redirects of robots.txt that are followed: RFC 9309 section 2.3.1.2 asks for five at least.
  static constexpr unsigned kMaxRedirects = 5;

  explicit RobotsCache(std::string_view user_agent) : agent_(user_agent) {}

  RobotsAccess::Decision check(HostId host, std::string_view url) const {
    return of(host).check(url);
  }
  // Takes the answer to a host's robots entry; what it says of itself goes into the file.
  storage::HostUpdate store(HostId host, const FetchResult& result);

  // Of a host whose answer was stored: whether its robots.txt was had, or is known not to be there.
  bool reachable(HostId host) const { return host < hosts_.size() && of(host).reachable(); }
  const std::vector<std::string>& sitemaps(HostId host) const { return of(host).sitemaps(); }
  std::chrono::milliseconds crawl_delay(HostId host) const { return of(host).crawl_delay(); }

 private:
  const RobotsAccess& of(HostId host) const;

  std::string agent_;
  std::vector<RobotsAccess> hosts_;  // by id
};

}  // namespace crawler
