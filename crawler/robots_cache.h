// What each host's robots.txt says, for as long as the crawl runs (RFC 9309).
//
// Owned by the engine. Bytes come in as the answer to a robots entry; questions come per page. A
// host whose robots.txt could not be had because nothing answers there at all is taken to be
// unreachable as a whole: its pages end with the same word and are not asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/fetcher.h"
#include "parser/robots_txt.h"
#include "storage/outcome.h"
#include "storage/records.h"

namespace crawler {

class RobotsCache {
 public:
  // Bytes of a robots.txt that are fetched; parser::kMaxRobotsBytes of them are read. What is
  // larger still is none.
  static constexpr std::uint64_t kMaxBody = 4 * parser::kMaxRobotsBytes;
  // Redirects of robots.txt that are followed: RFC 9309 section 2.3.1.2 asks for five at least.
  static constexpr unsigned kMaxRedirects = 5;

  // `user_agent` as it is sent; its product token is what groups are looked up by.
  explicit RobotsCache(std::string_view user_agent);

  // How a URL ends that may not be requested; reason kNone if it may be.
  struct Access {
    storage::State state = storage::State::kQueued;
    storage::Reason reason = storage::Reason::kNone;
    std::string detail;
  };
  Access check(HostId host, std::string_view url) const;

  // Takes the answer to a host's robots entry; what it says of itself goes into the file.
  storage::HostUpdate store(HostId host, const FetchResult& result);

  // Of a host whose answer was stored: whether its robots.txt was had, or is known not to be there.
  bool reachable(HostId host) const;
  // What its Sitemap lines say, as written; they hold for every crawler.
  const std::vector<std::string>& sitemaps(HostId host) const;

  // Asked for by the host; 0 where it is not.
  std::chrono::milliseconds crawl_delay(HostId host) const;

 private:
  struct Host {
    storage::Reason unreachable = storage::Reason::kNone;
    std::string detail;
    std::optional<parser::RobotsTxt> rules;
  };

  std::string agent_;
  std::vector<Host> hosts_;  // by id
};

}  // namespace crawler
