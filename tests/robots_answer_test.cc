// What each answer to a request for robots.txt means for its origin (RFC 9309 section 2.3.1).
#include "crawler/crawl/robots_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crawler {
namespace {

using namespace std::chrono_literals;
using storage::Reason;
using storage::State;

constexpr OriginId kOrigin{3};
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

class RobotsAnswerTest : public testing::Test {
 protected:
  storage::RobotsUpdate take(const FetchResult& result) {
    access_ = robots_access_of(result, "weft/1.0 (+https://a.example/)");
    return robots_update_of(kOrigin, result, {});
  }
  Reason reason(std::string_view url = kUrl) const { return access_.check(url).reason; }

  RobotsAccess access_;
};

TEST_F(RobotsAnswerTest, AnOriginThatWasNotAskedYetForbidsNothing) {
  EXPECT_EQ(reason(), Reason::kNone);
  EXPECT_EQ(access_.crawl_delay(), 0ms);
}

TEST_F(RobotsAnswerTest, Section2_3_1_1_A2xxIsReadAndTheLineThatDecidesIsNamed) {
  const storage::RobotsUpdate update =
      take(answer(200, "User-agent: *\nDisallow: /private/\nCrawl-delay: 2"));
  EXPECT_EQ(update.origin, kOrigin);
  EXPECT_EQ(update.status, 200);
  EXPECT_EQ(update.error, "");
  EXPECT_THAT(update.body, testing::HasSubstr("Disallow"));
  EXPECT_EQ(update.fetched_at, 17);
  const RobotsAccess::Decision access = access_.check(kUrl);
  EXPECT_EQ(access.state, State::kSkipped);
  EXPECT_EQ(access.reason, Reason::kRobotsDisallowed);
  EXPECT_THAT(access.detail, testing::StartsWith("line 2: "));
  EXPECT_EQ(reason("http://a.example/public"), Reason::kNone);
  EXPECT_EQ(access_.crawl_delay(), 2s);
}

TEST_F(RobotsAnswerTest, TheGroupIsFoundByTheUserAgentsProductToken) {
  take(answer(200, "User-agent: *\nDisallow: /\n\nUser-agent: WEFT\nAllow: /"));
  EXPECT_EQ(reason(), Reason::kNone);
}

TEST_F(RobotsAnswerTest, Section2_3_1_3_A4xxOrALastRedirectMeansThatThereIsNone) {
  for (const int status : {400, 401, 403, 404, 410, 451, 301, 302}) {
    const auto update = take(answer(status, "User-agent: *\nDisallow: /"));
    EXPECT_EQ(reason(), Reason::kNone) << status;
    EXPECT_EQ(update.status, status);
    EXPECT_EQ(update.body, "") << "not a robots.txt";
  }
}

TEST_F(RobotsAnswerTest, Section2_3_1_4_A5xxForbidsAllAndSoDoesA429) {
  for (const int status : {500, 502, 503, 429}) {
    take(answer(status));
    const RobotsAccess::Decision access = access_.check(kUrl);
    EXPECT_EQ(access.state, State::kSkipped) << status;
    EXPECT_EQ(access.reason, Reason::kRobotsUnreachable) << status;
    EXPECT_EQ(access.detail, "robots.txt: status " + std::to_string(status));
  }
}

TEST_F(RobotsAnswerTest, WhereNothingAnswersThePagesFailWithTheSameWord) {
  for (const Reason error : {Reason::kNameNotResolved, Reason::kConnectFailed,
                             Reason::kBadCertificate, Reason::kTotalTimeout}) {
    const auto update = take(failure(error));
    EXPECT_EQ(update.status, 0);
    EXPECT_EQ(update.error, storage::to_string(error));
    const RobotsAccess::Decision access = access_.check(kUrl);
    EXPECT_EQ(access.state, State::kFailed);
    EXPECT_EQ(access.reason, error);
    EXPECT_EQ(access.detail, "robots.txt: said the library");
  }
}

TEST_F(RobotsAnswerTest, AFileTooLargeToBeARobotsTxtForbidsNothing) {
  const auto update = take(failure(Reason::kBodyTooLarge));
  EXPECT_EQ(update.error, "body_too_large");
  EXPECT_EQ(reason(), Reason::kNone);
}

TEST_F(RobotsAnswerTest, OfALongFileAsMuchIsKeptAsIsRead) {
  const std::string rule = "User-agent: *\nDisallow: /private/\n";
  const auto update = take(answer(200, rule + std::string(2 * parser::kMaxRobotsBytes, '#')));
  EXPECT_EQ(update.body.size(), parser::kMaxRobotsBytes);
  EXPECT_EQ(reason(), Reason::kRobotsDisallowed);
}

TEST_F(RobotsAnswerTest, SitemapsAreThoseOfAFileThatWasHad) {
  EXPECT_TRUE(access_.sitemaps().empty());
  take(answer(200, "User-agent: other\nSitemap: http://a.example/s.xml"));
  EXPECT_TRUE(access_.reachable());
  EXPECT_THAT(access_.sitemaps(), testing::ElementsAre("http://a.example/s.xml"));
  take(answer(404, "Sitemap: http://a.example/s.xml"));
  EXPECT_TRUE(access_.reachable());
  EXPECT_TRUE(access_.sitemaps().empty());
  take(answer(500));
  EXPECT_FALSE(access_.reachable());
}

TEST_F(RobotsAnswerTest, TheLatestAnswerReplacesTheOneBefore) {
  take(answer(503));
  take(answer(200, "User-agent: *\nDisallow: /private/"));
  EXPECT_EQ(reason("http://a.example/"), Reason::kNone);
  EXPECT_EQ(reason(), Reason::kRobotsDisallowed);
  take(answer(404));
  EXPECT_EQ(reason(), Reason::kNone);
}

}  // namespace
}  // namespace crawler
