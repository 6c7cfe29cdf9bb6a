// What is to be fetched next, and when: the seen set, the hosts with a queue each, politeness,
// robots.txt, priority.
//
// Owned by the engine and called on its thread alone. Does no I/O and asks no clock: time comes in
// as an argument, so tests make their own. Three verbs move a URL through it - add, next, done -
// and two more serve its surroundings: release (the transfer is over, the page is still being
// parsed) and restore (queued URLs come back from the file).
//
// What next() hands out is sent: every request, be it for a page, a sitemap, robots.txt or what
// that redirects to, takes a slot and the time of the host that it goes to (host.h). The URLs of a
// host are handed out strictly by rank; where the best-ranked one is of an origin whose robots.txt
// is not known, that is asked for first and the host waits for it. What robots.txt forbids is
// answered Denied and costs its host no slot and no time.
//
// Hosts that have something to hand out wait in a heap by the time at which they may be asked
// (ready_heap.h), so next() costs O(log hosts) whatever the number of URLs; of those that are due,
// the one that has been due for longest goes first, so none starves. URLs of one host wait in a
// heap by rank (storage::rank_of, host_queue.h). Once more than `max_in_memory` URLs wait, the
// worst-ranked half of the host at hand is forgotten here and stays in the file alone: that host's
// `spilled_from` is the lowest rank that is only there, and every later URL of a rank at or above
// it is not kept either. A host keeps kMinInMemory all the same, so that small ones do not go to
// the file for each URL: at most max_in_memory + hosts * kMinInMemory URLs and one batch are here.
// When a spilled host runs low, next() answers Refill and the engine restores a batch. A crawl that
// goes on is the same case: all its queued URLs are spilled at the start.
//
// The seen set (seen_set.h) maps a 64-bit fingerprint of the URL, seeded at random for each run so
// that nobody can prepare collisions, to its id: about 20 bytes a URL. Two of 10 million URLs share
// a fingerprint once in 370,000 crawls; the second would be taken for the first.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crawler/crawl/place.h"
#include "crawler/fetch/entry.h"
#include "crawler/policy/robots_access.h"
#include "parser/url.h"
#include "storage/records.h"

namespace crawler {

// URLs that a host keeps in memory though max_in_memory is passed.
inline constexpr std::size_t kMinInMemory = 8;

class Frontier {
 public:
  // The admission policy: says why a URL seen for the first time is not to be queued (kNone: queue
  // it). Called once a URL, and again for one that was kTooDeep when it is found at a lesser depth.
  using Admission = std::function<storage::Reason(const parser::Url&, std::uint16_t depth)>;

  struct Options {
    storage::Order order = storage::Order::kPriority;
    unsigned per_host = 2;                 // connections at once to one host
    std::chrono::milliseconds delay{500};  // between the starts of two requests to one host
    bool robots = true;                    // fetch robots.txt before an origin's first page
    std::size_t max_in_memory = 200'000;   // queued URLs kept here, over all hosts
    std::uint64_t fingerprint_seed = 0;    // 0: drawn at random
  };

  struct Added {
    UrlId id = kNoUrl;      // none: no http(s) URL, which gets no row
    bool is_new = false;    // its row is to be written, before next() is called again
    bool requeued = false;  // it was skipped as too deep, and no longer is
    // Of a URL whose row is to be written:
    std::string_view url{};  // its identity; holds until the next add()
    Place place{};           // what is new there is to be written as well
    storage::State state = storage::State::kQueued;
    storage::Reason reason = storage::Reason::kNone;
  };

  // What next() answers.
  struct Fetch {
    Entry entry;  // to be sent now; a slot of its host is taken
  };
  struct Denied {
    Entry entry;  // of a URL that robots.txt forbids, or whose origin has none to be had
    RobotsAccess::Decision decision;
  };
  struct WaitUntil {
    Time time;  // nothing before then
  };
  struct Refill {
    storage::QueuedRange range;  // read these and call restore()
  };
  struct Busy {};   // nothing can start until release(), done() or restore() is called
  struct Empty {};  // nothing that may be handed out is queued, nothing is under way
  using Next = std::variant<Fetch, Denied, WaitUntil, Refill, Busy, Empty>;

  Frontier(Options options, Admission admission);
  ~Frontier();
  Frontier(const Frontier&) = delete;
  Frontier& operator=(const Frontier&) = delete;

  // Takes a URL by its identity() (a fragment is ignored). The seen-before case, which is most
  // links, allocates nothing and parses nothing: it needs the normalized string alone. A new one is
  // parsed, and taken by the identity that the parse yields, whatever the caller thought
  // normalized. One that was skipped as too deep and is found again at a depth that is admitted is
  // requeued: same id, is_new, queued. `redirects`: hops that led here. `admission`: asked instead
  // of the frontier's own.
  Added add(std::string_view normalized_url, std::uint16_t depth, std::uint8_t redirects = 0,
            const Admission* admission = nullptr);

  // The next thing to do at `now`. O(log hosts); so a caller that handles many Denied in a row
  // bounds their number itself. After a Refill it may be called again at once: other hosts, and
  // what is left of this one, are handed out meanwhile.
  [[nodiscard]] Next next(Time now);
  // The budget is spent: from now on no page is handed out, and no robots.txt of an origin that was
  // not asked yet. What was asked is followed to its answer, and where that forbids a whole origin,
  // the origin's URLs are Denied all the same. So it does not depend on how soon the answer came,
  // before the last page of the budget or after it, how those URLs end.
  void stop_new_pages();

  // The transfer is over and its slot free; the URL itself has not ended yet. `not_before`: the
  // host asked for a pause (429, 503, Retry-After; the caller bounds it), or Time{} if not.
  void release(const Entry& entry, Time not_before = {});
  // Puts an entry back that is to be tried again: same id, next attempt. After release(). A page
  // that is spilled to the file before it is handed out starts again with its first attempt.
  void retry(Entry entry);
  // The URL has ended and its outcome is handed to the writer. After release(), or after it was
  // Denied. Not for robots entries, which robots_known() ends.
  void done(const Entry& entry);

  // A robots entry was answered with a redirect to `url`, which is requested next: it waits for the
  // schedule of the host that it goes to, before that host's own URLs. After release(). `url`: http
  // or https, normalized. What is new of the answered place is to be written.
  Place redirect_robots(Entry entry, int status, std::string_view url);
  // Those that robots.txt of an origin was redirected by so far.
  std::vector<storage::RobotsRedirect> robots_redirects(OriginId origin) const;
  // What robots.txt says is known: the origin's pages may go, at the pace of its Crawl-delay where
  // that is slower than the pace in force for its host. After release() of the robots entry, or
  // before it was ever asked for.
  void robots_known(OriginId origin, RobotsAccess access);
  // As robots_known() had it; before, all is allowed.
  const RobotsAccess& robots(OriginId origin) const;

  // Connections to an origin that failed in a row, as the caller counts them.
  unsigned connection_failures(OriginId origin) const;
  void note_connection(OriginId origin, bool failed);
  // Sitemaps that an origin's robots.txt led to: a count kept for the caller.
  std::uint32_t& sitemap_count(OriginId origin);

  // Queued URLs read from the file for a Refill, by rank. Fewer than asked for: no more are there.
  // They may have been read at any moment between the Refill and now, on another thread: URLs that
  // have ended or were added meanwhile may stand in the batch or not.
  void restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch);

  // Before the first add(): what the file already knows, hosts first. `reason` is the one in the
  // URL's row. `not_before`: the pause that the host asked for is not over until then.
  void restore_host(HostId id, std::string_view name, std::uint64_t queued, Time not_before = {});
  void restore_origin(OriginId id, HostId host, std::string_view origin);
  void restore_seen(UrlId id, std::string_view url, std::uint16_t depth, storage::Reason reason);

  // "example.com", "https://example.com:8443". Hold for as long as the frontier does.
  std::string_view host_name(HostId host) const;
  std::string_view origin(OriginId origin) const;

  // Counts, O(1).
  std::uint64_t queued() const;     // waiting, in memory or in the file
  std::uint64_t in_memory() const;  // of those, here
  std::uint64_t seen() const;
  std::uint64_t hosts() const;
  std::uint64_t unfinished() const;  // handed out by next() and not done; robots.txt until known

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace crawler
