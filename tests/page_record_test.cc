// From a response, and what its body says, to the record that is written.
#include "crawler/crawl/page_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "parser/digest.h"
#include "parser/document.h"

namespace crawler {
namespace {

using namespace std::chrono_literals;
using parser::DocumentKind;
using storage::PageOutcome;
using storage::Reason;
using storage::State;

FetchResult answered(const std::string& body) {
  FetchResult result;
  result.request.entry.id = UrlId{42};
  result.request.entry.attempt = 2;
  result.status = 200;
  result.head = std::make_shared<const std::string>("HTTP/1.1 200 OK\r\n\r\n");
  result.body = std::make_shared<const std::string>(body);
  result.content_type = "text/html; charset=utf-8";
  result.protocol = "h2";
  result.address = "127.0.0.1";
  result.wire_bytes = 99;
  result.timings = {.name = 1, .connect = 2, .tls = 3, .first_byte = 4, .total = 5};
  result.started_at = 17;
  return result;
}

ParseResult parsed(std::string_view body, DocumentKind kind = DocumentKind::kPage) {
  parser::DocumentParser documents(std::abort);
  std::string frame;
  documents.parse(kind, {"http://a.example/", "text/html", body}, frame);
  ParseResult result;
  result.kind = kind;
  result.owned.size = frame.size();
  result.owned.frame = std::make_unique<char[]>(frame.size());
  std::ranges::copy(frame, result.owned.frame.get());
  EXPECT_TRUE(parser::decode_document(kind, result.owned));
  result.time = 250us;
  return result;
}

// Of a response whose body a worker parses.
PageOutcome record_to_parse(const std::string& body, DocumentKind kind = DocumentKind::kPage) {
  Verdict verdict;
  verdict.document = kind;
  return record_of(answered(body), verdict, false);
}

TEST(PageRecord, AResponseIsKeptWithAllThatIsKnownOfIt) {
  const PageOutcome record = record_of(answered("<p>x"), Verdict{}, false);
  EXPECT_EQ(record.url, UrlId{42});
  EXPECT_EQ(record.attempts, 2);
  EXPECT_EQ(record.state, State::kDone);
  EXPECT_EQ(record.reason, Reason::kFetched);
  ASSERT_TRUE(record.has_page);
  EXPECT_EQ(record.page.fetched_at, 17);
  EXPECT_EQ(record.page.status, 200);
  EXPECT_EQ(record.page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(record.page.protocol, "h2");
  EXPECT_EQ(record.page.address, "127.0.0.1");
  EXPECT_EQ(record.page.wire_bytes, 99u);
  EXPECT_EQ(record.page.body_bytes, 4u);
  EXPECT_EQ(record.page.timings.tls, 3u);
  EXPECT_EQ(record.page.digest, parser::sha256_hex("<p>x"));
  EXPECT_EQ(record.page.parsed, nullptr);
}

TEST(PageRecord, ContainsTheVerdict) {
  Verdict verdict;
  verdict.state = State::kFailed;
  verdict.reason = Reason::kHttpError;
  verdict.detail = "404";
  const PageOutcome record = record_of(answered(""), verdict, false);
  EXPECT_EQ(record.state, State::kFailed);
  EXPECT_EQ(record.reason, Reason::kHttpError);
  EXPECT_EQ(record.detail, "404");
}

TEST(PageRecord, AnEmptyBodyHasNoDigestSoThatEmptyPagesAreNoDuplicates) {
  EXPECT_EQ(record_of(answered(""), Verdict{}, false).page.digest, "");
}

TEST(PageRecord, WithoutAResponseThereIsNoPage) {
  FetchResult result = answered("");
  result.error = Reason::kConnectFailed;
  result.body = nullptr;
  EXPECT_FALSE(record_of(result, Verdict{}, true).has_page);
}

TEST(PageRecord, TheResponseAsReceivedIsKeptOnlyWhereBodiesAre) {
  const FetchResult result = answered("<p>x");
  EXPECT_EQ(record_of(result, Verdict{}, false).raw_body, nullptr);
  EXPECT_EQ(record_of(result, Verdict{}, false).raw_head, nullptr);
  EXPECT_EQ(record_of(result, Verdict{}, true).raw_body, result.body) << "shared, not copied";
  EXPECT_EQ(record_of(result, Verdict{}, true).raw_head, result.head);
}

TEST(PageRecord, AParsedPagesFieldsLiveAsLongAsTheRecord) {
  const std::string html =
      "<html lang=de><title>T</title><meta name=description content=D><p>words <a href=/x>link</a>"
      "<a href=mailto:x></a>";
  PageOutcome record = record_to_parse(html);
  EXPECT_EQ(record.page.digest, "") << "the worker's part";
  const parser::Document* document = add_parsed(record, parsed(html), html);
  ASSERT_NE(document, nullptr);
  EXPECT_EQ(std::get<parser::ParsedPage>(document->content).links.size(), 1u);
  const PageOutcome moved = std::move(record);
  ASSERT_NE(moved.page.parsed, nullptr);
  EXPECT_EQ(moved.page.parsed->title, "T");
  EXPECT_EQ(moved.page.parsed->lang, "de");
  EXPECT_EQ(moved.page.parsed->description, "D");
  EXPECT_EQ(moved.page.parsed->text, "words link");
  EXPECT_EQ(moved.page.digest, parser::sha256_hex(html));
  EXPECT_EQ(moved.page.parse_us, 250u);
  EXPECT_EQ(moved.page.parsed->links_ignored, 1u);
  EXPECT_GT(moved.page.parsed->elements, 0u);
  EXPECT_EQ(moved.state, State::kDone);
}

TEST(PageRecord, APageThatCouldNotBeParsedFailsWithTheParsersErrorAndKeepsItsResponse) {
  for (const ParseError error : {ParseError::kTimeout, ParseError::kCrashed,
                                 ParseError::kOutOfMemory, ParseError::kBadReply}) {
    PageOutcome record = record_to_parse("x");
    ParseResult result;
    result.error = error;
    EXPECT_EQ(add_parsed(record, std::move(result), "x"), nullptr);
    EXPECT_EQ(record.state, State::kFailed);
    EXPECT_EQ(record.reason, Reason::kParseFailed);
    EXPECT_EQ(record.detail, to_string(error));
    EXPECT_TRUE(record.has_page);
    EXPECT_EQ(record.page.parsed, nullptr);
    EXPECT_EQ(record.page.digest, parser::sha256_hex("x"));
  }
}

TEST(PageRecord, ABodyThatIsOnlyDigestedIsDoneEvenWhereItsWorkerEnded) {
  for (const ParseError error : {ParseError::kNone, ParseError::kCrashed}) {
    PageOutcome record = record_to_parse("image", DocumentKind::kOpaque);
    ParseResult result = parsed("image", DocumentKind::kOpaque);
    result.error = error;
    add_parsed(record, std::move(result), "image");
    EXPECT_EQ(record.state, State::kDone);
    EXPECT_EQ(record.reason, Reason::kFetched);
    EXPECT_EQ(record.detail, "");
    EXPECT_EQ(record.page.parsed, nullptr);
    EXPECT_EQ(record.page.digest, parser::sha256_hex("image"));
  }
}

TEST(PageRecord, AnEmptySitemapHasNoDigestEither) {
  PageOutcome record = record_to_parse("", DocumentKind::kSitemap);
  EXPECT_NE(add_parsed(record, parsed("", DocumentKind::kSitemap), ""), nullptr);
  EXPECT_EQ(record.page.digest, "");
}

}  // namespace
}  // namespace crawler
