// What goes round the crawl: out of the frontier, through the request queue and a fetcher, and
// back.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "storage/records.h"

namespace crawler {

using storage::HostId;
using storage::kNoHost;
using storage::kNoOrigin;
using storage::kNoUrl;
using storage::OriginId;
using storage::UrlId;
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

// One thing to fetch.
struct Entry {
  // kPage: any URL but a robots.txt. What its response is parsed as, the verdict says.
  enum class Kind : std::uint8_t { kPage, kRobots };
  Kind kind = Kind::kPage;
  std::uint8_t redirects = 0;  // hops of redirect that led here
  std::uint8_t attempt = 1;    // from 1
  std::uint16_t depth = 0;
  HostId host = kNoHost;           // that the request goes to, by whose schedule
  OriginId origin = kNoOrigin;     // that the request goes to
  OriginId robots_of = kNoOrigin;  // of robots.txt: the origin that its rules are for
  UrlId id = kNoUrl;               // none for robots.txt
  std::string url;
};

}  // namespace crawler
