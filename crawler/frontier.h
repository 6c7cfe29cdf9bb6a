// What is to be fetched next, and when: the seen set, one queue a host, politeness, priority.
//
// Owned by the engine and called on its thread alone. Does no I/O and asks no clock: time comes in
// as an argument, so tests make their own. Three verbs move a URL through it - add, next, done -
// and two more serve its surroundings: release (the transfer is over, the page is still being
// parsed) and restore (queued URLs come back from the file).
//
// Hosts wait in a heap by the time at which they may be asked again, so next() costs O(log hosts)
// whatever the number of URLs; a heap entry that has become stale is put right when it is popped.
// URLs of one host wait in a heap by rank (storage::rank_of). Once more than `max_in_memory` URLs
// wait, the worst-ranked half of the host at hand is forgotten here and stays in the file alone:
// that host's `spilled_from` is the lowest rank that is only there, and every later URL of a rank
// at or above it is not kept either. When such a host runs low, next() answers Refill and the
// engine restores a batch. A crawl that goes on is the same case: all its queued URLs are spilled
// at the start.
//
// The seen set maps a 64-bit fingerprint of the URL, seeded at random for each run so that nobody
// can prepare collisions, to its id: about 20 bytes a URL. Two of 10 million URLs share a
// fingerprint once in 370,000 crawls; the second would be taken for the first.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/url.h"
#include "storage/records.h"

namespace crawler {

using storage::HostId;
using storage::UrlId;
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

// One thing to fetch.
struct Entry {
  enum class Kind : std::uint8_t { kPage, kRobots };
  Kind kind = Kind::kPage;
  std::uint8_t redirects = 0;  // hops of redirect that led here
  std::uint8_t attempt = 1;    // from 1
  std::uint16_t depth = 0;
  HostId host = 0;
  UrlId id = 0;  // 0 for robots.txt
  std::string url;
};

class Frontier {
 public:
  // Says why a URL seen for the first time is not to be queued (kNone: queue it). Called once a
  // URL.
  using Admit = std::function<storage::Reason(const parser::Url&, std::uint16_t depth)>;

  struct Options {
    storage::Order order = storage::Order::kPriority;
    unsigned per_host = 2;                 // connections at once to one host
    std::chrono::milliseconds delay{500};  // between the starts of two requests to one host
    bool robots = true;                    // fetch robots.txt before an origin's first page
    std::size_t max_in_memory = 200'000;   // queued URLs kept here, over all hosts
    std::uint64_t fingerprint_seed = 0;    // 0: drawn at random
  };

  struct Added {
    UrlId id = 0;
    bool is_new = false;    // first seen now: `row` of it is to be written
    bool new_host = false;  // and so is its host: `host`
    HostId host = 0;
    storage::State state = storage::State::kQueued;
    storage::Reason reason = storage::Reason::kNone;
  };

  // What next() answers.
  struct WaitUntil {
    Time time;  // nothing before then
  };
  struct Refill {
    storage::QueuedRange range;  // read these and call restore()
  };
  struct Busy {};   // nothing can start until release(), done() or restore() is called
  struct Empty {};  // nothing queued, nothing under way
  using Next = std::variant<Entry, WaitUntil, Refill, Busy, Empty>;

  Frontier(Options options, Admit admit);
  ~Frontier();
  Frontier(const Frontier&) = delete;
  Frontier& operator=(const Frontier&) = delete;

  // Takes a URL by its identity() (fragment off). The seen-before case, which is most links,
  // allocates nothing and parses nothing: it needs the normalized string alone. `redirects`: hops
  // that led here.
  Added add(std::string_view normalized_url, std::uint16_t depth, std::uint8_t redirects = 0);

  // The next entry that may be fetched at `now`. Takes a slot of its host.
  Next next(Time now);

  // The transfer is over and its slot free; the URL itself is not settled yet. `not_before`: the
  // host asked for a pause (429, 503, Retry-After), or Time{} if not.
  void release(const Entry& entry, Time not_before = {});
  // The entry was not sent after all (robots.txt forbids it): frees the slot and the host's time,
  // so that the next entry need not wait for one that never went out.
  void release_unsent(const Entry& entry, Time now);
  // Puts an entry back that is to be tried again: same id, next attempt. After release().
  void retry(Entry entry);
  // The URL has ended and its outcome is handed to the writer. After release().
  void done(const Entry& entry);

  // robots.txt of an entry's host is known: its pages may go. After release() of the robots entry.
  // `crawl_delay`: at least this between two requests, if longer than the delay in force.
  void robots_known(HostId host, std::chrono::milliseconds crawl_delay = {});

  // Queued URLs read from the file for a Refill. Fewer than asked for: no more of them are there.
  void restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch);

  // Before the first add(): what the file already knows.
  void restore_host(HostId id, std::string_view origin, std::uint64_t queued);
  void restore_seen(UrlId id, std::string_view url);

  // The origin of a host: "https://example.com".
  std::string_view origin(HostId host) const;

  // Counts, O(1).
  std::uint64_t queued() const;     // waiting, in memory or in the file
  std::uint64_t in_memory() const;  // of those, here
  std::uint64_t seen() const;
  std::uint64_t hosts() const;
  std::uint64_t unsettled() const;  // handed out by next() and not done()

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace crawler
