#include "crawler/crawl/verdict.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace crawler {
namespace {

using namespace std::chrono_literals;
using parser::DocumentKind;
using storage::Reason;
using storage::State;
using Action = Verdict::Action;

constexpr unsigned kAttempts = 3;
constexpr storage::WallTime kNow = 784'111'777'000'000;  // Sun, 06 Nov 1994 08:49:37 GMT

FetchResult answered(int status, std::string content_type = "text/html",
                     std::string body = "<p>hello") {
  FetchResult result;
  result.request.entry.url = "http://a.example/dir/page";
  result.status = status;
  result.content_type = std::move(content_type);
  result.body = std::make_shared<const std::string>(std::move(body));
  result.started_at = kNow;
  return result;
}

FetchResult failed(Reason error) {
  FetchResult result;
  result.request.entry.url = "http://a.example/dir/page";
  result.error = error;
  result.error_detail = "what libcurl said";
  return result;
}

TEST(Verdict, HtmlIsParsedAsAPage) {
  EXPECT_EQ(judge(answered(200), kAttempts).document, DocumentKind::kPage);
  EXPECT_EQ(judge(answered(203, "Application/XHTML+XML ;charset=utf-8"), kAttempts).document,
            DocumentKind::kPage);
}

TEST(Verdict, WhatIsNotHtmlIsKeptUnparsed) {
  for (const char* type : {"image/png", "text/plain", "application/xml", "text/html5"}) {
    const Verdict verdict = judge(answered(200, type), kAttempts);
    EXPECT_EQ(verdict.action, Action::kFinish) << type;
    EXPECT_EQ(verdict.reason, Reason::kFetched) << type;
    EXPECT_EQ(verdict.document, std::nullopt) << type;
  }
}

TEST(Verdict, WhatWasAskedForAsASitemapIsParsedAsOneWhateverItsType) {
  for (const char* type : {"application/xml", "text/html", "image/png", ""}) {
    FetchResult result = answered(200, type);
    result.request.is_sitemap = true;
    EXPECT_EQ(judge(result, kAttempts).document, DocumentKind::kSitemap) << type;
  }
  FetchResult missing = answered(404);
  missing.request.is_sitemap = true;
  EXPECT_EQ(judge(missing, kAttempts).document, std::nullopt);
}

TEST(Verdict, ALongBodyThatIsNotParsedIsDigestedByAWorkerWhateverItsStatus) {
  const std::string longest(kMaxDigestedHere, 'x');
  for (const int status : {200, 304, 404, 500}) {
    EXPECT_EQ(judge(answered(status, "image/png", longest), kAttempts).document, std::nullopt);
    EXPECT_EQ(judge(answered(status, "image/png", longest + "x"), kAttempts).document,
              DocumentKind::kOpaque);
  }
  FetchResult redirect = answered(302, "image/png", longest + "x");
  redirect.location = "/next";
  EXPECT_EQ(judge(redirect, kAttempts).action, Action::kRedirect);
  EXPECT_EQ(judge(redirect, kAttempts).document, DocumentKind::kOpaque);
}

TEST(Verdict, AResponseThatIsAskedForAgainIsNotParsed) {
  const Verdict verdict =
      judge(answered(503, "text/html", std::string(kMaxDigestedHere + 1, 'x')), kAttempts);
  EXPECT_EQ(verdict.action, Action::kRetry);
  EXPECT_EQ(verdict.document, std::nullopt);
}

TEST(Verdict, WithoutAContentTypeTheBodysBeginningDecides) {
  EXPECT_TRUE(is_html("", "\n <!DOCTYPE HTML><p>"));
  EXPECT_TRUE(is_html(" ", "<hTmL lang=en>"));
  EXPECT_FALSE(is_html("", "%PDF-1.7"));
  EXPECT_FALSE(is_html("", ""));
}

TEST(Verdict, AnErrorPageIsAFailureWithItsStatus) {
  for (const int status : {400, 404, 410, 451, 500, 502}) {
    const Verdict verdict = judge(answered(status), kAttempts);
    EXPECT_EQ(verdict.action, Action::kFinish);
    EXPECT_EQ(verdict.state, State::kFailed);
    EXPECT_EQ(verdict.reason, Reason::kHttpError);
    EXPECT_EQ(verdict.detail, std::to_string(status));
    EXPECT_EQ(verdict.pause, 0ms);
  }
}

TEST(Verdict, RedirectsResolveAgainstThePageAndLoseTheirFragment) {
  for (const int status : {301, 302, 303, 307, 308}) {
    FetchResult result = answered(status);
    result.location = "../other#part";
    const Verdict verdict = judge(result, kAttempts);
    EXPECT_EQ(verdict.action, Action::kRedirect);
    EXPECT_EQ(verdict.state, State::kDone);
    EXPECT_EQ(verdict.reason, Reason::kRedirect);
    EXPECT_EQ(verdict.target, "http://a.example/other");
  }
}

TEST(Verdict, ARedirectToNowhereFailsAndSaysWhy) {
  FetchResult result = answered(302);
  EXPECT_EQ(judge(result, kAttempts).reason, Reason::kBadRedirect);
  EXPECT_EQ(judge(result, kAttempts).detail, "no Location");
  result.location = "javascript:alert(1)";
  EXPECT_EQ(judge(result, kAttempts).state, State::kFailed);
  EXPECT_EQ(judge(result, kAttempts).detail, "unsupported_scheme");
}

TEST(Verdict, AChainOfRedirectsEnds) {
  FetchResult result = answered(302);
  result.location = "/next";
  result.request.entry.redirects = kMaxRedirects - 1;
  EXPECT_EQ(judge(result, kAttempts).action, Action::kRedirect);
  result.request.entry.redirects = kMaxRedirects;
  EXPECT_EQ(judge(result, kAttempts).action, Action::kFinish);
  EXPECT_EQ(judge(result, kAttempts).state, State::kFailed);
  EXPECT_EQ(judge(result, kAttempts).reason, Reason::kTooManyRedirects);
}

TEST(Verdict, StatusesOf300ThatAreNotRedirectsAreKept) {
  for (const int status : {300, 304})
    EXPECT_EQ(judge(answered(status), kAttempts).reason, Reason::kFetched);
}

TEST(Verdict, TooManyRequestsPausesTheHostForAsLongAsItAsks) {
  for (const int status : {429, 503}) {
    FetchResult result = answered(status);
    result.retry_after = "7";
    const Verdict verdict = judge(result, kAttempts);
    EXPECT_EQ(verdict.action, Action::kRetry);
    EXPECT_EQ(verdict.pause, 7s);
  }
}

TEST(Verdict, WithoutRetryAfterThePauseDoubles) {
  FetchResult result = answered(503);
  EXPECT_EQ(judge(result, kAttempts).pause, kFirstPause);
  result.request.entry.attempt = 2;
  EXPECT_EQ(judge(result, kAttempts).pause, 2 * kFirstPause);
}

TEST(Verdict, TheLastAttemptFailsButStillPausesTheHost) {
  FetchResult result = answered(503);
  result.request.entry.attempt = kAttempts;
  const Verdict verdict = judge(result, kAttempts);
  EXPECT_EQ(verdict.action, Action::kFinish);
  EXPECT_EQ(verdict.reason, Reason::kHttpError);
  EXPECT_GT(verdict.pause, 0ms);
}

TEST(Verdict, OnlyFailuresThatMayPassAreTriedAgain) {
  for (const Reason error :
       {Reason::kConnectFailed, Reason::kConnectTimeout, Reason::kStalled,
        Reason::kFirstByteTimeout, Reason::kConnectionLost, Reason::kTruncated})
    EXPECT_EQ(judge(failed(error), kAttempts).action, Action::kRetry) << storage::to_string(error);
  for (const Reason error : {Reason::kNameNotResolved, Reason::kBadCertificate, Reason::kTlsFailed,
                             Reason::kBodyTooLarge, Reason::kBadEncoding, Reason::kBadResponse,
                             Reason::kTotalTimeout, Reason::kHeadersTooLarge}) {
    const Verdict verdict = judge(failed(error), kAttempts);
    EXPECT_EQ(verdict.action, Action::kFinish) << storage::to_string(error);
    EXPECT_EQ(verdict.reason, error);
    EXPECT_EQ(verdict.detail, "what libcurl said");
  }
  EXPECT_EQ(judge(failed(Reason::kConnectFailed), 1).action, Action::kFinish);
}

TEST(RetryAfter, Rfc9110Section10_2_3_SecondsOrDate) {
  EXPECT_EQ(retry_after("120", kNow), 120s);
  EXPECT_EQ(retry_after(" 5 ", kNow), 5s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", kNow), 60s);
}

TEST(RetryAfter, AnUntrustedNumberIsBounded) {
  EXPECT_EQ(retry_after("99999999999999999999999", kNow), kLongestPause);
  EXPECT_EQ(retry_after("31536000", kNow), kLongestPause);
  EXPECT_EQ(retry_after("Fri, 31 Dec 2999 23:59:59 GMT", kNow), kLongestPause);
  EXPECT_EQ(retry_after("-5", kNow), 0s);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", kNow), 0s);
  EXPECT_EQ(retry_after("soon", kNow), 0s);
  EXPECT_EQ(retry_after("", kNow), 0s);
}

}  // namespace
}  // namespace crawler
