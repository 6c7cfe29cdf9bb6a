// A WARC read back by a reader that shares nothing with its writer: gzip unpacks it, openssl
// computes the digests, and what a server really sent and got is compared with the records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crawl_support.h"
#include "tests/export_fixture.h"
#include "tests/json.h"
#include "tests/raw_server.h"
#include "tests/support.h"

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using tests::Ended;
using tests::read_file;
using tests::weft;

struct Record {
  std::map<std::string, std::string> fields;
  std::string block;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
  std::string type() const { return field("WARC-Type"); }
  // The block behind its HTTP head.
  std::string payload() const {
    const std::size_t end = block.find("\r\n\r\n");
    return end == std::string::npos ? "" : block.substr(end + 4);
  }
  std::string head() const { return block.substr(0, block.size() - payload().size()); }
};

// One record at the front of `text`, which it is taken from (ISO 28500:2017, section 4).
Record take_record(std::string_view& text) {
  Record record;
  const auto line = [&text] {
    const std::size_t end = text.find("\r\n");
    EXPECT_NE(end, std::string_view::npos);
    const std::string_view found = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    return found;
  };
  EXPECT_EQ(line(), "WARC/1.1");
  for (std::string_view field = line(); !field.empty(); field = line()) {
    const std::size_t colon = field.find(": ");
    EXPECT_NE(colon, std::string_view::npos) << field;
    EXPECT_TRUE(record.fields.emplace(field.substr(0, colon), field.substr(colon + 2)).second)
        << "twice: " << field;
  }
  const std::size_t size = std::stoul(record.field("Content-Length"));
  EXPECT_LE(size + 4, text.size());
  record.block = text.substr(0, size);
  EXPECT_EQ(text.substr(size, 4), "\r\n\r\n");
  text.remove_prefix(std::min(size + 4, text.size()));
  return record;
}

std::string sha1(std::string_view bytes) {
  std::string digest =
      tests::run({"sh", "-c", "openssl dgst -sha1 -binary | base32 -w 0"}, bytes).out;
  return "sha1:" + digest;
}

class WarcTest : public testing::Test {
 protected:
  std::vector<Record> export_records() {
    const Ended ended = weft({"export", db_, "warc", "-o", warc_});
    EXPECT_EQ(ended.code, 0) << ended.err;
    err_ = ended.err;
    const Ended unpacked = tests::run({"gzip", "-dc", warc_});
    EXPECT_EQ(unpacked.code, 0) << unpacked.err;
    std::vector<Record> records;
    for (std::string_view rest = unpacked.out; !rest.empty() && !HasFailure();)
      records.push_back(take_record(rest));
    return records;
  }

  const Record* find(const std::vector<Record>& records, std::string_view type,
                     const std::string& url) {
    for (const Record& record : records)
      if (record.type() == type && record.field("WARC-Target-URI") == url) return &record;
    ADD_FAILURE() << "no " << type << " of " << url;
    static const Record none;
    return &none;
  }

  // The bytes that the index says are one record, unpacked alone.
  std::string member(const tests::Json& entry) {
    return tests::run({"sh", "-c", "tail -c +$(($2 + 1)) \"$1\" | head -c \"$3\" | gzip -dc", "sh",
                       warc_, entry["offset"].text(), entry["length"].text()})
        .out;
  }

  tests::TempDir dir_;
  const std::string db_ = dir_.file("crawl.db");
  const std::string warc_ = dir_.file("crawl.warc.gz");
  std::string err_;
};

TEST_F(WarcTest, HoldsWhatTheServerSentAndGot) {
  const std::string page = "<!doctype html><title>T</title><p>The same body, twice.";
  const std::string packed = tests::run({"gzip", "-c"}, page).out;
  const std::string home =
      "<!doctype html><a href=/plain>p</a><a href=/packed>g</a><a href=/chunked>c</a>"
      "<a href=/moved>m</a><a href=/gone>n</a><a href=/empty?a=1&amp;b>e</a>";
  const std::map<std::string, std::string> answers{
      {"/", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
                std::to_string(home.size()) + "\r\n\r\n" + home},
      {"/plain",
       "HTTP/1.1 200 Fine\r\nContent-Type: text/html; charset=utf-8\r\n"
       "Content-Length: " +
           std::to_string(page.size()) + "\r\n\r\n" + page},
      {"/packed",
       "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
       "Content-Length: " +
           std::to_string(packed.size()) + "\r\n\r\n" + packed},
      {"/chunked",
       "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
       "5\r\nhello\r\n0\r\n\r\n"},
      {"/moved", "HTTP/1.1 301 Moved\r\nLocation: /plain\r\nContent-Length: 0\r\n\r\n"},
      {"/empty?a=1&b", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}};
  std::mutex mutex;
  std::map<std::string, std::string> requests;
  tests::RawServer server([&](tests::Peer& peer) {
    for (std::string head; !(head = peer.read_head()).empty();) {
      const std::string target = head.substr(4, head.find(' ', 4) - 4);
      {
        const std::lock_guard lock(mutex);
        requests[target] = head;
      }
      const auto answer = answers.find(target);
      if (!peer.send(answer != answers.end()
                         ? answer->second
                         : "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"))
        return;
    }
  });
  ASSERT_EQ(tests::crawl({server.url()}, db_, {"--bodies", "--concurrency", "1"}).code, 0);
  const std::map<std::string, std::string> received = [&] {
    const std::lock_guard lock(mutex);
    return requests;
  }();

  const std::vector<Record> records = export_records();
  ASSERT_EQ(records.size(), 1 + 2 * 7u);
  EXPECT_EQ(err_, "weft: 6 responses and 1 revisits\n");
  EXPECT_EQ(records[0].type(), "warcinfo");
  EXPECT_EQ(records[0].field("Content-Type"), "application/warc-fields");
  EXPECT_THAT(records[0].block, StartsWith("software: weft/"));

  const Record& plain = *find(records, "response", server.url("/plain"));
  EXPECT_EQ(plain.block, answers.at("/plain")) << "what fits is kept as it was sent";
  EXPECT_EQ(plain.field("Content-Type"), "application/http;msgtype=response");
  EXPECT_EQ(plain.field("WARC-IP-Address"), "127.0.0.1");
  EXPECT_EQ(find(records, "response", server.url("/moved"))->block, answers.at("/moved"));
  EXPECT_EQ(find(records, "response", server.url("/gone"))->payload(), "gone");
  EXPECT_EQ(find(records, "response", server.url("/chunked"))->block,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
            "X-Crawler-Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(find(records, "response", server.url("/empty?a=1&b"))->field("WARC-Payload-Digest"),
            sha1(""));

  // The second URL with the same body refers to the first, and its head says what the body is.
  const Record& packed_again = *find(records, "revisit", server.url("/packed"));
  EXPECT_EQ(packed_again.field("WARC-Profile"),
            "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
  EXPECT_EQ(packed_again.field("WARC-Refers-To"), plain.field("WARC-Record-ID"));
  EXPECT_EQ(packed_again.field("WARC-Refers-To-Target-URI"), server.url("/plain"));
  EXPECT_EQ(packed_again.field("WARC-Refers-To-Date"), plain.field("WARC-Date"));
  EXPECT_EQ(packed_again.field("WARC-Payload-Digest"), plain.field("WARC-Payload-Digest"));
  EXPECT_EQ(packed_again.block,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Crawler-Content-Encoding: gzip\r\n"
            "X-Crawler-Content-Length: " +
                std::to_string(packed.size()) +
                "\r\nContent-Length: " + std::to_string(page.size()) + "\r\n\r\n");

  std::set<std::string> ids;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    EXPECT_TRUE(ids.insert(record.field("WARC-Record-ID")).second) << "an id twice";
    EXPECT_THAT(record.field("WARC-Record-ID"), testing::MatchesRegex("<urn:uuid:[0-9a-f-]{36}>"));
    EXPECT_THAT(record.field("WARC-Date"),
                testing::MatchesRegex("20..-..-..T..:..:..[.][0-9]{3}Z"));
    EXPECT_EQ(record.field("WARC-Block-Digest"), sha1(record.block));
    if (record.type() == "response") {
      EXPECT_EQ(record.field("WARC-Payload-Digest"), sha1(record.payload()));
    }
    EXPECT_EQ(record.field("WARC-Warcinfo-ID"), i == 0 ? "" : records[0].field("WARC-Record-ID"));
    if (record.type() != "request") continue;
    // Behind its response, and word for word what the server got.
    EXPECT_EQ(record.field("WARC-Concurrent-To"), records[i - 1].field("WARC-Record-ID"));
    const std::string url = record.field("WARC-Target-URI");
    EXPECT_EQ(record.block, received.at(url.substr(server.url("").size())));
  }
}

TEST_F(WarcTest, EveryRecordCanBeReadAloneByTheIndex) {
  tests::make_kept_crawl(db_, {{"/b", "one"},
                               {"/a/", "two"},
                               {"http://sub.example.com/", "one"},
                               {"/B?y=2&x=1", std::string(500'000, 'x')}});
  export_records();
  std::istringstream index(read_file(dir_.file("crawl.cdxj")));
  std::vector<std::string> keys;
  for (std::string line; std::getline(index, line);) {
    const std::size_t json = line.find(" {");
    ASSERT_NE(json, std::string::npos) << line;
    keys.push_back(line.substr(0, json));
    const auto entry = tests::Json::parse(line.substr(json + 1));
    const std::string bytes = member(entry);
    std::string_view rest = bytes;
    const Record record = take_record(rest);
    EXPECT_EQ(rest, "") << "one record, whole";
    EXPECT_EQ(entry["url"], record.field("WARC-Target-URI"));
    EXPECT_EQ(record.field("WARC-Payload-Digest"), "sha1:" + entry["digest"].text());
    EXPECT_EQ(entry["mime"], record.type() == "revisit" ? "warc/revisit" : "text/html");
    EXPECT_EQ(entry["status"], "200");
    EXPECT_EQ(entry["filename"], "crawl.warc.gz");
  }
  EXPECT_THAT(keys, ElementsAre("com,example)/a 20260101000000", "com,example)/b 20260101000000",
                                "com,example)/b?x=1&y=2 20260101000000",
                                "com,example,sub)/ 20260101000000"))
      << "in the order of their bytes";
}

TEST_F(WarcTest, OneCrawlGivesOneFileByteForByte) {
  tests::make_kept_crawl(db_, {{"/a", "one"}, {"/b", "one"}, {"/c", ""}});
  ASSERT_EQ(weft({"export", db_, "warc", "-o", warc_}).code, 0);
  const std::string index = read_file(dir_.file("crawl.cdxj"));
  const std::string warc = read_file(warc_);
  ASSERT_EQ(weft({"export", db_, "warc", "-o", warc_}).code, 0);
  EXPECT_EQ(read_file(warc_), warc);
  EXPECT_EQ(read_file(dir_.file("crawl.cdxj")), index);
  EXPECT_NE(weft({"export", db_, "warc"}).out, "");
}

TEST_F(WarcTest, AStrangersWordsMakeNoRecord) {
  const std::string forged =
      "\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
  tests::make_kept_crawl(
      db_, {{"/" + forged, forged, 200, "HTTP/1.1 200 OK\r\nX: \r\n\r\n" + forged}, {"/x", "x"}});
  storage::Database(db_, storage::Database::Mode::kCrawl)
      .execute(
          "UPDATE runs SET options = json_object('user_agent', 'a' || char(13, 10) || 'X: y')");
  const std::vector<Record> records = export_records();
  ASSERT_EQ(records.size(), 5u);
  EXPECT_THAT(records[1].field("WARC-Target-URI"), HasSubstr("%0D%0AWARC-Type:%20response"));
  EXPECT_EQ(records[1].payload(), forged);
  EXPECT_EQ(records[1].head(), "HTTP/1.1 200 OK\r\nX: \r\n\r\n");
  EXPECT_THAT(records[2].block, HasSubstr("User-Agent: a%0D%0AX: y\r\n"));
}

}  // namespace
