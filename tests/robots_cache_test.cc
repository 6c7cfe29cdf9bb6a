// What each answer to a request for robots.txt means for its host (RFC 9309 section 2.3.1).
#include "crawler/crawl/robots_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crawler {
namespace {

using namespace std::chrono_literals;
using storage::Reason;
using storage::State;

constexpr HostId kHost = 3;
constexpr std::string_view kUrl = "http://a.example/private/x?q";

FetchResult answer(int status, const std::string& body = {}) {
  FetchResult result;
  result.status = status;
  result.body = std::make_shared<const std::string>(body);
  result.started_at = 17;
  return result;
}

FetchResult failure(Reason reason) {
  FetchResult result;
  result.error = reason;
  result.error_detail = "said the library";
  return result;
}

class RobotsCacheTest : public testing::Test {
 protected:
  Reason reason(std::string_view url = kUrl) const { return cache_.check(kHost, url).reason; }

  RobotsCache cache_{"weft/1.0 (+https://a.example/)"};
};

TEST_F(RobotsCacheTest, AHostThatWasNotAskedYetForbidsNothing) {
  EXPECT_EQ(reason(), Reason::kNone);
  EXPECT_EQ(cache_.crawl_delay(kHost), 0ms);
}

TEST_F(RobotsCacheTest, Section2_3_1_1_A2xxIsReadAndTheLineThatDecidesIsNamed) {
  const storage::HostUpdate update =
      cache_.store(kHost, answer(200, "User-agent: *\nDisallow: /private/\nCrawl-delay: 2"));
  EXPECT_EQ(update.id, kHost);
  EXPECT_EQ(update.robots_status, 200);
  EXPECT_EQ(update.robots_error, "");
  EXPECT_THAT(update.robots_body, testing::HasSubstr("Disallow"));
  EXPECT_EQ(update.robots_fetched_at, 17);
  const RobotsAccess::Decision access = cache_.check(kHost, kUrl);
  EXPECT_EQ(access.state, State::kSkipped);
  EXPECT_EQ(access.reason, Reason::kRobotsDisallowed);
  EXPECT_THAT(access.detail, testing::StartsWith("line 2: "));
  EXPECT_EQ(reason("http://a.example/public"), Reason::kNone);
  EXPECT_EQ(cache_.crawl_delay(kHost), 2s);
}

TEST_F(RobotsCacheTest, TheGroupIsFoundByTheUserAgentsProductToken) {
  cache_.store(kHost, answer(200, "User-agent: *\nDisallow: /\n\nUser-agent: WEFT\nAllow: /"));
  EXPECT_EQ(reason(), Reason::kNone);
}

TEST_F(RobotsCacheTest, OneHostsRulesAreNoOthers) {
  cache_.store(kHost, answer(200, "User-agent: *\nDisallow: /"));
  EXPECT_EQ(cache_.check(kHost - 1, kUrl).reason, Reason::kNone);
  EXPECT_EQ(cache_.check(kHost + 1, kUrl).reason, Reason::kNone);
}

TEST_F(RobotsCacheTest, Section2_3_1_3_A4xxOrALastRedirectMeansThatThereIsNone) {
  for (const int status : {400, 401, 403, 404, 410, 451, 301, 302}) {
    const auto update = cache_.store(kHost, answer(status, "User-agent: *\nDisallow: /"));
    EXPECT_EQ(reason(), Reason::kNone) << status;
    EXPECT_EQ(update.robots_status, status);
    EXPECT_EQ(update.robots_body, "") << "not a robots.txt";
  }
}

TEST_F(RobotsCacheTest, Section2_3_1_4_A5xxForbidsAllAndSoDoesA429) {
  for (const int status : {500, 502, 503, 429}) {
    cache_.store(kHost, answer(status));
    const RobotsAccess::Decision access = cache_.check(kHost, kUrl);
    EXPECT_EQ(access.state, State::kSkipped) << status;
    EXPECT_EQ(access.reason, Reason::kRobotsUnreachable) << status;
    EXPECT_EQ(access.detail, "robots.txt: status " + std::to_string(status));
  }
}

TEST_F(RobotsCacheTest, WhereNothingAnswersThePagesFailWithTheSameWord) {
  for (const Reason error : {Reason::kNameNotResolved, Reason::kConnectFailed,
                             Reason::kBadCertificate, Reason::kTotalTimeout}) {
    const auto update = cache_.store(kHost, failure(error));
    EXPECT_EQ(update.robots_status, 0);
    EXPECT_EQ(update.robots_error, storage::to_string(error));
    const RobotsAccess::Decision access = cache_.check(kHost, kUrl);
    EXPECT_EQ(access.state, State::kFailed);
    EXPECT_EQ(access.reason, error);
    EXPECT_EQ(access.detail, "robots.txt: said the library");
  }
}

TEST_F(RobotsCacheTest, AFileTooLargeToBeARobotsTxtForbidsNothing) {
  const auto update = cache_.store(kHost, failure(Reason::kBodyTooLarge));
  EXPECT_EQ(update.robots_error, "body_too_large");
  EXPECT_EQ(reason(), Reason::kNone);
}

TEST_F(RobotsCacheTest, OfALongFileAsMuchIsKeptAsIsRead) {
  const std::string rule = "User-agent: *\nDisallow: /private/\n";
  const auto update =
      cache_.store(kHost, answer(200, rule + std::string(2 * parser::kMaxRobotsBytes, '#')));
  EXPECT_EQ(update.robots_body.size(), parser::kMaxRobotsBytes);
  EXPECT_EQ(reason(), Reason::kRobotsDisallowed);
}

TEST_F(RobotsCacheTest, SitemapsAreThoseOfAFileThatWasHad) {
  EXPECT_FALSE(cache_.reachable(kHost)) << "not asked for yet";
  EXPECT_TRUE(cache_.sitemaps(kHost).empty());
  cache_.store(kHost, answer(200, "User-agent: other\nSitemap: http://a.example/s.xml"));
  EXPECT_TRUE(cache_.reachable(kHost));
  EXPECT_THAT(cache_.sitemaps(kHost), testing::ElementsAre("http://a.example/s.xml"));
  cache_.store(kHost, answer(404, "Sitemap: http://a.example/s.xml"));
  EXPECT_TRUE(cache_.reachable(kHost));
  EXPECT_TRUE(cache_.sitemaps(kHost).empty());
  cache_.store(kHost, answer(500));
  EXPECT_FALSE(cache_.reachable(kHost));
}

TEST_F(RobotsCacheTest, TheLatestAnswerReplacesTheOneBefore) {
  cache_.store(kHost, answer(503));
  cache_.store(kHost, answer(200, "User-agent: *\nDisallow: /private/"));
  EXPECT_EQ(reason("http://a.example/"), Reason::kNone);
  EXPECT_EQ(reason(), Reason::kRobotsDisallowed);
  cache_.store(kHost, answer(404));
  EXPECT_EQ(reason(), Reason::kNone);
}

}  // namespace
}  // namespace crawler
