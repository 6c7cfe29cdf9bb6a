// Heads as a web archive keeps them: what they say of the body is true of the body that is kept.
#include "storage/archived_head.h"

#include <gtest/gtest.h>

#include "storage/sha1.h"
#include "tests/support.h"

namespace {

using storage::archived_head;
using storage::request_head;

TEST(ArchivedHeadTest, WhatFitsStaysAsItWasSent) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Odd :  a\r\n folded\r\ncontent-encoding: identity"
      "\r\n\r\n";
  EXPECT_EQ(archived_head(head, 5), head);
  const std::string closes = "HTTP/1.0 200\r\nServer: x\r\n\r\n";
  EXPECT_EQ(archived_head(closes, 7), closes) << "no length was sent, none is made up";
}

TEST(ArchivedHeadTest, WhatWasTrueOfTheEncodedBodyIsRenamed) {
  EXPECT_EQ(
      archived_head("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nContent-Length: 20\r\n\r\n", 5),
      "HTTP/1.1 200 OK\r\nX-Crawler-content-encoding: gzip\r\n"
      "X-Crawler-Content-Length: 20\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(archived_head("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 5),
            "HTTP/1.1 200 OK\r\nX-Crawler-Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(
      archived_head("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\n", 5),
      "HTTP/1.1 200 OK\r\nX-Crawler-Content-Encoding: br\r\nContent-Length: 5\r\n\r\n");
}

TEST(ArchivedHeadTest, AreHttp11WithLinesThatEndInCrLf) {
  EXPECT_EQ(archived_head("HTTP/2 404 \r\nserver: x\r\n\r\n", 0),
            "HTTP/1.1 404 \r\nserver: x\r\n\r\n");
  EXPECT_EQ(archived_head("HTTP/1.0 200 OK\nA: b\n\n", 0), "HTTP/1.0 200 OK\r\nA: b\r\n\r\n");
  EXPECT_EQ(archived_head("HTTP/1.1 200 OK\r\nA: b", 0), "HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
  EXPECT_EQ(archived_head("", 0), "\r\n");
}

TEST(ArchivedHeadTest, RequestsAreWordedAsLibcurlDoes) {
  EXPECT_EQ(request_head("https://example.com:8443/a?b=c", "weft/1", "gzip, br"),
            "GET /a?b=c HTTP/1.1\r\nHost: example.com:8443\r\nUser-Agent: weft/1\r\n"
            "Accept: */*\r\nAccept-Encoding: gzip, br\r\n\r\n");
  EXPECT_EQ(request_head("http://h/?", "", ""),
            "GET /? HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n");
  EXPECT_EQ(
      request_head("http://h/a\r\nX: y", "a\r\nb", ""),
      "GET /a%0D%0AX:%20y HTTP/1.1\r\nHost: h\r\nUser-Agent: a%0D%0Ab\r\nAccept: */*\r\n\r\n");
}

TEST(Sha1Test, IsAsOthersComputeIt) {
  storage::Sha1 empty;
  EXPECT_EQ(storage::labelled(empty.digest()), "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
  storage::Sha1 abc;
  abc.add("a");
  abc.add("bc");
  EXPECT_EQ(storage::labelled(abc.digest()), "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5");
  // As Python's uuid.uuid5(uuid.NAMESPACE_URL, ...) has it.
  EXPECT_EQ(storage::uuid_of("http://example.com/"), "0a300ee9-f9e4-5697-a51a-efc7fafaba67");
}

}  // namespace
