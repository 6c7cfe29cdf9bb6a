// What ResponseHead makes of lines; how it works with a real libcurl is in fetcher_test.cc.
#include "crawler/fetch/response_head.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace {

using crawler::ResponseHead;
using storage::Reason;

constexpr std::size_t kBound = 10'000;

// Adds lines until one is refused.
Reason add(ResponseHead& head, std::initializer_list<std::string_view> lines) {
  for (const std::string_view line : lines) {
    // An exactly sized copy, so that a sanitizer sees one byte too far.
    const std::string text = std::string(line) + "\r\n";
    if (const Reason refused = head.add({text.data(), text.size()}); refused != Reason::kNone)
      return refused;
  }
  return Reason::kNone;
}

ResponseHead read(std::initializer_list<std::string_view> lines) {
  ResponseHead head;
  head.reset(kBound);
  EXPECT_EQ(add(head, lines), Reason::kNone);
  return head;
}

TEST(ResponseHead, IsCompleteAtTheEmptyLine) {
  ResponseHead head = read({"HTTP/1.1 200 OK", "A: b"});
  EXPECT_FALSE(head.complete());
  add(head, {""});
  EXPECT_TRUE(head.complete());
  EXPECT_EQ(head.status(), 200);
  EXPECT_EQ(head.bytes(), "HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
}

TEST(ResponseHead, NamesOfFieldsAreCaseInsensitiveAndValuesAreTrimmed) {
  const ResponseHead head = read(
      {"HTTP/1.1 302", "LOCATION: \t /a b \t", "content-TYPE:text/html", "Retry-After:   120", ""});
  EXPECT_EQ(head.location(), "/a b");
  EXPECT_EQ(head.content_type(), "text/html");
  EXPECT_EQ(head.retry_after(), "120");
}

TEST(ResponseHead, ALocationCountsOnlyInARedirect) {
  EXPECT_EQ(read({"HTTP/1.1 201 Created", "Location: /new", ""}).location(), "");
  EXPECT_EQ(read({"HTTP/1.1 304 Not Modified", "Location: /x", ""}).location(), "/x");
}

TEST(ResponseHead, TheLastContentTypeCounts) {
  EXPECT_EQ(read({"HTTP/1.1 200", "Content-Type: a/b", "Content-Type: c/d", ""}).content_type(),
            "c/d");
}

TEST(ResponseHead, AnInterimResponseIsDroppedButCounted) {
  ResponseHead head = read({"HTTP/1.1 103 Early Hints", "Content-Type: a/b", ""});
  EXPECT_FALSE(head.complete());
  add(head, {"HTTP/1.1 200 OK", ""});
  EXPECT_TRUE(head.complete());
  EXPECT_EQ(head.bytes(), "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(head.content_type(), "");
  EXPECT_GT(head.received(), head.bytes().size());
}

TEST(ResponseHead, TrailersChangeNothing) {
  ResponseHead head = read({"HTTP/1.1 302 Found", "Location: /a", ""});
  const std::string before = head.bytes();
  EXPECT_EQ(add(head, {"Location: /b", "HTTP/1.1 200 OK", "Content-Length: 5", ""}), Reason::kNone);
  EXPECT_EQ(head.bytes(), before);
  EXPECT_EQ(head.location(), "/a");
  EXPECT_EQ(head.status(), 302);
}

TEST(ResponseHead, TheBoundIsExact) {
  ResponseHead head;
  head.reset(12);
  EXPECT_EQ(add(head, {"HTTP/1.1 2"}), Reason::kNone);
  head.reset(11);
  EXPECT_EQ(add(head, {"HTTP/1.1 2"}), Reason::kHeadersTooLarge);
}

TEST(ResponseHead, AProxysAnswerCountsAndIsNotKept) {
  ResponseHead head;
  head.reset(30);
  EXPECT_EQ(head.add_proxy_line("HTTP/1.1 200 OK\r\n"), Reason::kNone);
  EXPECT_EQ(head.bytes(), "");
  EXPECT_EQ(head.add_proxy_line("HTTP/1.1 200 OK\r\n"), Reason::kHeadersTooLarge);
}

TEST(ResponseHead, ALengthIsKnownOnlyOfABodyThatIsSentAsItIs) {
  const auto length = [](std::initializer_list<std::string_view> lines) {
    return read(lines).identity_length();
  };
  EXPECT_EQ(length({"HTTP/1.1 200", "Content-Length: 7", ""}), 7u);
  EXPECT_EQ(length({"HTTP/1.1 200", "Content-Length: 7", "Content-Encoding: identity", ""}), 7u);
  EXPECT_EQ(length({"HTTP/1.1 200", "Content-Length: 7", "Content-Encoding: gzip", ""}),
            std::nullopt);
  EXPECT_EQ(length({"HTTP/1.1 200", "Transfer-Encoding: chunked", "Content-Length: 7", ""}),
            std::nullopt);
  EXPECT_EQ(length({"HTTP/1.1 304", "Content-Length: 7", ""}), std::nullopt) << "has no body";
  EXPECT_EQ(length({"HTTP/1.1 200", "Content-Length: -7", ""}), std::nullopt);
  EXPECT_EQ(length({"HTTP/1.1 200", "Content-Length: 99999999999999999999", ""}), std::nullopt);
}

TEST(ResponseHead, ContradictionsAreRefused) {
  ResponseHead head;
  head.reset(kBound);
  EXPECT_EQ(add(head, {"HTTP/1.1 200", "Content-Length: 7", "Content-Length: 8"}),
            Reason::kBadResponse);
  head.reset(kBound);
  EXPECT_EQ(add(head, {"HTTP/1.1 301", "Location: /a", "Location: /b"}), Reason::kBadResponse);
  head.reset(kBound);
  EXPECT_EQ(add(head, {"HTTP/1.1 200", std::string_view("a: \0", 4)}), Reason::kBadResponse);
}

TEST(ResponseHead, LinesThatAreNoFieldsAreKeptAndMeanNothing) {
  const ResponseHead head = read({"HTTP/1.1 x", "no colon", ":", " folded: x", ""});
  EXPECT_EQ(head.status(), 0);
  EXPECT_TRUE(head.complete());
}

}  // namespace
