// The frontier and its file: spilling, refilling while the crawl goes on, and anything in any order
// against a plain model.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crawler/crawl/frontier.h"
#include "tests/frontier_support.h"

namespace crawler {
namespace {

// ---- Past the bound in memory -------------------------------------------------------------------

TEST(FrontierSpill, KeepsToItsBoundAndLosesNothing) {
  for (const Order order : {Order::kBreadth, Order::kDepth, Order::kPriority}) {
    File file;
    Frontier::Options options = plain(order);
    options.max_in_memory = 100;
    Frontier frontier(options, admit_all);
    for (int page = 0; page < 2000; ++page)
      file.add(frontier, url(page % 3, page), static_cast<std::uint16_t>(page % 7));
    EXPECT_EQ(frontier.queued(), 2000u);
    EXPECT_LE(frontier.in_memory(), 100u);
    const std::vector<std::string> urls = drain(frontier, file);
    EXPECT_EQ(urls.size(), 2000u);
    EXPECT_EQ(std::set<std::string>(urls.begin(), urls.end()).size(), 2000u);
    EXPECT_EQ(frontier.queued(), 0u);
  }
}

TEST(FrontierSpill, HandsOutInTheSameOrderAsWithAllInMemory) {
  for (const Order order : {Order::kBreadth, Order::kDepth, Order::kPriority}) {
    std::vector<std::vector<std::string>> drained;
    for (const std::size_t bound : {100'000u, 20u}) {
      File file;
      Frontier::Options options = plain(order);
      options.max_in_memory = bound;
      Frontier frontier(options, admit_all);
      for (int page = 0; page < 500; ++page)
        file.add(frontier, url(0, page), static_cast<std::uint16_t>(page * 31 % 11));
      drained.push_back(drain(frontier, file));
    }
    EXPECT_EQ(drained[0], drained[1]);
  }
}

TEST(FrontierSpill, KeepsAFewUrlsOfEachHostWhateverTheBound) {
  File file;
  Frontier::Options options = plain();
  options.max_in_memory = 0;
  Frontier frontier(options, admit_all);
  for (int page = 0; page < 100; ++page)
    for (int host = 0; host < 10; ++host) file.add(frontier, url(host, page));
  EXPECT_EQ(frontier.in_memory(), 10 * kMinInMemory);
  EXPECT_EQ(drain(frontier, file).size(), 1000u);
}

// A frontier of one host with 100 URLs that the file alone has, and the refill that it asks for.
struct Refilling {
  File file;
  std::optional<Frontier> frontier;
  QueuedRange range;

  explicit Refilling(std::size_t max_in_memory = 100'000, Order order = Order::kBreadth) {
    Frontier earlier(plain(order), admit_all);
    for (int page = 0; page < 100; ++page) file.add(earlier, url(0, page));
    Frontier::Options options = plain(order);
    options.max_in_memory = max_in_memory;
    frontier.emplace(options, admit_all);
    file.resume(*frontier);
    range = refill();
  }

  QueuedRange refill() {
    const Frontier::Next next = frontier->next(kStart);
    const auto* asked = std::get_if<Frontier::Refill>(&next);
    EXPECT_NE(asked, nullptr) << next.index();
    return asked == nullptr ? QueuedRange{} : asked->range;
  }

  Entry take() { return entry_of(frontier->next(kStart)); }
  void finish(const Entry& entry) {
    frontier->release(entry);
    file.finish(entry.id);
    frontier->done(entry);
  }
};

TEST(FrontierRefill, ACrawlThatGoesOnStartsWithTheFile) {
  Refilling crawl;
  EXPECT_EQ(crawl.frontier->queued(), 100u);
  EXPECT_EQ(crawl.frontier->in_memory(), 0u);
  EXPECT_EQ(crawl.frontier->seen(), 100u);
  EXPECT_EQ(crawl.range.host, HostId{1});
  EXPECT_EQ(crawl.range.from_rank, 0u);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(crawl.frontier->next(kStart)));
  EXPECT_FALSE(crawl.file.add(*crawl.frontier, url(0, 5)).is_new);
  EXPECT_EQ(crawl.file.add(*crawl.frontier, url(0, 100)).id, UrlId{101});
  EXPECT_EQ(crawl.file.add(*crawl.frontier, url(1, 0)).place.host, HostId{2});
  crawl.frontier->restore(crawl.range, crawl.file.read(crawl.range));
  EXPECT_EQ(drain(*crawl.frontier, crawl.file).size(), 102u);
}

TEST(FrontierRefill, IsAskedForAgainWhenAHostRunsLow) {
  Refilling crawl(kMinInMemory);
  EXPECT_EQ(crawl.range.limit, kMinInMemory);
  crawl.frontier->restore(crawl.range, crawl.file.read(crawl.range));
  for (int i = 0; i < 6; ++i) crawl.take();
  const QueuedRange second = crawl.refill();
  EXPECT_EQ(second.from_rank, 9u);
  // The two that are left go out while the file is read.
  EXPECT_EQ(crawl.take().id, UrlId{7});
  EXPECT_EQ(crawl.take().id, UrlId{8});
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(crawl.frontier->next(kStart)));
}

TEST(FrontierRefill, DoesNotHandOutAgainWhatIsInFlightOrBeingParsed) {
  Refilling crawl(kMinInMemory, Order::kDepth);
  crawl.frontier->restore(crawl.range, crawl.file.read(crawl.range));
  const Entry in_flight = crawl.take();
  const Entry being_parsed = crawl.take();
  crawl.frontier->release(being_parsed);
  // Newer URLs of a better rank push the line below both, so that the file's picture has them.
  for (int page = 200; page < 220; ++page) crawl.file.add(*crawl.frontier, url(0, page));
  const std::vector<std::string> urls = [&] {
    std::vector<std::string> taken;
    for (;;) {
      const Frontier::Next next = crawl.frontier->next(kStart);
      if (const auto* refill = std::get_if<Frontier::Refill>(&next)) {
        crawl.frontier->restore(refill->range, crawl.file.read(refill->range));
      } else if (const auto* fetch = std::get_if<Frontier::Fetch>(&next)) {
        taken.push_back(fetch->entry.url);
        crawl.finish(fetch->entry);
      } else {
        return taken;
      }
    }
  }();
  EXPECT_EQ(urls.size(), 118u);
  EXPECT_EQ(std::count(urls.begin(), urls.end(), in_flight.url), 0);
  EXPECT_EQ(std::count(urls.begin(), urls.end(), being_parsed.url), 0);
  EXPECT_EQ(crawl.frontier->unfinished(), 2u);
}

TEST(FrontierRefill, DoesNotHandOutAgainWhatEndedAfterTheReading) {
  Refilling crawl(2 * kMinInMemory, Order::kDepth);
  crawl.frontier->restore(crawl.range, crawl.file.read(crawl.range));
  const Entry in_flight = crawl.take();
  for (int page = 200; page < 220; ++page) crawl.file.add(*crawl.frontier, url(0, page));
  for (bool done = false; !done;) {
    const Frontier::Next next = crawl.frontier->next(kStart);
    if (const auto* refill = std::get_if<Frontier::Refill>(&next)) {
      const std::vector<QueuedUrl> picture = crawl.file.read(refill->range);
      done = std::any_of(picture.begin(), picture.end(),
                         [&](const QueuedUrl& row) { return row.id == in_flight.id; });
      if (done) crawl.finish(in_flight);
      crawl.frontier->restore(refill->range, picture);
    } else {
      crawl.finish(entry_of(next));
    }
  }
  const std::vector<std::string> urls = drain(*crawl.frontier, crawl.file);
  EXPECT_EQ(std::count(urls.begin(), urls.end(), in_flight.url), 0);
}

TEST(FrontierRefill, DoesNotLoseWhatWasAddedAfterTheReading) {
  Refilling crawl;
  const std::vector<QueuedUrl> picture = crawl.file.read(crawl.range);
  crawl.file.add(*crawl.frontier, url(0, 500));
  crawl.frontier->restore(crawl.range, picture);
  const std::vector<std::string> urls = drain(*crawl.frontier, crawl.file);
  EXPECT_EQ(urls.size(), 101u);
  EXPECT_EQ(urls.back(), url(0, 500));
}

TEST(FrontierRefill, DoesNotLoseWhatWasSpilledAfterTheReading) {
  Refilling crawl(kMinInMemory, Order::kDepth);
  crawl.frontier->restore(crawl.range, crawl.file.read(crawl.range));
  for (int i = 0; i < 6; ++i) crawl.finish(crawl.take());
  const QueuedRange range = crawl.refill();
  const std::vector<QueuedUrl> picture = crawl.file.read(range);
  for (int page = 200; page < 220; ++page) crawl.file.add(*crawl.frontier, url(0, page));
  crawl.frontier->restore(range, picture);
  EXPECT_EQ(drain(*crawl.frontier, crawl.file).size(), 114u);
}

TEST(FrontierRefill, NewUrlsStayInMemoryOnceTheFileIsReadToItsEnd) {
  Refilling crawl;
  const std::vector<QueuedUrl> picture = crawl.file.read(crawl.range);
  ASSERT_EQ(picture.size(), 100u);
  crawl.frontier->restore(crawl.range, picture);
  crawl.file.add(*crawl.frontier, url(0, 500));
  EXPECT_EQ(crawl.frontier->in_memory(), 101u);
}

TEST(FrontierRefill, EndsThoughTheFileHoldsFewerThanItCounted) {
  Frontier frontier(plain(), admit_all);
  frontier.restore_host(HostId{1}, "h0.example", 5);
  frontier.restore_origin(OriginId{1}, HostId{1}, "https://h0.example");
  const Frontier::Next next = frontier.next(kStart);
  ASSERT_TRUE(std::holds_alternative<Frontier::Refill>(next));
  frontier.restore(std::get<Frontier::Refill>(next).range,
                   {{UrlId{1}, OriginId{1}, 0, 0, url(0, 0)}});
  EXPECT_EQ(frontier.queued(), 1u);
  const Entry entry = entry_of(frontier.next(kStart));
  frontier.release(entry);
  frontier.done(entry);
  EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(frontier.next(kStart)));
}

// ---- Anything in any order ----------------------------------------------------------------------

// Runs random operations against a frontier and, beside it, the plainest account of what it should
// do: sets of ids and times, all in memory. Each host has two origins.
class RandomCrawl {
 public:
  RandomCrawl(unsigned seed, Order order)
      : random_(seed),
        options_{.order = order,
                 .per_host = 1 + below(3),
                 .delay = std::chrono::milliseconds(below(2) * 50),
                 .robots = below(2) == 0,
                 .max_in_memory = below(60),
                 .fingerprint_seed = seed + 1},
        slowness_(1 + seed % 3 * 10),
        frontier_(options_, up_to_depth(kDeepest)) {}

  void run() {
    for (int step = 0; step < 6000; ++step) {
      act(step < 4000 && step % 400 < 100);
      check();
      if (testing::Test::HasFatalFailure()) return;
    }
    finish();
  }

 private:
  static constexpr std::uint16_t kDeepest = 5;
  static constexpr int kHosts = 5;

  struct HostModel {
    std::map<std::uint64_t, OriginId> waiting;  // by rank
    unsigned robots_waiting = 0;
    unsigned slots = 0;
    std::optional<Time> started;
    std::chrono::milliseconds crawl_delay{0};
    Time paused{};
    bool refilling = false;
  };
  struct OriginModel {
    HostId host = kNoHost;
    bool asked = false, known = false;
    RobotsAccess access;
  };
  struct Reading {
    QueuedRange range;
    std::optional<std::vector<QueuedUrl>> picture;
  };

  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  std::uint64_t rank(UrlId id, std::uint16_t depth) { return rank_of(options_.order, id, depth); }

  void act(bool adding) {
    switch (below(8)) {
      case 0:
      case 1:
        if (adding) add_page_of_links();
        break;
      case 2:
      case 3:
        next();
        break;
      case 4:
        end_one();
        break;
      case 5:
        if (!readings_.empty()) {
          Reading& reading = readings_[below(static_cast<unsigned>(readings_.size()))];
          if (!reading.picture) reading.picture = file_.read(reading.range);
        }
        break;
      case 6:
        if (below(slowness_) == 0) restore_one();
        break;
      default:
        now_ += std::chrono::milliseconds(below(40));
    }
  }

  static std::string url_of(int host, int page) {
    return page % 3 == 0 ? "http" + url(host, page).substr(5) : url(host, page);
  }

  // Links mostly lead to the same host.
  void add_page_of_links() {
    const int host = static_cast<int>(below(kHosts));
    for (unsigned links = below(20); links > 0; --links) {
      add(below(4) == 0 ? static_cast<int>(below(kHosts)) : host);
      if (testing::Test::HasFatalFailure()) return;
    }
  }

  void add(int host) {
    const std::string at = url_of(host, static_cast<int>(below(3000)));
    const auto depth = static_cast<std::uint16_t>(below(kDeepest + 3));
    const Frontier::Added added = file_.add(frontier_, at, depth);
    const auto known = ids_.find(at);
    if (known == ids_.end()) {
      ASSERT_TRUE(added.is_new);
      ids_[at] = added.id;
    } else {
      ASSERT_EQ(added.id, known->second);
      ASSERT_EQ(added.is_new, too_deep_.contains(added.id) && depth <= kDeepest);
    }
    if (!added.is_new) return;
    origins_[added.place.origin].host = added.place.host;
    if (depth > kDeepest) {
      ASSERT_EQ(added.reason, Reason::kTooDeep);
      too_deep_.insert(added.id);
      return;
    }
    too_deep_.erase(added.id);
    hosts_[added.place.host].waiting[rank(added.id, depth)] = added.place.origin;
  }

  // When the host may be asked, if it has something and a free slot.
  std::optional<Time> due(const HostModel& host) const {
    if (host.slots == options_.per_host) return std::nullopt;
    if (host.robots_waiting == 0) {
      if (host.waiting.empty()) return std::nullopt;
      const OriginModel& origin = origins_.at(host.waiting.begin()->second);
      if (options_.robots && origin.asked && !origin.known) return std::nullopt;
    }
    Time time = host.paused;
    if (host.started)
      time = std::max(time, *host.started + std::max(options_.delay, host.crawl_delay));
    return time;
  }

  void next() {
    const Frontier::Next next = frontier_.next(now_);
    if (const auto* refill = std::get_if<Frontier::Refill>(&next)) {
      HostModel& host = hosts_[refill->range.host];
      ASSERT_FALSE(host.refilling);
      ASSERT_GE(refill->range.limit, kMinInMemory);
      host.refilling = true;
      readings_.push_back({refill->range, std::nullopt});
      return;
    }
    if (const auto* fetch = std::get_if<Frontier::Fetch>(&next)) return take(fetch->entry);
    if (const auto* denied = std::get_if<Frontier::Denied>(&next)) return take_denied(*denied);
    if (std::holds_alternative<Frontier::Empty>(next)) {
      ASSERT_TRUE(unfinished_.empty());
      for (const auto& [id, host] : hosts_)
        ASSERT_TRUE(host.waiting.empty() && host.robots_waiting == 0);
      return;
    }
    // Nothing may be due: at all, or before the time that was named.
    const auto* wait = std::get_if<Frontier::WaitUntil>(&next);
    if (wait != nullptr) {
      ASSERT_GT(wait->time, now_);
    }
    for (const auto& [id, host] : hosts_) {
      const std::optional<Time> time = due(host);
      if (!time || host.refilling) continue;
      ASSERT_TRUE(wait != nullptr && *time >= wait->time);
    }
  }

  void take(const Entry& entry) {
    HostModel& host = hosts_[entry.host];
    const std::optional<Time> time = due(host);
    ASSERT_TRUE(time);
    ASSERT_LE(*time, now_);
    ASSERT_LT(host.slots, options_.per_host);
    if (entry.kind == Entry::Kind::kRobots) {
      take_robots(entry, host);
    } else {
      ASSERT_EQ(host.robots_waiting, 0u) << "robots.txt goes first";
      take_page(entry, host);
      ASSERT_EQ(denial(entry).reason, Reason::kNone);
    }
    ++host.slots;
    host.started = now_;
    unfinished_.push_back(entry);
  }

  void take_robots(const Entry& entry, HostModel& host) {
    ASSERT_TRUE(options_.robots);
    OriginModel& origin = origins_.at(entry.robots_of);
    ASSERT_FALSE(origin.known);
    if (origin.asked) {
      ASSERT_GT(host.robots_waiting--, 0u);
    } else {
      ASSERT_EQ(host.robots_waiting, 0u);
      ASSERT_EQ(host.waiting.begin()->second, entry.robots_of) << "not the best-ranked URL's";
      origin.asked = true;
    }
  }

  void take_page(const Entry& entry, HostModel& host) {
    ASSERT_TRUE(!options_.robots || origins_.at(entry.origin).known);
    ASSERT_EQ(ids_.at(entry.url), entry.id);
    ASSERT_EQ(host.waiting.begin()->first, rank(entry.id, entry.depth)) << "not the best-ranked";
    ASSERT_EQ(host.waiting.begin()->second, entry.origin);
    ASSERT_FALSE(finished_.contains(entry.id)) << "handed out twice";
    host.waiting.erase(host.waiting.begin());
  }

  RobotsAccess::Decision denial(const Entry& entry) const {
    return options_.robots ? origins_.at(entry.origin).access.check(entry.url)
                           : RobotsAccess::Decision();
  }

  void take_denied(const Frontier::Denied& denied) {
    HostModel& host = hosts_[denied.entry.host];
    ASSERT_EQ(host.robots_waiting, 0u);
    take_page(denied.entry, host);
    ASSERT_NE(denied.decision.reason, Reason::kNone);
    ASSERT_EQ(denied.decision.reason, denial(denied.entry).reason);
    finish_url(denied.entry);
  }

  void finish_url(const Entry& entry) {
    file_.finish(entry.id);
    frontier_.done(entry);
    finished_.insert(entry.id);
  }

  void end_one() {
    if (unfinished_.empty()) return;
    const unsigned at = below(static_cast<unsigned>(unfinished_.size()));
    const Entry entry = unfinished_[at];
    HostModel& host = hosts_[entry.host];
    const bool robots = entry.kind == Entry::Kind::kRobots;
    if (robots || !released_.contains(entry.id)) {
      --host.slots;
      const Time pause = below(8) == 0 ? now_ + 100ms : Time{};
      host.paused = std::max(host.paused, pause);
      frontier_.release(entry, pause);
      if (!robots) {
        released_.insert(entry.id);
        return;  // being parsed: it ends at another time
      }
    }
    released_.erase(entry.id);
    unfinished_.erase(unfinished_.begin() + at);
    if (robots) {
      answer_robots(entry);
    } else if (below(6) == 0) {
      frontier_.retry(entry);
      host.waiting[rank(entry.id, entry.depth)] = entry.origin;
    } else {
      finish_url(entry);
    }
  }

  void answer_robots(const Entry& entry) {
    const unsigned how = below(8);
    if (how < 2 && entry.redirects < 3) {
      const int to = static_cast<int>(below(kHosts));
      const Place place = frontier_.redirect_robots(entry, 301, url_of(to, 0));
      origins_[place.origin].host = place.host;
      ++hosts_[place.host].robots_waiting;
    } else if (how == 2) {
      frontier_.retry(entry);
      ++hosts_[entry.host].robots_waiting;
    } else {
      RobotsAccess access;
      if (how == 3) access = unreachable(Reason::kConnectFailed);
      if (how == 4) access = rules("Disallow: /*3\nCrawl-delay: 0.1");
      OriginModel& origin = origins_.at(entry.robots_of);
      origin.known = true;
      origin.access = access;
      HostModel& host = hosts_[origin.host];
      host.crawl_delay = std::max(host.crawl_delay, access.crawl_delay());
      frontier_.robots_known(entry.robots_of, std::move(access));
    }
  }

  void restore_one() {
    if (readings_.empty()) return;
    const unsigned at = below(static_cast<unsigned>(readings_.size()));
    Reading reading = std::move(readings_[at]);
    readings_.erase(readings_.begin() + at);
    if (!reading.picture) reading.picture = file_.read(reading.range);
    hosts_[reading.range.host].refilling = false;
    frontier_.restore(reading.range, std::move(*reading.picture));
  }

  unsigned robots_waiting() const {
    unsigned waiting = 0;
    for (const auto& [id, host] : hosts_) waiting += host.robots_waiting;
    return waiting;
  }

  void check() {
    std::uint64_t waiting = 0;
    for (const auto& [id, host] : hosts_) waiting += host.waiting.size();
    ASSERT_EQ(frontier_.queued(), waiting);
    ASSERT_EQ(frontier_.unfinished(), unfinished_.size() + robots_waiting());
    ASSERT_EQ(frontier_.seen(), ids_.size());
    ASSERT_LE(frontier_.in_memory(), options_.max_in_memory + kHosts * kMinInMemory + kMinInMemory);
  }

  void finish() {
    for (int step = 0; step < 1'000'000; ++step) {
      if (frontier_.queued() == 0 && frontier_.unfinished() == 0 && readings_.empty()) break;
      act(false);
      if (testing::Test::HasFatalFailure()) return;
    }
    ASSERT_TRUE(std::holds_alternative<Frontier::Empty>(frontier_.next(now_)));
    ASSERT_EQ(finished_.size() + too_deep_.size(), ids_.size()) << "a URL was lost";
  }

  std::mt19937 random_;
  const Frontier::Options options_;
  const unsigned slowness_;  // of the thread that reads the file
  Frontier frontier_;
  File file_;
  Time now_ = kStart;
  std::map<std::string, UrlId> ids_;
  std::set<UrlId> too_deep_, finished_, released_;
  std::map<HostId, HostModel> hosts_;
  std::map<OriginId, OriginModel> origins_;
  std::vector<Entry> unfinished_;
  std::vector<Reading> readings_;
};

TEST(FrontierProperty, HandsOutEachUrlOnceInOrderAndPolitelyWhateverHappens) {
  for (const Order order : {Order::kBreadth, Order::kDepth, Order::kPriority})
    for (unsigned seed = 1; seed <= 12; ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " order " << static_cast<int>(order));
      RandomCrawl(seed, order).run();
      if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace crawler
