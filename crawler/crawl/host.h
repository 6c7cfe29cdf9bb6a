// All that a crawl knows of a host: its origins with their robots.txt, and when it may be asked for
// what. Owned by the Frontier.
//
// Politeness (slots, delay, pause) belongs to the host name, whatever scheme and port: one machine
// answers behind them. robots.txt (RFC 9309 section 2.3) and the health of connections belong to
// the origin: a port may be closed beside an open one. Most hosts and origins that a crawl sees are
// only linked to; they keep their name and no more.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "crawler/crawl/host_queue.h"
#include "crawler/fetch/entry.h"
#include "crawler/policy/robots_access.h"
#include "storage/records.h"

namespace crawler {

enum class RobotsState : std::uint8_t { kUnknown, kAsked, kKnown };

// A scheme, host and port.
struct Origin {
  // Of an origin that something is requested from.
  struct Contact {
    RobotsState robots_state = RobotsState::kUnknown;
    RobotsAccess robots;                                    // once it is known; else allows all
    std::vector<storage::RobotsRedirect> robots_redirects;  // that its robots.txt led through
    std::uint32_t sitemaps = 0;                             // that its robots.txt led to
    std::uint8_t connection_failures = 0;                   // in a row
  };

  std::string text;  // "https://example.com:8443"
  HostId host = kNoHost;
  std::unique_ptr<Contact> contact{};

  Contact& make_contact() {
    if (!contact) contact = std::make_unique<Contact>();
    return *contact;
  }
};

// A host name.
struct Host {
  // Of a host that something is to be requested from.
  struct Schedule {
    HostQueue queue;
    // Requests for robots.txt that go to this host and wait for it: redirected to it, or to be
    // tried again. They go before the queue: every one of them holds up a whole origin.
    std::deque<Entry> robots;
    unsigned slots_taken = 0;
    unsigned unreachable_origins = 0;    // whose robots.txt could not be had: all is forbidden
    std::chrono::milliseconds delay{0};  // between two starts: --delay or a longer Crawl-delay
    Time started{};                      // the latest request; Time{}: none
    Time due{};                          // when the next one may start
    Time paused_until{};                 // the host asked for it
  };

  std::string name;  // "example.com"
  std::unique_ptr<Schedule> schedule{};
};

}  // namespace crawler
