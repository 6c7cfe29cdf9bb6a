// `weft serve`, the real program, as browsers, other sites' pages and a crawl that goes on meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/serve_support.h"
#include "tests/storage_fixture.h"

namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Connection;
using tests::Ended;
using tests::HttpAnswer;
using tests::Json;
using tests::Served;
using tests::weft;

class Serve : public testing::Test {
 protected:
  void SetUp() override { tests::make_crawl(db_); }

  tests::TempDir dir_;
  const std::string db_ = dir_.file("crawl.db");
};

TEST_F(Serve, PrintsItsAddressAndShowsAPageThere) {
  const Served served(db_);
  EXPECT_EQ(served.url(), "http://" + served.host() + "/");
  const HttpAnswer page = served.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.head, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_EQ(page.body, tests::read_file(tests::source_dir() + "/crawler/serve/page/index.html"));
  EXPECT_EQ(served.get("/?host=x").body, page.body) << "the page's own state stands in its address";
}

TEST_F(Serve, EveryFileOfThePageIsThereAsItStandsInTheTree) {
  const Served served(db_);
  for (const auto& entry :
       std::filesystem::directory_iterator(tests::source_dir() + "/crawler/serve/page")) {
    const std::string name = entry.path().filename();
    EXPECT_EQ(served.get("/" + name).body, tests::read_file(entry.path())) << name;
  }
}

TEST_F(Serve, EveryAnswerForbidsWhatAPageOfStrangersTextsCouldDo) {
  const Served served(db_);
  for (const char* target : {"/", "/nothing", "/api/summary", "/api/nothing", "/api/sql?q=x"}) {
    EXPECT_THAT(
        served.get(target).head,
        AllOf(HasSubstr("\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; "
                        "style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
                        "form-action 'none'; frame-ancestors 'none'\r\n"),
              HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"),
              HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"),
              HasSubstr("\r\nCross-Origin-Resource-Policy: same-origin\r\n"),
              HasSubstr("\r\nCache-Control: no-store\r\n")))
        << target;
  }
  EXPECT_THAT(served.get("/api/summary").head, HasSubstr("\r\nContent-Type: application/json\r\n"));
}

TEST_F(Serve, OnlyGetAndHeadAreAllowed) {
  const Served served(db_);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"}) {
    const HttpAnswer answer =
        served.raw(served.request(method, "/api/sql?q=SELECT+1", "Connection: close\r\n"));
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_THAT(answer.head, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
  }
  const std::string body = served.request("POST", "/", "Content-Length: 3\r\n") + "a=b";
  EXPECT_EQ(served.raw(body).status, 405);
  EXPECT_EQ(served.raw(served.request("GET", "/", "Content-Length: 3\r\n") + "a=b").status, 400);
}

TEST_F(Serve, HeadIsGetWithoutTheBody) {
  const Served served(db_);
  for (const char* target : {"/", "/api/reports", "/api/schema"}) {
    const HttpAnswer get = served.get(target);
    const HttpAnswer head = served.raw(served.request("HEAD", target, "Connection: close\r\n"));
    EXPECT_EQ(head.head, get.head) << target;
    EXPECT_EQ(head.body, "") << target;
    EXPECT_THAT(get.head, HasSubstr("Content-Length: " + std::to_string(get.body.size()) + "\r\n"));
  }
}

TEST_F(Serve, AConnectionTakesRequestAfterRequest) {
  const Served served(db_);
  Connection connection(served.port(), "127.0.0.1");
  connection.send(served.request("GET", "/api/schema") + served.request("GET", "/nothing") +
                  served.request("GET", "/api/sql?q=SELECT+41%2B1"));
  EXPECT_EQ(tests::answer_from(connection.answer()).status, 200);
  EXPECT_EQ(tests::answer_from(connection.answer()).status, 404);
  EXPECT_THAT(tests::answer_from(connection.answer()).body, HasSubstr("\"rows\":[[42]]"));
  connection.send("GET / HTTP/1.0\r\nHost: " + served.host() + "\r\n\r\n");
  EXPECT_THAT(connection.read(), StartsWith("HTTP/1.1 200 OK\r\n")) << "and then closes";
}

TEST_F(Serve, ANameThatWasPointedHereIsNotServed) {
  const Served served(db_);
  const std::string port = ":" + std::to_string(served.port());
  const auto status = [&](const std::string& fields) {
    return served.raw("GET /api/summary HTTP/1.1\r\n" + fields + "Connection: close\r\n\r\n")
        .status;
  };
  for (const char* name : {"127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.1.2.3"})
    EXPECT_EQ(status("Host: " + std::string(name) + port + "\r\n"), 200) << name;
  for (const char* name : {"evil.example", "127.0.0.1.evil.example", "localhost.", "0.0.0.0",
                           "192.168.1.1", "", "127.0.0.1:80"})
    EXPECT_EQ(status("Host: " + std::string(name) + port + "\r\n"), 421) << name;
  EXPECT_EQ(status("Host: 127.0.0.1\r\n"), 421) << "another port";
  EXPECT_EQ(status(""), 421);
  EXPECT_EQ(status("Host: 127.0.0.1" + port + "\r\nHost: evil.example\r\n"), 421);
  EXPECT_EQ(served
                .raw("GET http://127.0.0.1" + port + "/ HTTP/1.1\r\nHost: 127.0.0.1" + port +
                     "\r\nConnection: close\r\n\r\n")
                .status,
            400);
}

TEST_F(Serve, APageOfAnotherSiteAsksInVain) {
  const Served served(db_);
  const auto status = [&](const std::string& site, const std::string& target) {
    return served.get(target, "Sec-Fetch-Site: " + site + "\r\n").status;
  };
  EXPECT_EQ(status("cross-site", "/api/summary"), 403);
  EXPECT_EQ(status("same-site", "/api/sql?q=SELECT+1"), 403);
  EXPECT_EQ(status("same-origin", "/api/summary"), 200);
  EXPECT_EQ(status("none", "/api/summary"), 200);
  EXPECT_EQ(status("cross-site", "/"), 200) << "a link to it";
  EXPECT_EQ(served.get("/api/summary", "Sec-Fetch-Site: cross-site\r\n").json()["error"],
            "requests from pages of other sites are not allowed");
}

TEST_F(Serve, NothingButThePageAndTheAnswersIsThere) {
  const Served served(db_);
  tests::write_file(dir_.file("secret.txt"), "secret");
  for (const char* target :
       {"/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/..%2findex.html",
        "/index.html/", "/./index.html", "/secret.txt", "/crawl.db", "/\\..\\x", "/%00"})
    EXPECT_EQ(served.get(target).status, 404) << target;
}

TEST_F(Serve, RequestsThatAreNoneOrTooMuchAreRefused) {
  const Served served(db_);
  EXPECT_EQ(served.raw("\x16\x03\x01 hello\r\n\r\n").status, 400);
  EXPECT_EQ(served.raw("GET / HTTP/1.1\r\nno colon\r\n\r\n").status, 400);
  for (const std::string& bytes :
       {served.request("GET", "/api/sql?q=" + std::string(100'000, 'a')),
        served.request("GET", "/", "X: " + std::string(100'000, 'a') + "\r\n")}) {
    const HttpAnswer answer = served.raw(bytes);
    EXPECT_EQ(answer.status, 431);
  }
  EXPECT_EQ(served.get("/").status, 200);
}

TEST_F(Serve, StrangersTextIsAnswered) {
  {
    storage::Database db(db_, storage::Database::Mode::kCrawl);
    db.execute(
        "UPDATE urls SET url = 'http://example.com/\"<script>' WHERE id = 2;"
        "UPDATE pages SET title = CAST(x'3c2f7363726970743effe2' AS TEXT), "
        "body_bytes = 9223372036854775807, total_us = -5 WHERE url_id = 2;"
        "UPDATE links SET text = char(8232) || CAST(x'c0af' AS TEXT)");
  }
  const Served served(db_);
  const std::string bad = "\xef\xbf\xbd";
  const Json pages = served.ask("/api/pages?q=script");
  EXPECT_EQ(pages["rows"][0][0], "http://example.com/\"<script>");
  EXPECT_EQ(pages["rows"][0][4], "</script>" + bad + bad);
  EXPECT_EQ(pages["rows"][0][7], "9223372036854775807");
  const Json near = served.ask("/api/neighbours?url=http%3A%2F%2Fexample.com%2F");
  EXPECT_EQ(near["edges"][0]["text"], "\xe2\x80\xa8" + bad + bad);
  EXPECT_TRUE(served.ask("/api/summary")["sizes"].is_array());
  EXPECT_EQ(served.ask("/api/why?url=http%3A%2F%2Fexample.com%2F")["seen"], true);
}

TEST_F(Serve, AnInterruptEndsItAlsoWhileAnAnswerIsUnderWay) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Served served(db_);
    Connection connection(served.port(), "127.0.0.1");
    connection.send(served.request(
        "GET", "/api/sql?q=" + tests::encoded("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
                                              "SELECT i + 1 FROM n) SELECT count(*) FROM n")));
    EXPECT_EQ(served.get("/api/summary").status, 200);
    served.process().signal(signal);
    const Ended ended = served.process().wait();
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(Serve, WhatCannotBeServedIsOneLineAndExitCodeTwo) {
  const auto refused = [&](const std::vector<std::string>& more, const std::string& why) {
    std::vector<std::string> args{"serve"};
    args.insert(args.end(), more.begin(), more.end());
    const Ended ended = weft(args);
    EXPECT_EQ(ended.code, 2) << why;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, AllOf(StartsWith("weft: "), HasSubstr(why)));
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  };
  const Served served(db_);
  refused({db_, "--port", std::to_string(served.port())}, "Address already in use");
  tests::write_file(dir_.file("text"), "hello\n");
  refused({dir_.file("text")}, "is not a weft database");
  refused({dir_.file("none.db")}, "there is no such file");
  refused({dir_.path().string()}, "is a directory");
  for (const char* host : {"0.0.0.0", "::", "192.168.1.1", "example.com", ""})
    refused({db_, "--port", "0", "--host", host}, "is not a loopback address");
  EXPECT_EQ(weft({"serve", db_, "--port", "70000"}).code, 2);
}

TEST_F(Serve, AnotherLoopbackAddressMayBeChosen) {
  tests::Process process(
      {tests::weft_program(), "serve", db_, "--port", "0", "--host", "127.0.0.9"});
  EXPECT_THAT(process.read_line(), StartsWith("http://127.0.0.9:"));
}

TEST_F(Serve, AFileThatWasReplacedIsNotTakenForTheOldOne) {
  const Served served(db_);
  EXPECT_EQ(served.get("/api/summary").status, 200);
  tests::make_crawl(dir_.file("other.db"));
  std::filesystem::rename(dir_.file("other.db"), db_);
  const HttpAnswer answer = served.get("/api/summary");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.json()["error"], HasSubstr("restart weft serve"));
  for (const char* target : {"/api/changes", "/api/search?q=heron", "/api/sql?q=SELECT+1"})
    EXPECT_EQ(served.get(target).status, 500) << target;
}

TEST_F(Serve, ACrawlThatGoesOnIsSeenAsItGoesAndLeavesOneFile) {
  const std::string db = dir_.file("live.db");
  tests::Site site({"--pages", "600", "--latency", "100ms"});
  std::vector<std::string> args = tests::crawl_args(site.start_urls(), db);
  args.insert(args.begin(), tests::weft_program());
  tests::Process crawl(args);
  tests::wait_until(
      [&] {
        return weft({"query", db, "SELECT 1 FROM pages"}).out.size() > 10;
      },
      "the crawl's first pages");
  // Held where it is, so that what is asked is asked of a crawl that is under way.
  crawl.signal(SIGSTOP);
  Served served(db);
  const Json first = served.ask("/api/summary");
  EXPECT_EQ(first["live"], true);
  EXPECT_TRUE(first["runs"][0]["ended_at"].is_null());
  for (const char* target :
       {"/api/search?q=the", "/api/pages?sort=total_ms", "/api/report/top-pages",
        "/api/report/near-duplicates", "/api/schema", "/api/sql?q=SELECT+count(*)+FROM+links"})
    EXPECT_EQ(served.get(target).status, 200) << target;
  const std::string url = tests::encoded(site.start_urls()[0]);
  EXPECT_EQ(served.get("/api/neighbours?url=" + url).status, 200);
  EXPECT_EQ(served.get("/api/why?url=" + url).status, 200);

  crawl.signal(SIGCONT);
  tests::wait_until([&] { return served.ask("/api/changes")["change"] != first["change"]; },
                    "a change of the file");
  EXPECT_EQ(crawl.wait().code, 0);
  EXPECT_FALSE(std::filesystem::exists(db + "-wal")) << "the server did not hold it up";
  const Json last = served.ask("/api/summary");
  EXPECT_EQ(last["live"], false);
  EXPECT_NE(last["change"], first["change"]);
  EXPECT_EQ(last["runs"][0]["outcome"], "finished");
  EXPECT_EQ(last["totals"]["pages"].dump(), tests::sql(db, "SELECT count(*) FROM pages"));
  // Another crawl takes the file up while it is served.
  const Ended more = tests::crawl({site.url("/more")}, db);
  EXPECT_EQ(more.code, 0) << more.err;
  EXPECT_EQ(served.ask("/api/summary")["runs"].size(), 2u);
}

}  // namespace
