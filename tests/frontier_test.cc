// The frontier with a made-up clock: ids, order, politeness, robots.txt first. What it does with
// its file is in frontier_spill_test.cc.
#include "crawler/crawl/frontier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "tests/frontier_support.h"

// Counts every allocation of this program. Not inlined: a compiler that sees free() in one of the
// pair alone takes them for mismatched.
static std::size_t allocations = 0;

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace crawler {
namespace {

using testing::ElementsAre;

TEST(Frontier, HasNothingAtFirst) {
  Frontier frontier(plain(), admit_all);
  EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(frontier.next(kStart)));
  EXPECT_EQ(frontier.queued(), 0u);
  EXPECT_EQ(frontier.seen(), 0u);
  EXPECT_EQ(frontier.hosts(), 0u);
}

TEST(Frontier, NumbersUrlsAndHostsInOrderOfDiscovery) {
  Frontier frontier(plain(), admit_all);
  const Frontier::Added first = frontier.add("https://a.example/", 0);
  const Frontier::Added second = frontier.add("https://a.example/x", 1);
  const Frontier::Added third = frontier.add("https://b.example/", 1);
  EXPECT_EQ(first.id, UrlId{1});
  EXPECT_EQ(second.id, UrlId{2});
  EXPECT_EQ(third.id, UrlId{3});
  EXPECT_TRUE(first.is_new && second.is_new && third.is_new);
  EXPECT_TRUE(first.place.new_host);
  EXPECT_FALSE(second.place.new_host);
  EXPECT_TRUE(third.place.new_host);
  EXPECT_EQ(second.place.host, HostId{1});
  EXPECT_EQ(third.place.host, HostId{2});
  EXPECT_EQ(frontier.origin(OriginId{2}), "https://b.example");
  EXPECT_EQ(frontier.queued(), 3u);
  EXPECT_EQ(frontier.hosts(), 2u);
}

TEST(Frontier, TakesUrlsThatDifferInTheirFragmentForOne) {
  Frontier frontier(plain(), admit_all);
  const UrlId id = frontier.add("https://a.example/x?q#top", 0).id;
  for (const char* again : {"https://a.example/x?q", "https://a.example/x?q#end"}) {
    const Frontier::Added added = frontier.add(again, 0);
    EXPECT_EQ(added.id, id);
    EXPECT_FALSE(added.is_new);
  }
  EXPECT_EQ(entry_of(frontier.next(kStart)).url, "https://a.example/x?q");
  EXPECT_EQ(frontier.seen(), 1u);
}

TEST(Frontier, AllocatesNothingForALinkSeenBefore) {
  Frontier frontier(plain(), up_to_depth(2));
  const std::string seen = "https://a.example/" + std::string(500, 'x');
  const std::string with_fragment = seen + "#part";
  const std::string too_deep = url(0, 0);
  frontier.add(seen, 0);
  frontier.add(too_deep, 3);
  const std::size_t before = allocations;
  frontier.add(seen, 0);
  frontier.add(with_fragment, 1);
  frontier.add(too_deep, 3);
  EXPECT_EQ(allocations, before);
  frontier.add("https://a.example/y", 0);
  EXPECT_GT(allocations, before);
}

TEST(Frontier, TakesEachSchemeAndPortOfAHostForAnOriginOfIts) {
  Frontier frontier(plain(), admit_all);
  const Place first = frontier.add("https://a.example/", 0).place;
  EXPECT_TRUE(first.new_host && first.new_origin);
  for (const char* url : {"http://a.example/", "http://a.example:8080/"}) {
    const Place place = frontier.add(url, 0).place;
    EXPECT_EQ(place.host, first.host) << url;
    EXPECT_NE(place.origin, first.origin) << url;
    EXPECT_FALSE(place.new_host) << url;
    EXPECT_TRUE(place.new_origin) << url;
  }
  EXPECT_EQ(frontier.hosts(), 1u);
  EXPECT_EQ(frontier.host_name(HostId{1}), "a.example");
  EXPECT_EQ(frontier.origin(OriginId{3}), "http://a.example:8080");
}

TEST(Frontier, TakesAUrlByTheIdentityThatItsParseYields) {
  Frontier frontier(plain(), admit_all);
  const UrlId id = frontier.add("https://a.example/x", 0).id;
  const Frontier::Added added = frontier.add("HTTPS://A.example/x", 0);
  EXPECT_EQ(added.id, id);
  EXPECT_FALSE(added.is_new);
  EXPECT_EQ(frontier.seen(), 1u);
}

TEST(Frontier, SaysWhichUrlIsToBeWritten) {
  Frontier frontier(plain(), admit_all);
  EXPECT_EQ(frontier.add("https://a.example/x#top", 0).url, "https://a.example/x");
  EXPECT_EQ(frontier.add("HTTPS://A.example:443/y#top", 0).url, "https://a.example/y");
  EXPECT_EQ(frontier.add("https://a.example/x", 0).url, "");
}

TEST(Frontier, GivesNoIdToWhatIsNoHttpUrl) {
  Frontier frontier(plain(), admit_all);
  for (const char* bad : {"", "mailto:someone@a.example", "#top"}) {
    const Frontier::Added added = frontier.add(bad, 0);
    EXPECT_EQ(added.id, kNoUrl) << bad;
    EXPECT_FALSE(added.is_new) << bad;
  }
  EXPECT_EQ(frontier.seen(), 0u);
}

TEST(Frontier, NumbersAndDoesNotQueueWhatIsNotAdmitted) {
  Frontier frontier(plain(), [](const parser::Url&, std::uint16_t) { return Reason::kOutOfScope; });
  const Frontier::Added added = frontier.add("https://a.example/", 0);
  EXPECT_EQ(added.id, UrlId{1});
  EXPECT_TRUE(added.is_new);
  EXPECT_TRUE(added.place.new_host);
  EXPECT_EQ(added.state, State::kSkipped);
  EXPECT_EQ(added.reason, Reason::kOutOfScope);
  EXPECT_EQ(frontier.add("https://a.example/", 0).id, UrlId{1});
  EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(frontier.next(kStart)));
}

// ---- Order --------------------------------------------------------------------------------------

std::vector<std::string> drained_in(Order order) {
  File file;
  Frontier frontier(plain(order), admit_all);
  const std::uint16_t depths[] = {0, 2, 1, 2, 0};
  for (int page = 0; page < 5; ++page)
    file.add(frontier, "https://a.example/" + std::to_string(page), depths[page]);
  std::vector<std::string> pages;
  for (const std::string& url : drain(frontier, file)) pages.push_back(url.substr(18));
  return pages;
}

TEST(FrontierOrder, BreadthIsFirstInFirstOut) {
  EXPECT_THAT(drained_in(Order::kBreadth), ElementsAre("0", "1", "2", "3", "4"));
}

TEST(FrontierOrder, DepthIsLastInFirstOut) {
  EXPECT_THAT(drained_in(Order::kDepth), ElementsAre("4", "3", "2", "1", "0"));
}

TEST(FrontierOrder, PriorityIsByDepthThenDiscovery) {
  EXPECT_THAT(drained_in(Order::kPriority), ElementsAre("0", "4", "2", "1", "3"));
}

TEST(FrontierOrder, HostsTakeTurnsWhereThereIsNoDelay) {
  Frontier frontier(plain(), admit_all);
  for (int host = 0; host < 3; ++host)
    for (int page = 0; page < 4; ++page) frontier.add(url(host, page), 0);
  std::vector<std::uint32_t> hosts;
  for (int i = 0; i < 12; ++i) hosts.push_back(to_number(entry_of(frontier.next(kStart)).host));
  EXPECT_THAT(hosts, ElementsAre(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3));
}

TEST(FrontierOrder, NewHostsDoNotStarveOldOnes) {
  Frontier frontier(plain(), admit_all);
  frontier.add(url(0, 0), 0);
  frontier.add(url(0, 1), 0);
  Time now = kStart;
  int old_ones = 0;
  for (int i = 1; i < 10; ++i) {
    frontier.add(url(2 * i, 0), 0);
    frontier.add(url(2 * i + 1, 0), 0);
    old_ones += entry_of(frontier.next(now += 1ms)).host == HostId{1};
  }
  EXPECT_EQ(old_ones, 2);
}

// ---- Politeness ---------------------------------------------------------------------------------

TEST(FrontierPoliteness, LeavesTheDelayBetweenTwoStarts) {
  Frontier::Options options = plain();
  options.delay = 500ms;
  Frontier frontier(options, admit_all);
  for (int page = 0; page < 3; ++page) frontier.add(url(0, page), 0);
  entry_of(frontier.next(kStart));
  const Frontier::Next soon = frontier.next(kStart + 499ms);
  ASSERT_TRUE(std::holds_alternative<Frontier::WaitUntil>(soon));
  EXPECT_EQ(std::get<Frontier::WaitUntil>(soon).time, kStart + 500ms);
  entry_of(frontier.next(kStart + 600ms));
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 600ms)).time, kStart + 1100ms);
}

TEST(FrontierPoliteness, GivesOneHostSoManyConnectionsAndNoMore) {
  Frontier::Options options = plain();
  options.per_host = 2;
  Frontier frontier(options, admit_all);
  for (int page = 0; page < 4; ++page) frontier.add(url(0, page), 0);
  const Entry first = entry_of(frontier.next(kStart));
  entry_of(frontier.next(kStart));
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart)));
  frontier.release(first);  // being parsed, not ended: the slot is free
  entry_of(frontier.next(kStart));
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart)));
  EXPECT_EQ(frontier.unfinished(), 3u);
}

TEST(FrontierPoliteness, AHostThatAsksForAPauseGetsItAndOthersGoOn) {
  Frontier frontier(plain(), admit_all);
  for (int page = 0; page < 2; ++page) frontier.add(url(0, page), 0);
  const Entry entry = entry_of(frontier.next(kStart));
  frontier.release(entry, kStart + 30s);
  frontier.retry(entry);
  frontier.add(url(1, 0), 0);
  EXPECT_EQ(entry_of(frontier.next(kStart)).host, HostId{2});
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 1s)).time, kStart + 30s);
  const Entry again = entry_of(frontier.next(kStart + 30s));
  EXPECT_EQ(again.id, entry.id);
  EXPECT_EQ(again.attempt, 2);
}

TEST(FrontierPoliteness, OriginsOfOneHostShareItsSlotsDelayAndPause) {
  Frontier::Options options = plain();
  options.per_host = 2;
  options.delay = 10s;
  Frontier frontier(options, admit_all);
  for (const char* url : {"http://a.example/", "https://a.example/", "https://a.example:8443/"})
    frontier.add(url, 0);
  const Entry first = entry_of(frontier.next(kStart));
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart)).time, kStart + 10s);
  const Entry second = entry_of(frontier.next(kStart + 10s));
  EXPECT_NE(second.origin, first.origin);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart + 20s)));
  frontier.release(second, kStart + 1min);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 20s)).time, kStart + 1min);
}

// ---- robots.txt ---------------------------------------------------------------------------------

Frontier::Options with_robots(std::chrono::milliseconds delay = 0ms) {
  Frontier::Options options = plain();
  options.robots = true;
  options.delay = delay;
  return options;
}

TEST(FrontierRobots, ComesBeforeTheFirstPageOfEachOrigin) {
  Frontier frontier(with_robots(), admit_all);
  frontier.add("https://a.example:8443/x", 0);
  const Entry robots = entry_of(frontier.next(kStart));
  EXPECT_EQ(robots.kind, Entry::Kind::kRobots);
  EXPECT_EQ(robots.url, "https://a.example:8443/robots.txt");
  EXPECT_EQ(robots.id, kNoUrl);
  EXPECT_EQ(frontier.queued(), 1u);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart + 1h)));
  frontier.release(robots);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart + 1h)));
  EXPECT_EQ(frontier.unfinished(), 1u);
  frontier.robots_known(robots.robots_of, {});
  EXPECT_EQ(frontier.unfinished(), 0u);
  const Entry page = entry_of(frontier.next(kStart));
  EXPECT_EQ(page.kind, Entry::Kind::kPage);
  EXPECT_EQ(page.url, "https://a.example:8443/x");
}

TEST(FrontierRobots, IsNotAskedOfAHostWithoutAPageToFetch) {
  Frontier frontier(with_robots(),
                    [](const parser::Url&, std::uint16_t) { return Reason::kExcluded; });
  frontier.add("https://a.example/x", 0);
  EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(frontier.next(kStart)));
}

TEST(FrontierRobots, IsNotAskedWhereItIsKnown) {
  Frontier frontier(with_robots(), admit_all);
  frontier.restore_host(HostId{1}, "a.example", 0);
  frontier.restore_origin(OriginId{1}, HostId{1}, "https://a.example");
  frontier.robots_known(OriginId{1}, {});
  frontier.add("https://a.example/x", 0);
  EXPECT_EQ(entry_of(frontier.next(kStart)).kind, Entry::Kind::kPage);
}

TEST(FrontierRobots, CountsAsARequestToItsHost) {
  Frontier frontier(with_robots(2s), admit_all);
  frontier.add("https://a.example/x", 0);
  const Entry robots = entry_of(frontier.next(kStart));
  frontier.release(robots);
  frontier.robots_known(robots.robots_of, {});
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 1s)).time, kStart + 2s);
}

TEST(FrontierRobots, CrawlDelayLengthensTheDelayAndNeverShortensIt) {
  for (const auto& [asked, in_force] : {std::pair{5s, 5s}, {1s, 2s}}) {
    Frontier frontier(with_robots(2s), admit_all);
    frontier.add("https://a.example/x", 0);
    frontier.add("https://a.example/y", 0);
    const Entry robots = entry_of(frontier.next(kStart));
    frontier.release(robots);
    frontier.robots_known(robots.robots_of, rules("Crawl-delay: " + std::to_string(asked.count())));
    EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart)).time, kStart + in_force);
    entry_of(frontier.next(kStart + in_force));
    EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + in_force)).time,
              kStart + 2 * in_force);
  }
}

// Takes the robots entry that is next, answers it, and its origin's pages may go.
void answer_robots(Frontier& frontier, RobotsAccess access, Time now = kStart) {
  const Entry robots = entry_of(frontier.next(now));
  ASSERT_EQ(robots.kind, Entry::Kind::kRobots);
  frontier.release(robots);
  frontier.robots_known(robots.robots_of, std::move(access));
}

TEST(FrontierRobots, CrawlDelayOfOneOriginHoldsForItsHostAndTheLongestWins) {
  Frontier frontier(with_robots(1s), admit_all);
  frontier.add("http://a.example/", 0);
  frontier.add("https://a.example/", 0);
  answer_robots(frontier, rules("Crawl-delay: 5"));
  entry_of(frontier.next(kStart + 5s));
  answer_robots(frontier, rules("Crawl-delay: 3"), kStart + 10s);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 10s)).time, kStart + 15s);
}

TEST(FrontierRobots, IsAskedOfEachOriginOfAHost) {
  Frontier frontier(with_robots(), admit_all);
  frontier.add("http://a.example/", 0);
  frontier.add("https://a.example/", 0);
  answer_robots(frontier, rules("Disallow: /x"));
  EXPECT_EQ(entry_of(frontier.next(kStart)).url, "http://a.example/");
  EXPECT_EQ(entry_of(frontier.next(kStart)).url, "https://a.example/robots.txt");
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart)));
}

TEST(FrontierRobots, IsTriedAgain) {
  Frontier frontier(with_robots(), admit_all);
  frontier.add("http://a.example/x", 0);
  const Entry robots = entry_of(frontier.next(kStart));
  frontier.release(robots, kStart + 1s);
  frontier.retry(robots);
  EXPECT_EQ(frontier.unfinished(), 1u);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart)).time, kStart + 1s);
  const Entry again = entry_of(frontier.next(kStart + 1s));
  EXPECT_EQ(again.kind, Entry::Kind::kRobots);
  EXPECT_EQ(again.url, "http://a.example/robots.txt");
  EXPECT_EQ(again.attempt, 2);
}

TEST(FrontierRobots, WhatItForbidsIsDeniedAndCostsItsHostNoSlotAndNoTime) {
  Frontier::Options options = with_robots(10s);
  options.per_host = 1;
  Frontier frontier(options, admit_all);
  for (const char* path : {"no/1", "no/2", "yes", "no/3"})
    frontier.add(std::string("http://a.example/") + path, 0);
  answer_robots(frontier, rules("Disallow: /no"));
  const Time due = kStart + 10s;
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart)).time, due);
  for (const UrlId id : {UrlId{1}, UrlId{2}}) {
    const Frontier::Next next = frontier.next(due);
    const auto* denied = std::get_if<Frontier::Denied>(&next);
    ASSERT_NE(denied, nullptr) << next.index();
    EXPECT_EQ(denied->entry.id, id);
    EXPECT_EQ(denied->decision.reason, Reason::kRobotsDisallowed);
    EXPECT_EQ(denied->decision.detail, "line 2: Disallow: /no");
    frontier.done(denied->entry);
  }
  const Entry allowed = entry_of(frontier.next(due));
  EXPECT_EQ(allowed.url, "http://a.example/yes");
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(due))) << "its slot is taken";
  frontier.release(allowed);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(due)).time, due + 10s);
}

TEST(FrontierRobots, HostsTakeTurnsWithWhatIsDenied) {
  Frontier frontier(with_robots(), admit_all);
  for (int host = 0; host < 2; ++host)
    for (int page = 0; page < 2; ++page) frontier.add(url(host, page), 0);
  for (int host = 0; host < 2; ++host) answer_robots(frontier, unreachable(Reason::kConnectFailed));
  std::vector<std::uint32_t> hosts;
  for (int i = 0; i < 4; ++i)
    hosts.push_back(to_number(std::get<Frontier::Denied>(frontier.next(kStart + 1s)).entry.host));
  EXPECT_THAT(hosts, ElementsAre(1, 2, 1, 2));
}

// ---- robots.txt that is redirected, RFC 9309 section 2.3.1.2 ------------------------------------

TEST(FrontierRobotsRedirect, MeetsTheScheduleOfTheHostThatItGoesTo) {
  Frontier::Options options = with_robots(500ms);
  options.per_host = 2;
  Frontier frontier(options, admit_all);
  for (int host = 0; host < 5; ++host) frontier.add(url(host, 0), 0);
  std::vector<Entry> asked;
  for (int host = 0; host < 5; ++host) asked.push_back(entry_of(frontier.next(kStart)));
  bool is_new = true;
  for (const Entry& robots : asked) {
    frontier.release(robots);
    const Place place = frontier.redirect_robots(robots, 301, "https://target.example/robots.txt");
    EXPECT_EQ(place.host, HostId{6});
    EXPECT_EQ(place.new_host, is_new);
    EXPECT_EQ(place.new_origin, is_new);
    is_new = false;
  }
  const Entry first = entry_of(frontier.next(kStart));
  EXPECT_EQ(first.host, HostId{6});
  EXPECT_EQ(first.url, "https://target.example/robots.txt");
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart)).time, kStart + 500ms);
  entry_of(frontier.next(kStart + 500ms));
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart + 1h)));
  frontier.release(first);
  EXPECT_EQ(entry_of(frontier.next(kStart + 1h)).host, HostId{6});
}

TEST(FrontierRobotsRedirect, GoesBeforeTheHostsOwnUrlsAndBeforeItsOwnRobotsTxtIsKnown) {
  Frontier frontier(with_robots(), admit_all);
  frontier.add("http://a.example/", 0);
  frontier.add("http://b.example/", 0);
  const Entry a = entry_of(frontier.next(kStart));
  const Entry b = entry_of(frontier.next(kStart));
  frontier.release(a);
  frontier.release(b);
  // Each leads to the other host.
  frontier.redirect_robots(a, 301, "http://b.example/of-a.txt");
  frontier.redirect_robots(b, 301, "http://a.example/of-b.txt");
  EXPECT_EQ(frontier.unfinished(), 2u);
  const Entry to_b = entry_of(frontier.next(kStart));
  EXPECT_EQ(to_b.url, "http://b.example/of-a.txt");
  EXPECT_EQ(to_b.robots_of, a.origin);
  EXPECT_EQ(entry_of(frontier.next(kStart)).url, "http://a.example/of-b.txt");
}

TEST(FrontierRobotsRedirect, ItsRulesAndCrawlDelayBindTheOriginThatWasAsked) {
  Frontier frontier(with_robots(1s), admit_all);
  frontier.add("http://a.example/no", 0);
  frontier.add("http://a.example/yes", 0);
  const Entry robots = entry_of(frontier.next(kStart));
  frontier.release(robots);
  frontier.redirect_robots(robots, 301, "http://b.example/robots.txt");
  const Entry hop = entry_of(frontier.next(kStart));
  EXPECT_EQ(hop.redirects, 1);
  frontier.release(hop);
  frontier.robots_known(hop.robots_of, rules("Disallow: /no\nCrawl-delay: 7"));
  frontier.add("http://b.example/no", 0);
  EXPECT_EQ(entry_of(frontier.next(kStart + 1s)).url, "http://b.example/robots.txt")
      << "its own is another question";
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 1s)).time, kStart + 7s);
  EXPECT_TRUE(std::holds_alternative<Frontier::Denied>(frontier.next(kStart + 7s)));
  EXPECT_EQ(entry_of(frontier.next(kStart + 7s)).url, "http://a.example/yes");
}

TEST(FrontierRobotsRedirect, IsKeptHopByHop) {
  Frontier frontier(with_robots(), admit_all);
  frontier.add("http://a.example/", 0);
  Entry robots = entry_of(frontier.next(kStart));
  frontier.release(robots);
  frontier.redirect_robots(robots, 301, "https://a.example/robots.txt");
  robots = entry_of(frontier.next(kStart));
  frontier.release(robots);
  frontier.retry(robots);
  robots = entry_of(frontier.next(kStart));
  EXPECT_EQ(robots.attempt, 2);
  frontier.release(robots);
  frontier.redirect_robots(robots, 308, "http://b.example/r");
  EXPECT_EQ(entry_of(frontier.next(kStart)).attempt, 1);
  std::vector<std::string> hops;
  for (const storage::RobotsRedirect& hop : frontier.robots_redirects(OriginId{1}))
    hops.push_back(std::to_string(hop.status) + " " + hop.url);
  EXPECT_THAT(hops, ElementsAre("301 https://a.example/robots.txt", "308 http://b.example/r"));
}

// ---- The budget is spent ------------------------------------------------------------------------

TEST(FrontierBudget, NoPageAndNoRobotsTxtThatWasNotAskedIsHandedOutAnyMore) {
  Frontier frontier(with_robots(), admit_all);
  for (int host = 0; host < 2; ++host) frontier.add(url(host, 0), 0);
  answer_robots(frontier, {});
  frontier.stop_new_pages();
  EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(frontier.next(kStart)));
  frontier.add(url(2, 0), 0);
  EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(frontier.next(kStart)));
  EXPECT_EQ(frontier.queued(), 3u);
}

TEST(FrontierBudget, UrlsOfAnOriginThatCannotBeReachedAreDeniedHoweverLateThatIsKnown) {
  File file;
  {
    Frontier earlier(plain(), admit_all);
    for (int page = 0; page < 30; ++page) file.add(earlier, url(0, page));
  }
  Frontier::Options options = with_robots();
  options.max_in_memory = 0;
  Frontier frontier(options, admit_all);
  file.resume(frontier);
  const auto next = [&] {
    Frontier::Next answer = frontier.next(kStart + 1h);
    while (const auto* refill = std::get_if<Frontier::Refill>(&answer)) {
      frontier.restore(refill->range, file.read(refill->range));
      answer = frontier.next(kStart + 1h);
    }
    return answer;
  };
  const Entry robots = entry_of(next());
  frontier.stop_new_pages();
  frontier.release(robots, kStart + 1s);
  frontier.retry(robots);
  const Entry again = entry_of(next());
  EXPECT_EQ(again.attempt, 2) << "what was asked is followed to its answer";
  frontier.release(again);
  frontier.robots_known(again.robots_of, unreachable(Reason::kConnectFailed));
  for (UrlId id{1}; id <= UrlId{30}; ++id) {
    const Frontier::Next answer = next();
    const auto* denied = std::get_if<Frontier::Denied>(&answer);
    ASSERT_NE(denied, nullptr) << answer.index();
    EXPECT_EQ(denied->entry.id, id);
    EXPECT_EQ(denied->decision.state, State::kFailed);
    file.finish(id);
    frontier.done(denied->entry);
  }
  EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(next()));
  EXPECT_EQ(frontier.queued(), 0u);
}

// ---- Found again at a lesser depth --------------------------------------------------------------

TEST(FrontierTooDeep, IsRequeuedWhenFoundNearerToASeed) {
  Frontier frontier(plain(), up_to_depth(2));
  const Frontier::Added deep = frontier.add(url(0, 0), 3);
  EXPECT_EQ(deep.reason, Reason::kTooDeep);
  EXPECT_FALSE(frontier.add(url(0, 0), 3).is_new);
  const Frontier::Added requeued = frontier.add(url(0, 0), 2);
  EXPECT_EQ(requeued.id, deep.id);
  EXPECT_EQ(requeued.place.host, deep.place.host);
  EXPECT_TRUE(requeued.is_new);
  EXPECT_TRUE(requeued.requeued);
  EXPECT_FALSE(deep.requeued);
  EXPECT_FALSE(requeued.place.new_host);
  EXPECT_EQ(requeued.state, State::kQueued);
  EXPECT_EQ(requeued.reason, Reason::kNone);
  EXPECT_FALSE(frontier.add(url(0, 0), 1).is_new);
  EXPECT_EQ(entry_of(frontier.next(kStart)).depth, 2);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart)));
  EXPECT_EQ(frontier.seen(), 1u);
}

TEST(FrontierTooDeep, IsNotRequeuedByALesserDepthThatIsTooDeepAsWell) {
  Frontier frontier(plain(), up_to_depth(2));
  frontier.add(url(0, 0), 9);
  EXPECT_FALSE(frontier.add(url(0, 0), 5).is_new);
  EXPECT_EQ(frontier.queued(), 0u);
  EXPECT_TRUE(frontier.add(url(0, 0), 0).is_new);
}

TEST(FrontierTooDeep, IsRequeuedAfterTheCrawlWentOn) {
  Frontier frontier(plain(), up_to_depth(2));
  frontier.restore_host(HostId{1}, "h0.example", 0);
  frontier.restore_origin(OriginId{1}, HostId{1}, "https://h0.example");
  frontier.restore_seen(UrlId{7}, url(0, 0), 3, Reason::kTooDeep);
  frontier.restore_seen(UrlId{8}, url(0, 1), 3, Reason::kExcluded);
  const Frontier::Added requeued = frontier.add(url(0, 0), 1);
  EXPECT_EQ(requeued.id, UrlId{7});
  EXPECT_EQ(requeued.place.host, HostId{1});
  EXPECT_TRUE(requeued.is_new);
  EXPECT_FALSE(frontier.add(url(0, 1), 1).is_new);
}

}  // namespace
}  // namespace crawler
