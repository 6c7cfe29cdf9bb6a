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
  EXPECT_EQ(first.id, 1u);
  EXPECT_EQ(second.id, 2u);
  EXPECT_EQ(third.id, 3u);
  EXPECT_TRUE(first.is_new && second.is_new && third.is_new);
  EXPECT_TRUE(first.new_host);
  EXPECT_FALSE(second.new_host);
  EXPECT_TRUE(third.new_host);
  EXPECT_EQ(second.host, 1u);
  EXPECT_EQ(third.host, 2u);
  EXPECT_EQ(frontier.origin(2), "https://b.example");
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

TEST(Frontier, KeepsHttpAndHttpsAndOtherPortsApart) {
  Frontier frontier(plain(), admit_all);
  frontier.add("https://a.example/", 0);
  frontier.add("http://a.example/", 0);
  frontier.add("http://a.example:8080/", 0);
  EXPECT_EQ(frontier.hosts(), 3u);
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
    EXPECT_EQ(added.id, 0u) << bad;
    EXPECT_FALSE(added.is_new) << bad;
  }
  EXPECT_EQ(frontier.seen(), 0u);
}

TEST(Frontier, NumbersAndDoesNotQueueWhatIsNotAdmitted) {
  Frontier frontier(plain(), [](const parser::Url&, std::uint16_t) { return Reason::kOutOfScope; });
  const Frontier::Added added = frontier.add("https://a.example/", 0);
  EXPECT_EQ(added.id, 1u);
  EXPECT_TRUE(added.is_new);
  EXPECT_TRUE(added.new_host);
  EXPECT_EQ(added.state, State::kSkipped);
  EXPECT_EQ(added.reason, Reason::kOutOfScope);
  EXPECT_EQ(frontier.add("https://a.example/", 0).id, 1u);
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
  std::vector<HostId> hosts;
  for (int i = 0; i < 12; ++i) hosts.push_back(entry_of(frontier.next(kStart)).host);
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
    old_ones += entry_of(frontier.next(now += 1ms)).host == 1;
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
  frontier.release(first);  // being parsed, not settled: the slot is free
  entry_of(frontier.next(kStart));
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart)));
  EXPECT_EQ(frontier.unsettled(), 3u);
}

TEST(FrontierPoliteness, AHostThatAsksForAPauseGetsItAndOthersGoOn) {
  Frontier frontier(plain(), admit_all);
  for (int page = 0; page < 2; ++page) frontier.add(url(0, page), 0);
  const Entry entry = entry_of(frontier.next(kStart));
  frontier.release(entry, kStart + 30s);
  frontier.retry(entry);
  frontier.add(url(1, 0), 0);
  EXPECT_EQ(entry_of(frontier.next(kStart)).host, 2u);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 1s)).time, kStart + 30s);
  const Entry again = entry_of(frontier.next(kStart + 30s));
  EXPECT_EQ(again.id, entry.id);
  EXPECT_EQ(again.attempt, 2);
}

TEST(FrontierPoliteness, AnEntryThatWasNotSentCostsItsHostNoTime) {
  Frontier::Options options = plain();
  options.delay = 10s;
  Frontier frontier(options, admit_all);
  for (int page = 0; page < 3; ++page) frontier.add(url(0, page), 0);
  const Entry unsent = entry_of(frontier.next(kStart));
  frontier.release_unsent(unsent, kStart + 1ms);
  frontier.done(unsent);
  entry_of(frontier.next(kStart + 1ms));
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 2ms)).time, kStart + 10s + 1ms);
}

TEST(FrontierPoliteness, AnEntryThatWasNotSentGivesNoTimeBackThatAnotherHasTaken) {
  Frontier::Options options = plain();
  options.delay = 10s;
  Frontier frontier(options, admit_all);
  for (int page = 0; page < 3; ++page) frontier.add(url(0, page), 0);
  const Entry unsent = entry_of(frontier.next(kStart));
  entry_of(frontier.next(kStart + 10s));
  frontier.release_unsent(unsent, kStart + 11s);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 11s)).time, kStart + 20s);
}

TEST(FrontierPoliteness, AnEntryThatWasNotSentDoesNotEndThePauseOfItsHost) {
  Frontier frontier(plain(), admit_all);
  for (int page = 0; page < 3; ++page) frontier.add(url(0, page), 0);
  const Entry limited = entry_of(frontier.next(kStart));
  const Entry unsent = entry_of(frontier.next(kStart));
  frontier.release(limited, kStart + 5s);
  frontier.release_unsent(unsent, kStart);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart)).time, kStart + 5s);
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
  EXPECT_EQ(robots.id, 0u);
  EXPECT_EQ(frontier.queued(), 1u);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart + 1h)));
  frontier.release(robots);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart + 1h)));
  EXPECT_EQ(frontier.unsettled(), 1u);
  frontier.robots_known(robots.host);
  EXPECT_EQ(frontier.unsettled(), 0u);
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

TEST(FrontierRobots, IsNotAskedWhereTheFileKnowsIt) {
  Frontier frontier(with_robots(), admit_all);
  frontier.restore_host(1, "https://a.example", 0);
  frontier.robots_known(1);
  frontier.add("https://a.example/x", 0);
  EXPECT_EQ(entry_of(frontier.next(kStart)).kind, Entry::Kind::kPage);
}

TEST(FrontierRobots, CountsAsARequestToItsHost) {
  Frontier frontier(with_robots(2s), admit_all);
  frontier.add("https://a.example/x", 0);
  const Entry robots = entry_of(frontier.next(kStart));
  frontier.release(robots);
  frontier.robots_known(robots.host);
  EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + 1s)).time, kStart + 2s);
}

TEST(FrontierRobots, CrawlDelayLengthensTheDelayAndNeverShortensIt) {
  for (const auto& [asked, in_force] : {std::pair{5s, 5s}, {1s, 2s}}) {
    Frontier frontier(with_robots(2s), admit_all);
    frontier.add("https://a.example/x", 0);
    frontier.add("https://a.example/y", 0);
    const Entry robots = entry_of(frontier.next(kStart));
    frontier.release(robots);
    frontier.robots_known(robots.host, asked);
    EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart)).time, kStart + in_force);
    entry_of(frontier.next(kStart + in_force));
    EXPECT_EQ(std::get<Frontier::WaitUntil>(frontier.next(kStart + in_force)).time,
              kStart + 2 * in_force);
  }
}

TEST(FrontierRobots, IsTriedAgainAndMayHaveBeenRedirected) {
  Frontier frontier(with_robots(), admit_all);
  frontier.add("http://a.example/x", 0);
  Entry robots = entry_of(frontier.next(kStart));
  frontier.release(robots);
  robots.url = "https://a.example/robots.txt";
  frontier.retry(robots);
  const Entry again = entry_of(frontier.next(kStart));
  EXPECT_EQ(again.kind, Entry::Kind::kRobots);
  EXPECT_EQ(again.url, "https://a.example/robots.txt");
  EXPECT_EQ(again.attempt, 2);
  EXPECT_EQ(again.host, robots.host);
  frontier.release(again);
  frontier.robots_known(again.host);
  EXPECT_EQ(entry_of(frontier.next(kStart)).kind, Entry::Kind::kPage);
}

// ---- Found again at a lesser depth --------------------------------------------------------------

TEST(FrontierTooDeep, IsRevivedWhenFoundNearerToASeed) {
  Frontier frontier(plain(), up_to_depth(2));
  const Frontier::Added deep = frontier.add(url(0, 0), 3);
  EXPECT_EQ(deep.reason, Reason::kTooDeep);
  EXPECT_FALSE(frontier.add(url(0, 0), 3).is_new);
  const Frontier::Added revived = frontier.add(url(0, 0), 2);
  EXPECT_EQ(revived.id, deep.id);
  EXPECT_EQ(revived.host, deep.host);
  EXPECT_TRUE(revived.is_new);
  EXPECT_TRUE(revived.revived);
  EXPECT_FALSE(deep.revived);
  EXPECT_FALSE(revived.new_host);
  EXPECT_EQ(revived.state, State::kQueued);
  EXPECT_EQ(revived.reason, Reason::kNone);
  EXPECT_FALSE(frontier.add(url(0, 0), 1).is_new);
  EXPECT_EQ(entry_of(frontier.next(kStart)).depth, 2);
  EXPECT_TRUE(std::holds_alternative<Frontier::Busy>(frontier.next(kStart)));
  EXPECT_EQ(frontier.seen(), 1u);
}

TEST(FrontierTooDeep, IsNotRevivedByALesserDepthThatIsTooDeepAsWell) {
  Frontier frontier(plain(), up_to_depth(2));
  frontier.add(url(0, 0), 9);
  EXPECT_FALSE(frontier.add(url(0, 0), 5).is_new);
  EXPECT_EQ(frontier.queued(), 0u);
  EXPECT_TRUE(frontier.add(url(0, 0), 0).is_new);
}

TEST(FrontierTooDeep, IsRevivedAfterTheCrawlWentOn) {
  Frontier frontier(plain(), up_to_depth(2));
  frontier.restore_host(1, "https://h0.example", 0);
  frontier.restore_seen(7, url(0, 0), 3, Reason::kTooDeep);
  frontier.restore_seen(8, url(0, 1), 3, Reason::kExcluded);
  const Frontier::Added revived = frontier.add(url(0, 0), 1);
  EXPECT_EQ(revived.id, 7u);
  EXPECT_EQ(revived.host, 1u);
  EXPECT_TRUE(revived.is_new);
  EXPECT_FALSE(frontier.add(url(0, 1), 1).is_new);
}

}  // namespace
}  // namespace crawler
