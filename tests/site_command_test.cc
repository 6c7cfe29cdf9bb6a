// `weft site`, the real program, as its clients see it.
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "tests/connection.h"
#include "tests/support.h"

namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Connection;

// The site, up until it goes out of scope.
class Site {
 public:
  explicit Site(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {tests::weft_program(), "site"});
    process_ = std::make_unique<tests::Process>(options);
    first_line_ = process_->read_line();
    const std::size_t colon = first_line_.rfind(':');
    std::from_chars(first_line_.data() + colon + 1, first_line_.data() + first_line_.size() - 1,
                    port_);
  }

  tests::Process& process() { return *process_; }
  const std::string& first_line() const { return first_line_; }
  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const {
    return "http://127.0.1.1:" + std::to_string(port_) + std::string(path);
  }

 private:
  std::unique_ptr<tests::Process> process_;
  std::string first_line_;
  std::uint16_t port_ = 0;
};

// Everything that the site sends on a connection of its own for this path.
std::string raw(const Site& site, std::string_view path) {
  Connection connection(site.port());
  connection.get(path, "Connection: close\r\n");
  return connection.read();
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

// libcurl's verdict on a path, all encodings asked for; stops after `most` decoded bytes.
struct Fetched {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::size_t size = 0;
};

Fetched fetch(const Site& site, std::string_view path, std::size_t most = SIZE_MAX) {
  struct Sink {
    std::size_t size = 0;
    std::size_t most = 0;
  } sink{0, most};
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                   curl_easy_cleanup);
  CURL* const curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_URL, site.url(path).c_str());
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(tests::kPatience.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char*, std::size_t, std::size_t count, void* to) {
        auto& into = *static_cast<Sink*>(to);
        into.size += count;
        return into.size > into.most ? std::size_t{0} : count;
      });
  Fetched fetched;
  fetched.code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &fetched.status);
  fetched.size = sink.size;
  return fetched;
}

milliseconds time_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

TEST(SiteCommand, PrintsTheStartUrlOfEachHostOnOnePort) {
  Site site({"--hosts", "3"});
  const std::string port = std::to_string(site.port());
  EXPECT_EQ(site.first_line(), "http://127.0.1.1:" + port + "/");
  EXPECT_EQ(site.process().read_line(), "http://127.0.1.2:" + port + "/");
  EXPECT_EQ(site.process().read_line(), "http://127.0.1.3:" + port + "/");
  for (const char* address : {"127.0.1.1", "127.0.1.2", "127.0.1.3"}) {
    Connection connection(site.port(), address);
    connection.get("/");
    EXPECT_THAT(connection.answer(), StartsWith("HTTP/1.1 200 OK\r\n")) << address;
  }
}

TEST(SiteCommand, ListensOnItsHostsAddressesAlone) {
  Site site({"--hosts", "1"});
  EXPECT_TRUE(Connection(site.port(), "127.0.1.1").connected());
  EXPECT_FALSE(Connection(site.port(), "127.0.1.251").connected());
  EXPECT_FALSE(Connection(site.port(), "127.0.0.2").connected());
}

TEST(SiteCommand, WritesTheSameUrlsAsASeedFile) {
  tests::TempDir dir;
  Site site({"--hosts", "2", "--seeds", dir.file("seeds.txt")});
  EXPECT_EQ(tests::read_file(dir.file("seeds.txt")),
            site.first_line() + "\n" + site.process().read_line() + "\n");
}

TEST(SiteCommand, AnUnwritableSeedFileIsOneLineAndExit2) {
  const tests::Ended ended = tests::weft({"site", "--seeds", "/nonexistent/seeds.txt"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err, "weft: cannot write /nonexistent/seeds.txt: No such file or directory\n");
  EXPECT_EQ(ended.out, "");
}

TEST(SiteCommand, EndsCleanlyWhenInterrupted) {
  for (const int number : {SIGINT, SIGTERM}) {
    Site site({"--hosts", "2", "--threads", "2", "--latency", "30s"});
    Connection waiting(site.port());
    waiting.get("/");
    site.process().signal(number);
    EXPECT_EQ(site.process().wait().code, 0);
  }
}

TEST(SiteCommand, APortInUseIsOneLineAndExit2) {
  Site site;
  const std::string port = std::to_string(site.port());
  const tests::Ended ended = tests::weft({"site", "--port", port});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err, "weft: cannot listen on 127.0.1.1:" + port + ": Address already in use\n");
  EXPECT_EQ(ended.out, "");
}

TEST(SiteCommand, OptionsOutOfRangeAreExit2) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--hosts", "0"},
                                             {"--hosts", "63251"},
                                             {"--pages", "0"},
                                             {"--fanout", "0"},
                                             {"--latency", "5"},
                                             {"--body", "5x"},
                                             {"--body", "1GiB"},
                                             {"--flaws", "1.5"},
                                             {"--port", "65536"},
                                             {"--threads", "0"}}) {
    std::vector<std::string> arguments{"site"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const tests::Ended ended = tests::weft(arguments);
    EXPECT_EQ(ended.code, 2) << options[0] << ' ' << options[1];
    EXPECT_THAT(ended.err, HasSubstr(options[0]));
  }
}

TEST(SiteCommand, CriticalPathIsPrintedInSeconds) {
  const tests::Ended ended =
      tests::weft({"site", "--hosts", "100", "--latency", "200ms", "--critical-path", "8"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "3.000000\n");
}

TEST(SiteCommand, HelpNamesTheFaults) {
  const tests::Ended ended = tests::weft({"site", "--help"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, HasSubstr("/bad/redirect-loop"));
}

TEST(SiteServes, SeveralRequestsOnOneConnection) {
  Site site;
  Connection connection(site.port());
  connection.get("/");
  connection.get("/missing/1");
  connection.get("/robots.txt");
  EXPECT_THAT(connection.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(connection.answer(), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(connection.answer(), HasSubstr("User-agent: *\n"));
}

TEST(SiteServes, HeadIsGetWithoutTheBody) {
  Site site;
  Connection connection(site.port());
  connection.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string head = connection.read();
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
  const std::string get = raw(site, "/");
  EXPECT_EQ(get.substr(0, head.size()), head);
  EXPECT_THAT(head, HasSubstr("Content-Length: " + std::to_string(body_of(get).size()) + "\r\n"));
}

TEST(SiteServes, UnchangedPagesAreNotSentAgain) {
  Site site;
  Connection connection(site.port());
  connection.get("/");
  const std::string first = connection.answer();
  const std::size_t at = first.find("ETag: ") + 6;
  const std::string etag = first.substr(at, first.find("\r\n", at) - at);
  connection.get("/", "If-None-Match: " + etag + "\r\n");
  const std::string second = connection.answer();
  EXPECT_THAT(second, StartsWith("HTTP/1.1 304 Not Modified\r\n"));
  EXPECT_THAT(second, HasSubstr("ETag: " + etag + "\r\n"));
}

TEST(SiteServes, SameSeedSameBytesOnTheNextRun) {
  const auto page = [](const char* seed) {
    Site site({"--seed", seed});
    std::string body = body_of(raw(site, "/"));
    const std::string port = std::string(":").append(std::to_string(site.port()));
    for (std::size_t at; (at = body.find(port)) != std::string::npos;) body.erase(at, port.size());
    return body;
  };
  EXPECT_EQ(page("7"), page("7"));
  EXPECT_NE(page("7"), page("8"));
}

TEST(SiteServes, OtherMethodsAreRefused) {
  Site site;
  Connection connection(site.port());
  connection.send("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(connection.read(), StartsWith("HTTP/1.1 405 "));
}

TEST(SiteServes, WhatIsNoRequestIsRefused) {
  Site site;
  for (const std::string& bytes :
       {std::string("\x16\x03\x01 hello\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nno colon\r\n\r\n"),
        "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n",
        std::string("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")}) {
    Connection connection(site.port());
    connection.send(bytes);
    const std::string answer = connection.read();
    // Where not all was read, the answer may be overtaken by the reset that follows it.
    if (connection.was_reset()) continue;
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << bytes;
  }
  EXPECT_THAT(raw(site, "/"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(SiteServes, AThousandConnectionsAtOnce) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  constexpr int kConnections = 1000;
  Site site({"--hosts", "1", "--latency", "300ms"});
  std::vector<std::unique_ptr<Connection>> connections;
  for (int n = 0; n < kConnections; ++n)
    connections.push_back(std::make_unique<Connection>(site.port()));
  // One after another they would need five minutes, and no test may take more than two.
  const milliseconds time = time_of([&] {
    for (const auto& connection : connections) connection->get("/");
    for (const auto& connection : connections)
      ASSERT_THAT(connection->answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
  });
  EXPECT_GE(time, milliseconds(300));
}

TEST(SiteFaults, StatusIsWhatIsAskedFor) {
  Site site;
  EXPECT_THAT(raw(site, "/bad/status/418"), StartsWith("HTTP/1.1 418 "));
  EXPECT_THAT(raw(site, "/bad/status/500"), StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(raw(site, "/bad/status/204"), EndsWith("\r\n\r\n"));
  EXPECT_THAT(raw(site, "/bad/"), HasSubstr("/bad/status/N"));
  EXPECT_THAT(raw(site, "/bad/nothing"), StartsWith("HTTP/1.1 404 "));
}

TEST(SiteFaults, SlowOnesAreSlow) {
  Site site;
  EXPECT_GE(time_of([&] { EXPECT_EQ(fetch(site, "/bad/slow-headers?ms=300").status, 200); }),
            milliseconds(300));
  EXPECT_GE(time_of([&] { EXPECT_EQ(fetch(site, "/bad/slow-body?ms=5").size, 100u); }),
            milliseconds(500));
}

TEST(SiteFaults, ABodyTricklesAfterItsHeader) {
  Site site;
  Connection connection(site.port());
  connection.get("/bad/slow-body?ms=600000");
  const std::string header = connection.read(1);
  EXPECT_THAT(header, EndsWith("\r\n\r\n"));
}

TEST(SiteFaults, DroppedConnectionsEndEarly) {
  Site site;
  EXPECT_EQ(raw(site, "/bad/drop"), "");
  EXPECT_EQ(fetch(site, "/bad/drop").code, CURLE_GOT_NOTHING);
  EXPECT_EQ(fetch(site, "/bad/truncated").code, CURLE_PARTIAL_FILE);
  EXPECT_EQ(fetch(site, "/bad/chunked-cut").code, CURLE_PARTIAL_FILE);
  Connection midway(site.port());
  midway.get("/bad/drop-midway");
  midway.read();
  EXPECT_TRUE(midway.was_reset());
}

TEST(SiteFaults, RedirectsGoWhereTheySay) {
  Site site;
  EXPECT_THAT(raw(site, "/bad/redirect-loop"), HasSubstr("Location: /bad/redirect-loop/2\r\n"));
  EXPECT_THAT(raw(site, "/bad/redirect-loop/2"), HasSubstr("Location: /bad/redirect-loop\r\n"));
  EXPECT_THAT(raw(site, "/bad/redirect-chain/2"), HasSubstr("Location: /bad/redirect-chain/1\r\n"));
  EXPECT_THAT(raw(site, "/bad/redirect-chain/1"), HasSubstr("Location: /bad/redirect-chain/0\r\n"));
  EXPECT_THAT(raw(site, "/bad/redirect-chain/0"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(raw(site, "/bad/redirect-to?url=http%3A%2F%2Fexample.com%2F"),
              HasSubstr("Location: http://example.com/\r\n"));
  const std::string nowhere = raw(site, "/bad/redirect-nowhere");
  EXPECT_THAT(nowhere, StartsWith("HTTP/1.1 302 Found\r\n"));
  EXPECT_THAT(nowhere, Not(HasSubstr("Location:")));
}

TEST(SiteFaults, HugeBodiesDoNotEnd) {
  Site site;
  constexpr std::size_t kEnough = 32u << 20;
  const Fetched fetched = fetch(site, "/bad/huge", kEnough);
  EXPECT_EQ(fetched.code, CURLE_WRITE_ERROR);
  EXPECT_GT(fetched.size, kEnough);
  EXPECT_THAT(raw(site, "/"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(SiteFaults, HugeHeadersAreAMebibyte) {
  Site site;
  const std::string answer = raw(site, "/bad/huge-headers");
  EXPECT_GT(answer.find("\r\n\r\n"), std::size_t{1} << 20);
  EXPECT_THAT(answer, EndsWith("</html>\n"));
}

TEST(SiteFaults, WrongLengthIsShorterThanWhatComes) {
  Site site;
  const std::string answer = raw(site, "/bad/wrong-length");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 500\r\n"));
  EXPECT_EQ(body_of(answer).size(), 1000u);
}

TEST(SiteFaults, EncodingIsNotWhatItSays) {
  Site site;
  EXPECT_EQ(fetch(site, "/bad/encoding").code, CURLE_BAD_CONTENT_ENCODING);
}

TEST(SiteFaults, AGzipBombUnpacksToAGibibyte) {
  Site site;
  EXPECT_LT(raw(site, "/bad/gzip-bomb").size(), 3u << 20);
  const Fetched fetched = fetch(site, "/bad/gzip-bomb");
  EXPECT_EQ(fetched.code, CURLE_OK);
  EXPECT_EQ(fetched.size, std::size_t{1} << 30);
}

TEST(SiteFaults, RetryAfterIsGoodForTheSecondRequest) {
  Site site;
  Connection connection(site.port());
  connection.get("/bad/retry-after/2");
  connection.get("/bad/retry-after/2");
  const std::string first = connection.answer();
  EXPECT_THAT(first, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(first, HasSubstr("Retry-After: 2\r\n"));
  EXPECT_THAT(connection.answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(SiteFaults, OtherProtocolsAndTypesAreTold) {
  Site site;
  EXPECT_THAT(raw(site, "/bad/not-http"), StartsWith("SSH-2.0-"));
  const std::string image = raw(site, "/bad/content-type");
  EXPECT_THAT(image, HasSubstr("Content-Type: image/png\r\n"));
  EXPECT_THAT(image, HasSubstr("<h1>"));
}

TEST(SiteFaults, DeepIsAHundredThousandElements) {
  Site site;
  const std::string body = body_of(raw(site, "/bad/deep"));
  std::size_t count = 0;
  for (std::size_t at = body.find("<div>"); at != std::string::npos;
       at = body.find("<div>", at + 5))
    ++count;
  EXPECT_EQ(count, 100'000u);
  EXPECT_THAT(body, Not(HasSubstr("</div>")));
}

TEST(SiteFaults, CharsetsAreNotUtf8) {
  Site site;
  const std::string wide = raw(site, "/bad/utf16");
  EXPECT_THAT(body_of(wide), StartsWith(std::string("\xFF\xFE<\0!\0", 6)));
  const std::string latin1 = raw(site, "/bad/latin1-undeclared");
  EXPECT_THAT(latin1, HasSubstr("Content-Type: text/html\r\n"));
  EXPECT_THAT(body_of(latin1), HasSubstr("for\xEAt"));
  EXPECT_THAT(body_of(latin1), Not(HasSubstr("charset")));
}

}  // namespace
