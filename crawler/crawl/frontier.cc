#include "crawler/crawl/frontier.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "crawler/crawl/host_queue.h"
#include "crawler/crawl/host_table.h"
#include "crawler/crawl/ready_heap.h"
#include "crawler/crawl/seen_set.h"

namespace crawler {
namespace {

// URLs of one refill. The reading waits behind what the writer has to write, some 0.1 s; a quarter
// of a batch lasts for longer than that at the fastest that pages can be parsed.
constexpr std::size_t kRefillBatch = 4000;
// One refill takes at most this part of the room that is left, so that hosts refilled later find
// some.
constexpr std::size_t kRefillShare = 32;
// A host runs low, and is refilled, with this part of a batch left.
constexpr std::size_t kLowPart = 4;

}  // namespace

class Frontier::Impl {
 public:
  Impl(Options options, Admission admission)
      : options_(options),
        admission_(std::move(admission)),
        seen_(options.fingerprint_seed),
        hosts_(seen_) {}

  Added add(std::string_view url, std::uint16_t depth, std::uint8_t redirects,
            const Admission& admission);
  const Admission& admission() const { return admission_; }
  Next next(Time now);
  void stop_new_pages();
  void release(const Entry& entry, Time not_before);
  void retry(Entry entry);
  void done(const Entry& entry);
  Place redirect_robots(Entry entry, int status, std::string_view url);
  void robots_known(OriginId origin, RobotsAccess access);
  void restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch);
  void restore_host(HostId id, std::string_view name, std::uint64_t queued, Time not_before);
  void restore_seen(UrlId id, std::string_view url, std::uint16_t depth, storage::Reason reason);

  HostTable& hosts() { return hosts_; }
  Origin::Contact& contact(OriginId id) { return hosts_.origin(id).make_contact(); }
  std::uint64_t queued() const { return queued_; }
  std::uint64_t in_memory() const { return in_memory_; }
  std::uint64_t seen() const { return seen_.size(); }
  std::uint64_t unfinished() const { return unfinished_.size() + robots_unfinished_; }

 private:
  Host::Schedule& schedule(HostId host);
  void push(HostId host, HostQueue::Waiting url);
  template <class Change>
  void change(HostQueue& queue, Change&& apply);
  RobotsState robots_state(OriginId id) const;
  bool has_something(const Host::Schedule& at) const;
  void update(HostId host, const Host::Schedule& at);
  bool is_low(const HostQueue& queue, std::size_t limit) const;
  std::size_t refill_limit() const;
  Entry take_best(HostId host, Host::Schedule& at);
  Entry ask_robots(HostId host, OriginId origin);
  Fetch send(Entry entry, Host::Schedule& at, Time now);

  const Options options_;
  const Admission admission_;
  SeenSet seen_;
  HostTable hosts_;
  ReadyHeap ready_;
  UrlIds unfinished_;
  parser::Url parsed_;  // kept for its memory
  UrlId last_id_ = kNoUrl;
  std::uint64_t robots_unfinished_ = 0;  // origins whose robots.txt was asked and is not known
  std::uint64_t queued_ = 0;
  std::uint64_t in_memory_ = 0;
  std::size_t refills_ = 0;      // asked for and not restored
  std::size_t refill_room_ = 0;  // URLs that they may bring
  bool pages_stopped_ = false;
  Time now_{};  // as last heard
};

// ---- Adding -------------------------------------------------------------------------------------

Frontier::Added Frontier::Impl::add(std::string_view url, std::uint16_t depth,
                                    std::uint8_t redirects, const Admission& admission) {
  url = url.substr(0, url.find('#'));
  std::uint64_t fingerprint = seen_.fingerprint(url);
  SeenSet::Seen* known = seen_.find(fingerprint);
  const auto is_decided = [&] { return known && !(known->too_deep && depth < known->depth); };
  if (is_decided()) return {.id = known->id};

  if (parsed_.parse(url) != parser::UrlError::kOk) return {};
  if (parsed_.identity() != url) {
    fingerprint = seen_.fingerprint(parsed_.identity());
    known = seen_.find(fingerprint);
    if (is_decided()) return {.id = known->id};
  }

  const storage::Reason reason = admission(parsed_, depth);
  const bool too_deep = reason == storage::Reason::kTooDeep;
  if (known && reason != storage::Reason::kNone) {
    known->depth = depth;
    return {.id = known->id};
  }
  Added added{.is_new = true, .reason = reason};
  if (known) {
    known->too_deep = false;
    added.requeued = true;
    added.id = known->id;
  } else {
    if (to_number(last_id_) == std::numeric_limits<std::uint32_t>::max())
      throw std::length_error("the crawl has seen more URLs than ids can number");
    added.id = ++last_id_;
    seen_.insert(fingerprint, {added.id, depth, too_deep});
  }
  added.url = parsed_.identity();
  added.place = hosts_.place_of(parsed_);
  if (reason != storage::Reason::kNone) {
    added.state = storage::State::kSkipped;
    return added;
  }
  push(added.place.host, {storage::rank_of(options_.order, added.id, depth), added.id,
                          added.place.origin, depth, redirects, 1, std::string(added.url)});
  return added;
}

Host::Schedule& Frontier::Impl::schedule(HostId host) {
  std::unique_ptr<Host::Schedule>& schedule = hosts_.host(host).schedule;
  if (!schedule) {
    schedule = std::make_unique<Host::Schedule>();
    schedule->delay = options_.delay;
    // Due now, so behind the hosts that have been due for longer.
    schedule->due = now_;
  }
  return *schedule;
}

void Frontier::Impl::push(HostId host, HostQueue::Waiting url) {
  Host::Schedule& at = schedule(host);
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
void Frontier::Impl::update(HostId host, const Host::Schedule& at) {
  if (at.slots_taken < options_.per_host && has_something(at))
    ready_.set(host, std::max(at.due, at.paused_until));
  else
    ready_.erase(host);
}

RobotsState Frontier::Impl::robots_state(OriginId id) const {
  if (!options_.robots) return RobotsState::kKnown;
  const Origin& origin = hosts_.origin(id);
  return origin.contact ? origin.contact->robots_state : RobotsState::kUnknown;
}

bool Frontier::Impl::has_something(const Host::Schedule& at) const {
  if (!at.robots.empty()) return true;
  const HostQueue& queue = at.queue;
  if (queue.in_memory() == 0)
    return queue.in_file() > 0 && !queue.refilling() &&
           (!pages_stopped_ || at.unreachable_origins > 0);
  const OriginId origin = queue.best().origin;
  const RobotsState state = robots_state(origin);
  if (!pages_stopped_) return state != RobotsState::kAsked;
  const Origin::Contact* contact = hosts_.origin(origin).contact.get();
  return state == RobotsState::kKnown && contact != nullptr && !contact->robots.reachable();
}

std::size_t Frontier::Impl::refill_limit() const {
  const std::size_t taken = in_memory_ + refill_room_;
  const std::size_t room = options_.max_in_memory - std::min(taken, options_.max_in_memory);
  return std::clamp(room / kRefillShare, kMinInMemory, kRefillBatch);
}

bool Frontier::Impl::is_low(const HostQueue& queue, std::size_t limit) const {
  if (queue.in_file() == 0 || queue.refilling()) return false;
  return queue.in_memory() <= (pages_stopped_ ? 0 : limit / kLowPart);
}

Frontier::Next Frontier::Impl::next(Time now) {
  now_ = std::max(now_, now);
  if (ready_.empty()) {
    if (unfinished() > 0 || refills_ > 0) return Busy{};
    return Empty{};
  }
  const auto [time, order, host] = ready_.top();
  if (time > now) return WaitUntil{time};
  Host::Schedule& at = schedule(host);
  if (!at.robots.empty()) {
    Entry entry = std::move(at.robots.front());
    at.robots.pop_front();
    return send(std::move(entry), at, now);
  }
  if (at.queue.in_memory() > 0 && robots_state(at.queue.best().origin) == RobotsState::kUnknown)
    return send(ask_robots(host, at.queue.best().origin), at, now);
  if (const std::size_t limit = refill_limit(); is_low(at.queue, limit)) {
    const Refill refill{at.queue.begin_refill(host, options_.order, limit)};
    ++refills_;
    refill_room_ += limit;
    update(host, at);
    return refill;
  }
  Entry entry = take_best(host, at);
  if (options_.robots) {
    RobotsAccess::Decision decision = contact(entry.origin).robots.check(entry.url);
    if (decision.reason != storage::Reason::kNone) {
      at.due = std::max(at.due, now);  // behind the hosts that have been due for longer
      update(host, at);
      return Denied{std::move(entry), std::move(decision)};
    }
  }
  return send(std::move(entry), at, now);
}

Entry Frontier::Impl::take_best(HostId host, Host::Schedule& at) {
  Entry entry;
  change(at.queue, [&](HostQueue& queue) {
    HostQueue::Waiting best = queue.pop();
    entry = {.kind = Entry::Kind::kPage,
             .redirects = best.redirects,
             .attempt = best.attempt,
             .depth = best.depth,
             .host = host,
             .origin = best.origin,
             .id = best.id,
             .url = std::move(best.url)};
  });
  unfinished_.insert(entry.id);
  return entry;
}

Entry Frontier::Impl::ask_robots(HostId host, OriginId origin) {
  contact(origin).robots_state = RobotsState::kAsked;
  ++robots_unfinished_;
  return {.kind = Entry::Kind::kRobots,
          .host = host,
          .origin = origin,
          .robots_of = origin,
          .url = hosts_.origin(origin).text + "/robots.txt"};
}

Frontier::Fetch Frontier::Impl::send(Entry entry, Host::Schedule& at, Time now) {
  ++at.slots_taken;
  at.started = now;
  at.due = now + at.delay;
  ready_.erase(entry.host);  // to the end of those that are due at the same time
  update(entry.host, at);
  return {std::move(entry)};
}

void Frontier::Impl::stop_new_pages() {
  pages_stopped_ = true;
  for (HostId host{1}; host <= hosts_.last_host(); ++host)
    if (const auto& at = hosts_.host(host).schedule) update(host, *at);
}

// ---- Coming back --------------------------------------------------------------------------------

void Frontier::Impl::release(const Entry& entry, Time not_before) {
  Host::Schedule& at = schedule(entry.host);
  --at.slots_taken;
  at.paused_until = std::max(at.paused_until, not_before);
  update(entry.host, at);
}

void Frontier::Impl::retry(Entry entry) {
  if (entry.attempt < std::numeric_limits<std::uint8_t>::max()) ++entry.attempt;
  if (entry.kind == Entry::Kind::kRobots) {
    const HostId host = entry.host;
    Host::Schedule& at = schedule(host);
    at.robots.push_back(std::move(entry));
    update(host, at);
    return;
  }
  unfinished_.erase(entry.id);
  push(entry.host, {storage::rank_of(options_.order, entry.id, entry.depth), entry.id, entry.origin,
                    entry.depth, entry.redirects, entry.attempt, std::move(entry.url)});
}

void Frontier::Impl::done(const Entry& entry) {
  if (entry.kind == Entry::Kind::kRobots) return;
  unfinished_.erase(entry.id);
  schedule(entry.host).queue.finished(entry.id);
}

// ---- robots.txt ---------------------------------------------------------------------------------

Place Frontier::Impl::redirect_robots(Entry entry, int status, std::string_view url) {
  const auto target = parser::Url::of_normalized(url);
  const Place place = hosts_.place_of(target);
  entry.url = target.identity();
  contact(entry.robots_of).robots_redirects.push_back({status, entry.url});
  entry.host = place.host;
  entry.origin = place.origin;
  ++entry.redirects;
  entry.attempt = 1;
  Host::Schedule& at = schedule(place.host);
  at.robots.push_back(std::move(entry));
  update(place.host, at);
  return place;
}

void Frontier::Impl::robots_known(OriginId origin, RobotsAccess access) {
  Origin::Contact& contact = this->contact(origin);
  if (contact.robots_state == RobotsState::kAsked) --robots_unfinished_;
  contact.robots_state = RobotsState::kKnown;
  contact.robots = std::move(access);
  const HostId host = hosts_.origin(origin).host;
  Host::Schedule& at = schedule(host);
  if (!contact.robots.reachable()) ++at.unreachable_origins;
  at.delay = std::max(at.delay, contact.robots.crawl_delay());
  if (at.started != Time{}) at.due = std::max(at.due, at.started + at.delay);
  update(host, at);
}

// ---- From the file ------------------------------------------------------------------------------

void Frontier::Impl::restore(const storage::QueuedRange& range,
                             std::vector<storage::QueuedUrl> batch) {
  Host::Schedule& at = schedule(range.host);
  if (!at.queue.refilling()) return;
  --refills_;
  refill_room_ -= range.limit;
  change(at.queue, [&](HostQueue& queue) { queue.restore(range, std::move(batch), unfinished_); });
  update(range.host, at);
}

void Frontier::Impl::restore_host(HostId id, std::string_view name, std::uint64_t queued,
                                  Time not_before) {
  hosts_.restore_host(id, name);
  if (queued == 0 && not_before == Time{}) return;
  Host::Schedule& at = schedule(id);
  at.paused_until = not_before;
  change(at.queue, [&](HostQueue& queue) { queue.resume(queued); });
  update(id, at);
}

void Frontier::Impl::restore_seen(UrlId id, std::string_view url, std::uint16_t depth,
                                  storage::Reason reason) {
  seen_.insert(seen_.fingerprint(url), {id, depth, reason == storage::Reason::kTooDeep});
  last_id_ = std::max(last_id_, id);
}

// ---- What is public -----------------------------------------------------------------------------

Frontier::Frontier(Options options, Admission admission)
    : impl_(std::make_unique<Impl>(options, std::move(admission))) {}
Frontier::~Frontier() = default;

Frontier::Added Frontier::add(std::string_view normalized_url, std::uint16_t depth,
                              std::uint8_t redirects, const Admission* admission) {
  return impl_->add(normalized_url, depth, redirects,
                    admission != nullptr ? *admission : impl_->admission());
}
Frontier::Next Frontier::next(Time now) { return impl_->next(now); }
void Frontier::stop_new_pages() { impl_->stop_new_pages(); }
void Frontier::release(const Entry& entry, Time not_before) { impl_->release(entry, not_before); }
void Frontier::retry(Entry entry) { impl_->retry(std::move(entry)); }
void Frontier::done(const Entry& entry) { impl_->done(entry); }

Place Frontier::redirect_robots(Entry entry, int status, std::string_view url) {
  return impl_->redirect_robots(std::move(entry), status, url);
}
std::vector<storage::RobotsRedirect> Frontier::robots_redirects(OriginId origin) const {
  const Origin& of = impl_->hosts().origin(origin);
  return of.contact ? of.contact->robots_redirects : std::vector<storage::RobotsRedirect>();
}
void Frontier::robots_known(OriginId origin, RobotsAccess access) {
  impl_->robots_known(origin, std::move(access));
}
const RobotsAccess& Frontier::robots(OriginId origin) const {
  static const RobotsAccess allows_all;
  const Origin& of = impl_->hosts().origin(origin);
  return of.contact ? of.contact->robots : allows_all;
}

unsigned Frontier::connection_failures(OriginId origin) const {
  const Origin& of = impl_->hosts().origin(origin);
  return of.contact ? of.contact->connection_failures : 0;
}
void Frontier::note_connection(OriginId origin, bool failed) {
  std::uint8_t& failures = impl_->contact(origin).connection_failures;
  if (!failed)
    failures = 0;
  else if (failures < std::numeric_limits<std::uint8_t>::max())
    ++failures;
}
std::uint32_t& Frontier::sitemap_count(OriginId origin) { return impl_->contact(origin).sitemaps; }

void Frontier::restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch) {
  impl_->restore(range, std::move(batch));
}
void Frontier::restore_host(HostId id, std::string_view name, std::uint64_t queued,
                            Time not_before) {
  impl_->restore_host(id, name, queued, not_before);
}
void Frontier::restore_origin(OriginId id, HostId host, std::string_view origin) {
  impl_->hosts().restore_origin(id, host, origin);
}
void Frontier::restore_seen(UrlId id, std::string_view url, std::uint16_t depth,
                            storage::Reason reason) {
  impl_->restore_seen(id, url, depth, reason);
}

std::string_view Frontier::host_name(HostId host) const { return impl_->hosts().host(host).name; }
std::string_view Frontier::origin(OriginId origin) const {
  return impl_->hosts().origin(origin).text;
}
std::uint64_t Frontier::queued() const { return impl_->queued(); }
std::uint64_t Frontier::in_memory() const { return impl_->in_memory(); }
std::uint64_t Frontier::seen() const { return impl_->seen(); }
std::uint64_t Frontier::hosts() const { return impl_->hosts().hosts(); }
std::uint64_t Frontier::unfinished() const { return impl_->unfinished(); }

}  // namespace crawler
