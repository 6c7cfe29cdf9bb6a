// One suite against both fetchers: what weft sees of servers that behave (nginx) and of servers
// that do not (tests/raw_server.h).
#include "crawler/fetch/fetcher.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fetching.h"
#include "tests/raw_server.h"
#include "tests/support.h"

namespace {

using crawler::FetchOptions;
using crawler::FetchResult;
using std::chrono::milliseconds;
using storage::Reason;
using testing::AllOf;
using testing::Each;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using tests::fetch_options;
using tests::Fetching;
using tests::Peer;
using tests::RawServer;
using tests::Strategy;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

std::string ok(std::string_view headers, std::string_view body) {
  return "HTTP/1.1 200 OK\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

class FetcherTest : public testing::TestWithParam<Strategy> {
 protected:
  FetchResult get(const std::string& url, const FetchOptions& options = fetch_options()) {
    Fetching fetching(GetParam(), options, 1);
    FetchResult result = fetching.get(url);
    fetching.finish();
    return result;
  }
  // The word for what a server that says `answer` and hangs up gets.
  std::string_view word_for(std::string_view answer,
                            const FetchOptions& options = fetch_options()) {
    const RawServer server(answer);
    const FetchResult result = get(server.url(), options);
    EXPECT_EQ(result.error == Reason::kNone, result.body != nullptr);
    EXPECT_EQ(result.error != Reason::kNone, !result.error_detail.empty()) << result.error_detail;
    return storage::to_string(result.error);
  }
};

std::string name_of(const testing::TestParamInfo<Strategy>& info) {
  return info.param == Strategy::kAsync ? "Async" : "Threads";
}
INSTANTIATE_TEST_SUITE_P(Fetchers, FetcherTest,
                         testing::Values(Strategy::kAsync, Strategy::kThreads), name_of);

// ---- A server that behaves ----

// One nginx for all tests, in the clear and under TLS.
class Web {
 public:
  static const Web& get() {
    static const Web web;
    return web;
  }
  std::string url(std::string_view path) const { return plain_.url(path); }
  std::string tls_url(std::string_view path) const { return tls_.url(path); }
  std::uint16_t plain_port() const { return plain_.port(); }
  std::uint16_t tls_port() const { return tls_.port(); }
  FetchOptions tls_options() const {
    FetchOptions options = fetch_options();
    options.ca_file = tls_.ca_file();
    return options;
  }
  const std::string& text() const { return text_; }

 private:
  Web()
      : text_(make_text(dir_)),
        plain_({dir_.path().string(), kServer, "", false}),
        tls_({dir_.path().string(), kServer, "", true}) {}

  static std::string make_text(const tests::TempDir& dir) {
    std::string text;
    for (int i = 0; i < 5'000; ++i) text += "line " + std::to_string(i) + " of a long text\n";
    tests::write_file(dir.file("long.txt"), text);
    tests::write_file(dir.file("index.html"), "<title>hello</title>");
    return text;
  }

  static constexpr const char* kServer = R"(
    gzip on; gzip_types text/plain; gzip_min_length 1000;
    add_header X-Connection $connection always;
    location = /echo {
      default_type text/plain;
      return 200 "$request_method $request_uri|agent=$http_user_agent|cookie=$http_cookie|auth=$http_authorization|test=$http_x_test|accept=$http_accept|enc=$http_accept_encoding";
    }
    location = /cookie { add_header Set-Cookie "a=b; path=/"; return 200 "x"; }
    location = /moved { return 301 "$scheme://$http_host/index.html?from=moved"; }
    location = /gone { return 410; }
    location = /busy { add_header Retry-After " 17 " always; return 503; }
    location = /nothing { return 204; }
    location = /secret { auth_basic "x"; auth_basic_user_file /dev/null; }
  )";

  tests::TempDir dir_;
  std::string text_;
  tests::Nginx plain_, tls_;
};

TEST_P(FetcherTest, APageComesWithAllThatIsKnownOfIt) {
  const FetchResult page = get(Web::get().url("/index.html"));
  EXPECT_EQ(page.error, Reason::kNone) << page.error_detail;
  EXPECT_FALSE(page.cancelled);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(*page.body, "<title>hello</title>");
  EXPECT_THAT(*page.head, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\n"),
                                HasSubstr("\r\nServer: nginx")));
  EXPECT_EQ(page.content_type, "text/html");
  EXPECT_EQ(page.protocol, "http/1.1");
  EXPECT_EQ(page.address, "127.0.0.1");
  EXPECT_EQ(page.wire_bytes, page.head->size() + page.body->size());
  EXPECT_EQ(page.request.entry.url, Web::get().url("/index.html"));
  EXPECT_GT(page.timings.connect, 0u);
  EXPECT_EQ(page.timings.tls, 0u);
  EXPECT_GE(page.timings.first_byte, page.timings.connect);
  EXPECT_GE(page.timings.total, page.timings.first_byte);
  EXPECT_GT(page.started_at, 1'700'000'000'000'000);
}

TEST_P(FetcherTest, EveryStatusIsAResponse) {
  EXPECT_EQ(get(Web::get().url("/missing")).status, 404);
  EXPECT_EQ(get(Web::get().url("/gone")).status, 410);
  const FetchResult busy = get(Web::get().url("/busy"));
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.error, Reason::kNone);
  EXPECT_EQ(busy.retry_after, "17");
  const FetchResult nothing = get(Web::get().url("/nothing"));
  EXPECT_EQ(nothing.status, 204);
  EXPECT_EQ(*nothing.body, "");
}

TEST_P(FetcherTest, ARedirectIsAResultAndIsNotFollowed) {
  const FetchResult moved = get(Web::get().url("/moved"));
  EXPECT_EQ(moved.status, 301);
  EXPECT_EQ(moved.location, Web::get().url("/index.html?from=moved"));
  EXPECT_EQ(moved.error, Reason::kNone);
}

TEST_P(FetcherTest, ALocationIsGivenAsItWasSent) {
  const RawServer server(
      "HTTP/1.1 302 Found\r\nlocation: \t ../a b\\c?\xff#x \r\n"
      "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(get(server.url()).location, "../a b\\c?\xff#x");
}

TEST_P(FetcherTest, SendsTheUserAgentAndTheHeadersThatWereAskedFor) {
  FetchOptions options = fetch_options();
  options.headers = {"X-Test: one", "Accept: text/html"};
  const FetchResult echo = get(Web::get().url("/echo?a=%20b"), options);
  EXPECT_THAT(*echo.body,
              AllOf(StartsWith("GET /echo?a=%20b|agent=weft-test/1|"), HasSubstr("|test=one|"),
                    HasSubstr("|accept=text/html|"), HasSubstr("gzip")));
}

TEST_P(FetcherTest, AHeaderWithoutANameIsRefusedBeforeAnythingIsSent) {
  for (const char* bad : {"no colon", ": empty name", "Two: lines\r\nInjected: yes"}) {
    FetchOptions options = fetch_options();
    options.headers = {bad};
    EXPECT_THROW(Fetching(GetParam(), options), std::runtime_error) << bad;
  }
}

TEST_P(FetcherTest, ACookieIsNotSentBack) {
  Fetching fetching(GetParam(), fetch_options(), 1);
  fetching.get(Web::get().url("/cookie"));
  EXPECT_THAT(*fetching.get(Web::get().url("/echo")).body, HasSubstr("|cookie=|"));
}

TEST_P(FetcherTest, CredentialsAreNeverSent) {
  const FetchResult refused = get(Web::get().url("/secret"));
  EXPECT_EQ(refused.status, 401);
  const std::string with_user =
      "http://user:secret@127.0.0.1:" + std::to_string(Web::get().plain_port()) + "/echo";
  const FetchResult result = get(with_user);
  EXPECT_NE(result.error, Reason::kNone);
  EXPECT_EQ(result.status, 0);
}

TEST_P(FetcherTest, OnlyHttpAndHttps) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"}) {
    const FetchResult result = get(url);
    EXPECT_EQ(result.error, Reason::kConnectFailed) << url;
    EXPECT_EQ(result.body, nullptr);
  }
}

TEST_P(FetcherTest, TheEnvironmentsProxyIsNotAsked) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  const FetchResult page = get(Web::get().url("/index.html"));
  unsetenv("http_proxy");
  EXPECT_EQ(page.status, 200) << page.error_detail;
}

TEST_P(FetcherTest, ACompressedBodyIsDecodedAndItsWireBytesAreTheCompressedOnes) {
  const FetchResult page = get(Web::get().url("/long.txt"));
  ASSERT_EQ(page.error, Reason::kNone) << page.error_detail;
  EXPECT_EQ(*page.body, Web::get().text());
  EXPECT_THAT(*page.head, HasSubstr("Content-Encoding: gzip"));
  EXPECT_GT(page.wire_bytes, page.head->size());
  EXPECT_LT(page.wire_bytes, page.body->size() / 2);
}

TEST_P(FetcherTest, DecodesWhateverLibcurlCan) {
  const std::string_view supported(curl_version());
  const std::map<std::string, std::string_view> encodings{
      {"deflate", std::string_view("\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15", 13)},
      {"br", std::string_view("\x0b\x02\x80\x68\x65\x6c\x6c\x6f\x03", 9)},
      {"zstd", std::string_view("\x28\xb5\x2f\xfd\x04\x58\x29\x00\x00\x68\x65\x6c\x6c\x6f"
                                "\xa3\x6d\x9f\x88",
                                18)}};
  for (const auto& [name, bytes] : encodings) {
    if (name == "br" && supported.find("brotli") == std::string_view::npos) continue;
    if (name == "zstd" && supported.find("zstd") == std::string_view::npos) continue;
    const RawServer server(ok("Content-Encoding: " + name + "\r\n", bytes));
    const FetchResult result = get(server.url());
    ASSERT_EQ(result.error, Reason::kNone) << name << ": " << result.error_detail;
    EXPECT_EQ(*result.body, "hello") << name;
  }
}

TEST_P(FetcherTest, AConnectionIsUsedAgain) {
  Fetching fetching(GetParam(), fetch_options(), 1);
  std::set<std::string> connections;
  for (int i = 0; i < 20; ++i) {
    const FetchResult page = fetching.get(Web::get().url("/index.html"));
    ASSERT_EQ(page.status, 200);
    const std::size_t at = page.head->find("X-Connection: ");
    connections.insert(page.head->substr(at, page.head->find('\r', at) - at));
    if (i > 0) {
      EXPECT_EQ(page.timings.connect, 0u) << "a connection that is there needs no connecting";
      EXPECT_EQ(page.timings.name, 0u);
    }
  }
  EXPECT_EQ(connections.size(), 1u);
}

TEST_P(FetcherTest, AServerThatClosedAKeptConnectionIsAskedAgain) {
  std::atomic<int> requests{0};
  const RawServer server([&](Peer& peer) {
    // Promises to keep the connection, and drops it after its first response.
    peer.read_head();
    ++requests;
    peer.send(kHello);
  });
  Fetching fetching(GetParam(), fetch_options(), 1);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(*fetching.get(server.url()).body, "hello");
  EXPECT_EQ(requests, 5);
}

TEST_P(FetcherTest, Http10IsUnderstood) {
  const RawServer server("HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=x\r\n\r\nold");
  const FetchResult page = get(server.url());
  EXPECT_EQ(page.protocol, "http/1.0");
  EXPECT_EQ(page.content_type, "text/html; charset=x");
  EXPECT_EQ(*page.body, "old");
}

TEST_P(FetcherTest, TwoThousandRequestsThrough64AreAnsweredOnceEach) {
  constexpr unsigned kRequests = 2'000;
  Fetching fetching(GetParam(), fetch_options(), 64);
  for (unsigned i = 0; i < kRequests; ++i)
    ASSERT_TRUE(fetching.push(Web::get().url("/echo?" + std::to_string(i))));
  std::set<std::string> urls;
  for (const FetchResult& result : fetching.run_until(kRequests)) {
    EXPECT_EQ(result.error, Reason::kNone) << result.error_detail;
    const std::string path = result.request.entry.url.substr(Web::get().url("").size());
    EXPECT_THAT(*result.body, StartsWith("GET " + path + "|"));
    urls.insert(path);
  }
  EXPECT_EQ(urls.size(), kRequests);
  fetching.finish();
  EXPECT_EQ(fetching.results().size(), kRequests);
  EXPECT_EQ(fetching.fetcher().stats().in_flight, 0u);
  EXPECT_LE(fetching.fetcher().stats().most_in_flight, 64u);
  EXPECT_EQ(fetching.fetcher().stats().cpu.count() > 0, GetParam() == Strategy::kThreads);
}

TEST_P(FetcherTest, AResultMayPushTheNextRequest) {
  Fetching fetching(GetParam(), fetch_options(), 2);
  int left = 100;
  fetching.on_result = [&] {
    if (--left > 0) fetching.push(Web::get().url("/index.html"));
  };
  fetching.push(Web::get().url("/index.html"));
  EXPECT_THAT(fetching.run_until(100), Each(Field(&FetchResult::status, 200)));
}

// ---- TLS ----

TEST_P(FetcherTest, Http2OnTls) {
  const FetchResult page = get(Web::get().tls_url("/index.html"), Web::get().tls_options());
  ASSERT_EQ(page.error, Reason::kNone) << page.error_detail;
  EXPECT_EQ(page.protocol, "h2");
  EXPECT_THAT(*page.head, StartsWith("HTTP/2 200"));
  EXPECT_GT(page.timings.tls, page.timings.connect);
  EXPECT_EQ(*page.body, "<title>hello</title>");
}

TEST_P(FetcherTest, ManyRequestsOverTls) {
  Fetching fetching(GetParam(), Web::get().tls_options(), 8);
  fetching.get(Web::get().tls_url("/robots.txt"));  // as a crawl does, before any page
  for (int i = 0; i < 200; ++i) fetching.push(Web::get().tls_url("/long.txt"));
  std::set<std::string> connections;
  for (const FetchResult& result : fetching.run_until(200)) {
    ASSERT_EQ(result.error, Reason::kNone) << result.error_detail;
    EXPECT_EQ(*result.body, Web::get().text());
    const std::size_t at = result.head->find("x-connection: ");
    connections.insert(result.head->substr(at, result.head->find('\r', at) - at));
  }
  // HTTP/2 carries them all on one connection; a thread has its own.
  EXPECT_LE(connections.size(), GetParam() == Strategy::kAsync ? 1u : 8u);
}

TEST_P(FetcherTest, AnUnknownIssuerIsABadCertificate) {
  const FetchResult result = get(Web::get().tls_url("/"));
  EXPECT_EQ(result.error, Reason::kBadCertificate) << result.error_detail;
}

TEST_P(FetcherTest, AnotherNameIsABadCertificate) {
  const FetchResult result = get("https://127.0.0.1:" + std::to_string(Web::get().tls_port()) + "/",
                                 Web::get().tls_options());
  EXPECT_EQ(result.error, Reason::kBadCertificate) << result.error_detail;
}

TEST_P(FetcherTest, InsecureTakesAnyCertificate) {
  FetchOptions options = fetch_options();
  options.insecure = true;
  EXPECT_EQ(get(Web::get().tls_url("/"), options).status, 200);
}

TEST_P(FetcherTest, ACaFileThatCannotBeReadIsSaidAtOnce) {
  FetchOptions options = fetch_options();
  options.ca_file = "/nonexistent/ca.pem";
  EXPECT_THROW(Fetching(GetParam(), options), std::runtime_error);
}

TEST_P(FetcherTest, AServerWithoutTlsIsTlsFailed) {
  const FetchResult result =
      get("https://127.0.0.1:" + std::to_string(Web::get().plain_port()) + "/");
  EXPECT_EQ(result.error, Reason::kTlsFailed) << result.error_detail;
}

// ---- No connection ----

TEST_P(FetcherTest, ANameThatDoesNotExist) {
  EXPECT_EQ(get("http://nonexistent.invalid/").error, Reason::kNameNotResolved);
}

TEST_P(FetcherTest, AHostThatNoNameServerCanKnow) {
  EXPECT_EQ(get("http://a&b.invalid/").error, Reason::kNameNotResolved);
}

TEST_P(FetcherTest, ARefusedPort) {
  const FetchResult result = get("http://127.0.0.1:" + std::to_string(tests::free_port()) + "/");
  EXPECT_EQ(result.error, Reason::kConnectFailed) << result.error_detail;
  EXPECT_EQ(result.head, nullptr);
  EXPECT_EQ(result.status, 0);
}

TEST_P(FetcherTest, AServerThatDoesNotAcceptIsAConnectTimeout) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listener, raw, size), 0);
  ASSERT_EQ(listen(listener, 0), 0);
  ASSERT_EQ(getsockname(listener, raw, &size), 0);
  std::vector<int> filling;  // its queue
  for (int i = 0; i < 8; ++i) {
    filling.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    connect(filling.back(), raw, size);
  }
  FetchOptions options = fetch_options();
  options.connect_timeout = milliseconds(300);
  const FetchResult result =
      get("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/", options);
  EXPECT_EQ(result.error, Reason::kConnectTimeout) << result.error_detail;
  for (const int fd : filling) close(fd);
  close(listener);
}

TEST_P(FetcherTest, AProxyThatIsNotThere) {
  FetchOptions options = fetch_options();
  options.proxy = "http://127.0.0.1:" + std::to_string(tests::free_port());
  EXPECT_EQ(get(Web::get().url("/"), options).error, Reason::kProxyFailed);
}

TEST_P(FetcherTest, AProxyIsAskedForPlainPages) {
  std::string asked;
  const RawServer proxy([&](Peer& peer) {
    asked = peer.read_head();
    peer.send(kHello);
  });
  FetchOptions options = fetch_options();
  options.proxy = proxy.url("");
  EXPECT_EQ(*get("http://elsewhere.invalid/page", options).body, "hello");
  EXPECT_THAT(asked, StartsWith("GET http://elsewhere.invalid/page HTTP/1.1\r\n"));
}

TEST_P(FetcherTest, AProxyThatRefusesATunnel) {
  const RawServer proxy("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n");
  FetchOptions options = fetch_options();
  options.proxy = proxy.url("");
  const FetchResult result = get("https://elsewhere.invalid/", options);
  EXPECT_EQ(result.error, Reason::kProxyFailed) << result.error_detail;
  EXPECT_EQ(result.status, 0) << "the proxy's status is not the page's";
}

// ---- Limits in time ----

TEST_P(FetcherTest, AServerThatSaysNothingIsAFirstByteTimeout) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.wait_until_closed();
  });
  FetchOptions options = fetch_options();
  options.first_byte_timeout = milliseconds(300);
  const FetchResult result = get(server.url(), options);
  EXPECT_EQ(result.error, Reason::kFirstByteTimeout) << result.error_detail;
  EXPECT_GE(result.timings.total, 290'000u);
}

TEST_P(FetcherTest, ABodyThatStopsIsStalled) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send(ok("Content-Length: 100\r\n", "some of it"));
    peer.wait_until_closed();
  });
  FetchOptions options = fetch_options();
  options.stalled_timeout = milliseconds(300);
  const FetchResult result = get(server.url(), options);
  EXPECT_EQ(result.error, Reason::kStalled) << result.error_detail;
  EXPECT_EQ(result.status, 200) << "the header came";
  EXPECT_EQ(result.body, nullptr);
}

TEST_P(FetcherTest, AHeaderThatStopsIsStalled) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nX-");
    peer.wait_until_closed();
  });
  FetchOptions options = fetch_options();
  options.stalled_timeout = milliseconds(300);
  EXPECT_EQ(get(server.url(), options).error, Reason::kStalled);
}

TEST_P(FetcherTest, ASlowBodyEndsAtTheTotalTimeout) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send(ok("Content-Length: 1000000\r\n", ""));
    while (peer.stay_silent(10) && peer.send("x")) {
    }
  });
  FetchOptions options = fetch_options();
  options.total_timeout = milliseconds(400);
  EXPECT_EQ(get(server.url(), options).error, Reason::kTotalTimeout);
}

TEST_P(FetcherTest, ASlowHeaderEndsAtTheTotalTimeout) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.stay_silent(10) && peer.send("X: y\r\n")) {
    }
  });
  FetchOptions options = fetch_options();
  options.total_timeout = milliseconds(400);
  EXPECT_EQ(get(server.url(), options).error, Reason::kTotalTimeout);
}

TEST_P(FetcherTest, TheNextRequestAfterATimeoutIsUnharmed) {
  std::atomic<int> connections{0};
  const RawServer server([&](Peer& peer) {
    peer.read_head();
    if (++connections == 1)
      peer.wait_until_closed();
    else
      peer.send(kHello);
  });
  FetchOptions options = fetch_options();
  options.first_byte_timeout = milliseconds(300);
  Fetching fetching(GetParam(), options, 1);
  EXPECT_EQ(fetching.get(server.url()).error, Reason::kFirstByteTimeout);
  EXPECT_EQ(*fetching.get(server.url()).body, "hello");
}

// ---- Responses that end too early ----

TEST_P(FetcherTest, ClosedWithoutAnAnswerIsConnectionLost) {
  EXPECT_EQ(word_for(""), "connection_lost");
}

TEST_P(FetcherTest, ClosedInTheHeaderIsConnectionLost) {
  EXPECT_EQ(word_for("HTTP/1.1 200 OK\r\nContent-Le"), "connection_lost");
  EXPECT_EQ(word_for("HTTP/1.1 100 Continue\r\n\r\n"), "connection_lost");
}

TEST_P(FetcherTest, AResetBeforeTheHeaderIsConnectionLost) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.reset();
  });
  EXPECT_EQ(get(server.url()).error, Reason::kConnectionLost);
}

TEST_P(FetcherTest, ABodyShorterThanItsLengthIsTruncated) {
  EXPECT_EQ(word_for(ok("Content-Length: 10\r\n", "hello")), "truncated");
}

TEST_P(FetcherTest, ABodyCutByAResetIsTruncated) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send(ok("Content-Length: 100000\r\n", "hello"));
    peer.stay_silent(50);  // so that the client has what was sent
    peer.reset();
  });
  EXPECT_EQ(get(server.url()).error, Reason::kTruncated);
}

TEST_P(FetcherTest, ChunksThatAreCutAreTruncated) {
  EXPECT_EQ(word_for(ok("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n")), "truncated");
  EXPECT_EQ(word_for(ok("Transfer-Encoding: chunked\r\n", "ff\r\nhello")), "truncated");
}

TEST_P(FetcherTest, WithoutALengthTheEndIsTheEnd) {
  const RawServer server(ok("", "hello"));
  EXPECT_EQ(*get(server.url()).body, "hello");
}

TEST_P(FetcherTest, BytesBeyondTheLengthAreNotPartOfTheBody) {
  const RawServer server(ok("Content-Length: 5\r\n", "hello and more"));
  Fetching fetching(GetParam(), fetch_options(), 1);
  EXPECT_EQ(*fetching.get(server.url()).body, "hello");
  EXPECT_EQ(*fetching.get(server.url()).body, "hello") << "nor of the next response";
}

// ---- Responses that are none ----

TEST_P(FetcherTest, BytesThatAreNotHttpAreABadResponse) {
  EXPECT_EQ(word_for("SSH-2.0-OpenSSH_9.2\r\n"), "bad_response");
  EXPECT_EQ(word_for(std::string(1'000, '\xfe')), "bad_response");
}

TEST_P(FetcherTest, Http09IsABadResponse) {
  EXPECT_EQ(word_for("<html>hello</html>"), "bad_response");
}

TEST_P(FetcherTest, ChunksThatAreNoneAreABadResponse) {
  EXPECT_EQ(word_for(ok("Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n0\r\n\r\n")),
            "bad_response");
}

TEST_P(FetcherTest, TwoLengthsAreABadResponse) {
  EXPECT_EQ(word_for(ok("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!")), "bad_response");
  EXPECT_EQ(word_for(ok("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")), "");
}

TEST_P(FetcherTest, TwoDifferentLocationsAreABadResponse) {
  EXPECT_EQ(word_for("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\n"
                     "Content-Length: 0\r\n\r\n"),
            "bad_response");
  EXPECT_EQ(word_for("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /a\r\n"
                     "Content-Length: 0\r\n\r\n"),
            "");
}

TEST_P(FetcherTest, ANulByteInTheHeaderIsABadResponse) {
  using namespace std::string_view_literals;
  EXPECT_EQ(word_for("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 5\r\n\r\nhello"sv),
            "bad_response");
}

TEST_P(FetcherTest, OnlyTheFinalHeadIsKept) {
  const RawServer server(
      "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\nContent-Length: 77\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n0\r\nX-Trailer: y\r\nHTTP/1.1 500 z: no\r\n\r\n");
  const FetchResult result = get(server.url());
  ASSERT_EQ(result.error, Reason::kNone) << result.error_detail;
  EXPECT_EQ(*result.head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(*result.body, "hello");
}

// ---- Encodings ----

TEST_P(FetcherTest, BytesThatDoNotDecodeAreBadEncoding) {
  EXPECT_EQ(word_for(ok("Content-Encoding: gzip\r\n", "this is not gzip")), "bad_encoding");
  EXPECT_EQ(word_for(ok("Content-Encoding: br\r\n", "\xff\xff\xff\xff\xff\xff")), "bad_encoding");
  EXPECT_EQ(word_for(ok("Content-Encoding: rot13\r\n", "uryyb")), "bad_encoding");
}

// ---- Limits in size ----

TEST_P(FetcherTest, AHeaderAboveTheBoundIsHeadersTooLarge) {
  FetchOptions options = fetch_options();
  options.max_headers = 1'000;
  EXPECT_EQ(word_for(ok("X: " + std::string(1'000, 'x') + "\r\n", "hello"), options),
            "headers_too_large");
  EXPECT_EQ(word_for(ok("X: " + std::string(900, 'x') + "\r\n", "hello"), options), "");
}

TEST_P(FetcherTest, ALineWithoutEndIsHeadersTooLarge) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nX: ");
    while (peer.send(std::string(10'000, 'x'))) {
    }
  });
  EXPECT_EQ(get(server.url()).error, Reason::kHeadersTooLarge);
}

TEST_P(FetcherTest, HeadersWithoutEndAreHeadersTooLarge) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X: y\r\n")) {
    }
  });
  EXPECT_EQ(get(server.url()).error, Reason::kHeadersTooLarge);
}

TEST_P(FetcherTest, InterimResponsesWithoutEndAreHeadersTooLarge) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    while (peer.send("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
  });
  EXPECT_EQ(get(server.url()).error, Reason::kHeadersTooLarge);
}

TEST_P(FetcherTest, ABodyAboveTheBoundIsBodyTooLarge) {
  FetchOptions options = fetch_options();
  options.max_body = 100'000;
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send(ok("", ""));
    while (peer.send(std::string(10'000, 'x'))) {
    }
  });
  const FetchResult result = get(server.url(), options);
  EXPECT_EQ(result.error, Reason::kBodyTooLarge);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(word_for(ok("", std::string(100'000, 'x')), options), "") << "exactly the bound";
}

TEST_P(FetcherTest, ALengthAboveTheBoundIsRefusedBeforeTheBody) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.send(ok("Content-Length: 99999999999\r\n", ""));
    peer.wait_until_closed();
  });
  EXPECT_EQ(get(server.url()).error, Reason::kBodyTooLarge);
}

TEST_P(FetcherTest, ARequestMayHaveABoundOfItsOwn) {
  Fetching fetching(GetParam(), fetch_options(), 1);
  EXPECT_EQ(fetching.get(Web::get().url("/long.txt"), 1'000).error, Reason::kBodyTooLarge);
  EXPECT_EQ(fetching.get(Web::get().url("/long.txt")).error, Reason::kNone);
}

TEST_P(FetcherTest, ABombIsBodyTooLargeAndNotInflated) {
  const std::string bomb = tests::run({"sh", "-c", "head -c 50000000 /dev/zero | gzip -9"}).out;
  ASSERT_LT(bomb.size(), 100'000u);
  FetchOptions options = fetch_options();
  options.max_body = 1'000'000;
  EXPECT_EQ(word_for(ok("Content-Encoding: gzip\r\n", bomb), options), "body_too_large");
}

// ---- Cancel ----

TEST_P(FetcherTest, CancelAnswersEveryRequestOnceAndAtOnce) {
  constexpr std::size_t kConcurrency = 8;
  constexpr unsigned kRequests = 20;
  std::atomic<unsigned> waiting{0};
  const RawServer server([&](Peer& peer) {
    peer.read_head();
    peer.send(ok("Content-Length: 100\r\n", "some"));
    ++waiting;
    peer.wait_until_closed();
  });
  Fetching fetching(GetParam(), fetch_options(), kConcurrency);
  for (unsigned i = 0; i < kRequests; ++i)
    ASSERT_TRUE(fetching.push(server.url("/") + std::to_string(i)));
  tests::wait_until(
      [&] {
        fetching.io().poll();
        return waiting == kConcurrency;
      },
      "all transfers to be under way");
  EXPECT_EQ(fetching.fetcher().stats().in_flight, kConcurrency);
  const std::size_t unsent = fetching.queue().drain().size();
  EXPECT_EQ(unsent, kRequests - kConcurrency);
  fetching.fetcher().cancel();
  fetching.finish();
  ASSERT_EQ(fetching.results().size(), kConcurrency);
  std::set<std::string> urls;
  for (const FetchResult& result : fetching.results()) {
    EXPECT_TRUE(result.cancelled);
    EXPECT_EQ(result.error, Reason::kNone);
    EXPECT_EQ(result.body, nullptr);
    urls.insert(result.request.entry.url);
  }
  EXPECT_EQ(urls.size(), kConcurrency);
}

TEST_P(FetcherTest, WhatIsPoppedAfterCancelIsNotSent) {
  std::atomic<int> asked{0};
  const RawServer server([&](Peer&) { ++asked; });
  Fetching fetching(GetParam(), fetch_options(), 2);
  fetching.fetcher().cancel();
  for (int i = 0; i < 10; ++i) fetching.push(server.url());
  EXPECT_THAT(fetching.run_until(10), Each(Field(&FetchResult::cancelled, true)));
  fetching.finish();
  EXPECT_EQ(asked, 0);
}

TEST_P(FetcherTest, CancelFromWithinAResult) {
  const RawServer server([](Peer& peer) {
    const std::string head = peer.read_head();
    if (head.starts_with("GET /first"))
      peer.send(kHello);
    else
      peer.wait_until_closed();
  });
  Fetching fetching(GetParam(), fetch_options(), 4);
  bool cancelled = false;
  fetching.on_result = [&] {
    if (std::exchange(cancelled, true)) return;
    fetching.fetcher().cancel();
    fetching.queue().close();
  };
  for (const char* path : {"/a", "/b", "/c", "/first"}) fetching.push(server.url(path));
  fetching.run_until(4);
  fetching.finish();
  EXPECT_EQ(fetching.results().size(), 4u);
}

TEST_P(FetcherTest, CancelDoesNotWaitForANameBeingLookedUp) {
  Fetching fetching(GetParam(), fetch_options(), 4);
  for (int i = 0; i < 4; ++i)
    fetching.push("http://a-" + std::to_string(i) + ".nonexistent.invalid/");
  fetching.io().poll();
  fetching.fetcher().cancel();
  fetching.finish();
  EXPECT_EQ(fetching.results().size(), 4u);
}

TEST_P(FetcherTest, DroppedInTheMiddleItLeavesNothingBehind) {
  const RawServer server([](Peer& peer) {
    peer.read_head();
    peer.wait_until_closed();
  });
  Fetching fetching(GetParam(), fetch_options(), 4);
  for (int i = 0; i < 8; ++i) fetching.push(server.url());
  tests::wait_until(
      [&] {
        fetching.io().poll();
        return server.connections() == 4;
      },
      "the transfers to be under way");
}

TEST_P(FetcherTest, AnExceptionInTheEngineReachesItsLoop) {
  Fetching fetching(GetParam(), fetch_options(), 2);
  fetching.on_result = [] { throw std::out_of_range("the engine's"); };
  fetching.push(Web::get().url("/index.html"));
  EXPECT_THROW(fetching.run_until(2), std::out_of_range);
}

TEST_P(FetcherTest, EndsWhenTheQueueIsClosedAndNothingWasAsked) {
  Fetching fetching(GetParam(), fetch_options(), 16);
  fetching.finish();
  EXPECT_THAT(fetching.results(), IsEmpty());
}

TEST_P(FetcherTest, EightHundredAtOnce) {
  constexpr std::size_t kConcurrency = 800;
  std::atomic<std::size_t> waiting{0};
  const RawServer server([&](Peer& peer) {
    peer.read_head();
    ++waiting;
    while (waiting < kConcurrency && peer.stay_silent(200)) {
    }
    peer.send(kHello);
  });
  FetchOptions options = fetch_options();
  options.first_byte_timeout = tests::kPatience;  // the first one waits for the last
  options.total_timeout = tests::kPatience;
  Fetching fetching(GetParam(), options, kConcurrency);
  for (std::size_t i = 0; i < kConcurrency; ++i) fetching.push(server.url());
  for (const FetchResult& result : fetching.run_until(kConcurrency))
    EXPECT_EQ(result.error, Reason::kNone) << result.error_detail;
  EXPECT_EQ(fetching.fetcher().stats().most_in_flight, kConcurrency);
  fetching.finish();
}

}  // namespace
