#include "crawler/crawl/frontier.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <limits>
#include <stdexcept>
#include <utility>

#include "crawler/crawl/host_queue.h"
#include "crawler/crawl/ready_heap.h"
#include "crawler/crawl/seen_set.h"

namespace crawler {
namespace {

// URLs of one refill. The reading waits its turn behind what the writer has to write, some 0.1 s; a
// quarter of a batch lasts for longer than that at the fastest that pages can be parsed.
constexpr std::size_t kRefillBatch = 4000;
// One refill takes at most this part of the room that is left, so that hosts refilled later find
// some.
constexpr std::size_t kRefillShare = 32;
// A host runs low, and is refilled, with this part of a batch left.
constexpr std::size_t kLowPart = 4;

enum class Robots : std::uint8_t { kUnknown, kAsked, kKnown };

// What a host needs once a URL of it is to be fetched. Most hosts that a crawl sees are linked to
// and out of scope: they stay without.
struct Work {
  // When the next request may start, and what it was reckoned from.
  struct Turn {
    Time started{};  // the latest request
    Time ready{};
  };

  HostQueue queue;
  unsigned slots_taken = 0;
  Robots robots = Robots::kUnknown;
  std::chrono::milliseconds delay{0};
  Turn turn;
  Turn before;          // the turn as it was before `latest` was handed out
  UrlId latest = 0;     // handed out last; 0 for robots.txt
  Time paused_until{};  // the host asked for it
  std::unique_ptr<Entry> robots_retry;
};

struct Host {
  std::string origin;
  std::unique_ptr<Work> work;
};

}  // namespace

class Frontier::Impl {
 public:
  Impl(Options options, Admit admit)
      : options_(options),
        admit_(std::move(admit)),
        seen_(options.fingerprint_seed),
        by_origin_(0, OriginHash{&hosts_, &seen_}, OriginEqual{&hosts_}) {}

  Added add(std::string_view url, std::uint16_t depth, std::uint8_t redirects, const Admit& admit);
  const Admit& admit() const { return admit_; }
  Next next(Time now);
  void release(const Entry& entry, Time not_before);
  void release_unsent(const Entry& entry, Time now);
  void retry(Entry entry);
  void done(const Entry& entry);
  void robots_known(HostId host, std::chrono::milliseconds crawl_delay);
  void restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch);
  void restore_host(HostId id, std::string_view origin, std::uint64_t queued, Time not_before);
  void restore_seen(UrlId id, std::string_view url, std::uint16_t depth, storage::Reason reason);

  std::string_view origin(HostId host) const { return hosts_.at(host - std::size_t{1}).origin; }
  std::uint64_t queued() const { return queued_; }
  std::uint64_t in_memory() const { return in_memory_; }
  std::uint64_t seen() const { return seen_.size(); }
  std::uint64_t hosts() const { return by_origin_.size(); }
  std::uint64_t unsettled() const { return unsettled_.size() + robots_unsettled_; }

 private:
  // Hosts by origin: a set of ids that is looked up by the origin itself. Strangers choose the
  // origins, so they are hashed with the seed of the seen set.
  struct OriginHash {
    using is_transparent = void;
    using is_avalanching = void;
    const std::deque<Host>* hosts;
    const SeenSet* seen;
    std::size_t operator()(std::string_view origin) const { return seen->fingerprint(origin); }
    std::size_t operator()(HostId id) const { return (*this)((*hosts)[id - 1].origin); }
  };
  struct OriginEqual {
    using is_transparent = void;
    const std::deque<Host>* hosts;
    bool operator()(HostId a, HostId b) const { return a == b; }
    bool operator()(std::string_view a, HostId b) const { return a == (*hosts)[b - 1].origin; }
    bool operator()(HostId a, std::string_view b) const { return (*this)(b, a); }
  };

  Work& work(HostId host);
  void push(HostId host, HostQueue::Waiting url);
  template <class Change>
  void change(HostQueue& queue, Change&& apply);
  void update(HostId host, const Work& work);
  Entry hand_out(HostId host, Work& work, Time now);
  Entry robots_entry(HostId host, Work& work) const;
  std::size_t refill_limit() const;

  const Options options_;
  const Admit admit_;
  SeenSet seen_;
  std::deque<Host> hosts_;  // by id, from 1
  boost::unordered_flat_set<HostId, OriginHash, OriginEqual> by_origin_;
  ReadyHeap ready_;
  UrlIds unsettled_;
  parser::Url parsed_;  // kept for its memory
  UrlId last_id_ = 0;
  std::uint64_t robots_unsettled_ = 0;
  std::uint64_t queued_ = 0;
  std::uint64_t in_memory_ = 0;
  std::size_t refills_ = 0;      // asked for and not restored
  std::size_t refill_room_ = 0;  // URLs that they may bring
  Time now_{};                   // as last heard
};

// ---- Adding -------------------------------------------------------------------------------------

Frontier::Added Frontier::Impl::add(std::string_view url, std::uint16_t depth,
                                    std::uint8_t redirects, const Admit& admit) {
  url = url.substr(0, url.find('#'));
  std::uint64_t fingerprint = seen_.fingerprint(url);
  SeenSet::Seen* known = seen_.find(fingerprint);
  const auto settled = [&] { return known && !(known->too_deep && depth < known->depth); };
  if (settled()) return {.id = known->id};

  if (parsed_.parse(url) != parser::UrlError::kOk) return {};
  if (parsed_.identity() != url) {
    fingerprint = seen_.fingerprint(parsed_.identity());
    known = seen_.find(fingerprint);
    if (settled()) return {.id = known->id};
  }

  const storage::Reason reason = admit(parsed_, depth);
  const bool too_deep = reason == storage::Reason::kTooDeep;
  if (known && reason != storage::Reason::kNone) {
    known->depth = depth;
    return {.id = known->id};
  }
  Added added{.is_new = true, .reason = reason};
  if (known) {
    known->too_deep = false;
    added.revived = true;
    added.id = known->id;
  } else {
    if (last_id_ == std::numeric_limits<UrlId>::max())
      throw std::length_error("the crawl has seen more URLs than ids can number");
    added.id = ++last_id_;
    seen_.insert(fingerprint, {added.id, depth, too_deep});
  }
  added.url = parsed_.identity();
  const auto host = by_origin_.find(parsed_.origin());
  added.new_host = host == by_origin_.end();
  if (added.new_host) {
    hosts_.push_back({std::string(parsed_.origin()), nullptr});
    added.host = static_cast<HostId>(hosts_.size());
    by_origin_.insert(added.host);
  } else {
    added.host = *host;
  }
  if (reason != storage::Reason::kNone) {
    added.state = storage::State::kSkipped;
    return added;
  }
  push(added.host, {storage::rank_of(options_.order, added.id, depth), added.id, depth, redirects,
                    1, std::string(parsed_.identity())});
  return added;
}

Work& Frontier::Impl::work(HostId host) {
  std::unique_ptr<Work>& work = hosts_.at(host - std::size_t{1}).work;
  if (!work) {
    work = std::make_unique<Work>();
    work->delay = options_.delay;
    // Due now, so behind the hosts that have been due for longer.
    work->turn.ready = now_;
  }
  return *work;
}

void Frontier::Impl::push(HostId host, HostQueue::Waiting url) {
  Work& at = work(host);
  change(at.queue, [&](HostQueue& queue) { queue.push(std::move(url)); });
  update(host, at);
}

// Changes a queue, spills it where too much is in memory, and keeps the totals.
template <class Change>
void Frontier::Impl::change(HostQueue& queue, Change&& apply) {
  queued_ -= queue.size();
  in_memory_ -= queue.in_memory();
  apply(queue);
  const std::size_t here = queue.in_memory();
  if (in_memory_ + here > options_.max_in_memory && here > kMinInMemory)
    queue.spill(std::max(here / 2, kMinInMemory));
  queued_ += queue.size();
  in_memory_ += queue.in_memory();
}

// ---- Handing out --------------------------------------------------------------------------------

// Puts the host where it belongs in the heap. To be called after every change.
void Frontier::Impl::update(HostId host, const Work& work) {
  const HostQueue& queue = work.queue;
  const bool has_some = queue.in_memory() > 0 || (queue.in_file() > 0 && !queue.refilling());
  if (has_some && work.slots_taken < options_.per_host && work.robots != Robots::kAsked)
    ready_.set(host, std::max(work.turn.ready, work.paused_until));
  else
    ready_.erase(host);
}

std::size_t Frontier::Impl::refill_limit() const {
  const std::size_t taken = in_memory_ + refill_room_;
  const std::size_t room = options_.max_in_memory - std::min(taken, options_.max_in_memory);
  return std::clamp(room / kRefillShare, kMinInMemory, kRefillBatch);
}

Frontier::Next Frontier::Impl::next(Time now) {
  now_ = std::max(now_, now);
  if (ready_.empty()) {
    if (unsettled() > 0 || refills_ > 0) return Busy{};
    return Empty{};
  }
  const auto [time, turn, host] = ready_.top();
  if (time > now) return WaitUntil{time};
  Work& at = work(host);
  const bool robots_first = options_.robots && at.robots == Robots::kUnknown;
  if (!robots_first && at.queue.in_file() > 0 && !at.queue.refilling()) {
    const std::size_t limit = refill_limit();
    if (at.queue.in_memory() <= limit / kLowPart) {
      const Refill refill{at.queue.begin_refill(host, options_.order, limit)};
      ++refills_;
      refill_room_ += limit;
      update(host, at);
      return refill;
    }
  }
  return hand_out(host, at, now);
}

Entry Frontier::Impl::hand_out(HostId host, Work& work, Time now) {
  Entry entry;
  if (options_.robots && work.robots == Robots::kUnknown) {
    entry = robots_entry(host, work);
    work.robots = Robots::kAsked;
    ++robots_unsettled_;
  } else {
    change(work.queue, [&](HostQueue& queue) {
      HostQueue::Waiting best = queue.pop();
      entry = {.kind = Entry::Kind::kPage,
               .redirects = best.redirects,
               .attempt = best.attempt,
               .depth = best.depth,
               .host = host,
               .id = best.id,
               .url = std::move(best.url)};
    });
    unsettled_.insert(entry.id);
  }
  ++work.slots_taken;
  work.before = work.turn;
  work.turn = {now, now + work.delay};
  work.latest = entry.id;
  ready_.erase(host);  // to the end of those that are due at the same time
  update(host, work);
  return entry;
}

Entry Frontier::Impl::robots_entry(HostId host, Work& work) const {
  if (work.robots_retry) return std::move(*std::exchange(work.robots_retry, nullptr));
  return {
      .kind = Entry::Kind::kRobots, .host = host, .url = std::string(origin(host)) + "/robots.txt"};
}

// ---- Coming back --------------------------------------------------------------------------------

void Frontier::Impl::release(const Entry& entry, Time not_before) {
  Work& at = work(entry.host);
  --at.slots_taken;
  at.paused_until = std::max(at.paused_until, not_before);
  update(entry.host, at);
}

void Frontier::Impl::release_unsent(const Entry& entry, Time now) {
  Work& at = work(entry.host);
  --at.slots_taken;
  // Where another entry was handed out since, the host's time is that one's.
  if (at.latest == entry.id) {
    at.turn = at.before;
    at.turn.ready = std::max(at.turn.ready, now);
  }
  update(entry.host, at);
}

void Frontier::Impl::retry(Entry entry) {
  if (entry.attempt < std::numeric_limits<std::uint8_t>::max()) ++entry.attempt;
  if (entry.kind == Entry::Kind::kRobots) {
    Work& at = work(entry.host);
    --robots_unsettled_;
    at.robots = Robots::kUnknown;
    const HostId host = entry.host;
    at.robots_retry = std::make_unique<Entry>(std::move(entry));
    update(host, at);
    return;
  }
  unsettled_.erase(entry.id);
  push(entry.host, {storage::rank_of(options_.order, entry.id, entry.depth), entry.id, entry.depth,
                    entry.redirects, entry.attempt, std::move(entry.url)});
}

void Frontier::Impl::done(const Entry& entry) {
  if (entry.kind == Entry::Kind::kRobots) return;
  unsettled_.erase(entry.id);
  work(entry.host).queue.settled(entry.id);
}

void Frontier::Impl::robots_known(HostId host, std::chrono::milliseconds crawl_delay) {
  Work& at = work(host);
  if (at.robots == Robots::kAsked) --robots_unsettled_;
  at.robots = Robots::kKnown;
  at.delay = std::max(options_.delay, crawl_delay);
  if (at.turn.started != Time{})
    at.turn.ready = std::max(at.turn.ready, at.turn.started + at.delay);
  update(host, at);
}

// ---- From the file ------------------------------------------------------------------------------

void Frontier::Impl::restore(const storage::QueuedRange& range,
                             std::vector<storage::QueuedUrl> batch) {
  Work& at = work(range.host);
  if (!at.queue.refilling()) return;
  --refills_;
  refill_room_ -= range.limit;
  change(at.queue, [&](HostQueue& queue) { queue.restore(range, std::move(batch), unsettled_); });
  update(range.host, at);
}

void Frontier::Impl::restore_host(HostId id, std::string_view origin, std::uint64_t queued,
                                  Time not_before) {
  if (id > hosts_.size()) hosts_.resize(id);
  hosts_.at(id - std::size_t{1}).origin = origin;
  by_origin_.insert(id);
  if (queued == 0 && not_before == Time{}) return;
  Work& at = work(id);
  at.paused_until = not_before;
  change(at.queue, [&](HostQueue& queue) { queue.resume(queued); });
  update(id, at);
}

void Frontier::Impl::restore_seen(UrlId id, std::string_view url, std::uint16_t depth,
                                  storage::Reason reason) {
  seen_.insert(seen_.fingerprint(url), {id, depth, reason == storage::Reason::kTooDeep});
  last_id_ = std::max(last_id_, id);
}

// ---- The frontier's own face --------------------------------------------------------------------

Frontier::Frontier(Options options, Admit admit)
    : impl_(std::make_unique<Impl>(options, std::move(admit))) {}
Frontier::~Frontier() = default;

Frontier::Added Frontier::add(std::string_view normalized_url, std::uint16_t depth,
                              std::uint8_t redirects, const Admit* admit) {
  return impl_->add(normalized_url, depth, redirects, admit != nullptr ? *admit : impl_->admit());
}
Frontier::Next Frontier::next(Time now) { return impl_->next(now); }
void Frontier::release(const Entry& entry, Time not_before) { impl_->release(entry, not_before); }
void Frontier::release_unsent(const Entry& entry, Time now) { impl_->release_unsent(entry, now); }
void Frontier::retry(Entry entry) { impl_->retry(std::move(entry)); }
void Frontier::done(const Entry& entry) { impl_->done(entry); }
void Frontier::robots_known(HostId host, std::chrono::milliseconds crawl_delay) {
  impl_->robots_known(host, crawl_delay);
}
void Frontier::restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch) {
  impl_->restore(range, std::move(batch));
}
void Frontier::restore_host(HostId id, std::string_view origin, std::uint64_t queued,
                            Time not_before) {
  impl_->restore_host(id, origin, queued, not_before);
}
void Frontier::restore_seen(UrlId id, std::string_view url, std::uint16_t depth,
                            storage::Reason reason) {
  impl_->restore_seen(id, url, depth, reason);
}
std::string_view Frontier::origin(HostId host) const { return impl_->origin(host); }
std::uint64_t Frontier::queued() const { return impl_->queued(); }
std::uint64_t Frontier::in_memory() const { return impl_->in_memory(); }
std::uint64_t Frontier::seen() const { return impl_->seen(); }
std::uint64_t Frontier::hosts() const { return impl_->hosts(); }
std::uint64_t Frontier::unsettled() const { return impl_->unsettled(); }

}  // namespace crawler
