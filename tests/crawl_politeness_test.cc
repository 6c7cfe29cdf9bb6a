// How a crawl treats the hosts it visits, by what those hosts saw: robots.txt, --per-host, --delay,
// Crawl-delay, and hosts that are not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <sstream>

#include "tests/crawl_support.h"
#include "tests/raw_server.h"

namespace tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A request as the server's own log has it, in seconds.
struct Request {
  double begin;
  double end;
  std::string path;
};

// nginx with `pages` pages that the first links to, and a log of its own.
class Logged {
 public:
  explicit Logged(int pages, const std::string& server = "") : nginx_(config(pages, server)) {}

  std::string url(const std::string& path = "/0.html") const { return nginx_.url(path); }

  // In the order in which they began. nginx writes a line when an answer has gone out, with the
  // time of that and how long it took since the request's first byte, both in milliseconds.
  std::vector<Request> requests() const {
    std::vector<Request> all;
    std::istringstream lines(read_file(root_.file("log")));
    Request request{};
    double took = 0;
    while (lines >> request.end >> took >> request.path) {
      request.begin = request.end - took;
      all.push_back(request);
    }
    std::ranges::stable_sort(all, {}, &Request::begin);
    return all;
  }
  std::size_t count(const std::string& path) const {
    const std::vector<Request> all = requests();
    return static_cast<std::size_t>(std::ranges::count(all, path, &Request::path));
  }

 private:
  Nginx::Config config(int pages, const std::string& server) {
    std::string index = "<title>0</title>";
    for (int i = 1; i < pages; ++i) {
      write_file(root_.file(std::to_string(i) + ".html"), "<title>page</title>");
      index += "<a href=/" + std::to_string(i) + ".html>p</a>";
    }
    write_file(root_.file("0.html"), index);
    return {.root = root_.path().string(),
            .server = "access_log " + root_.file("log") + " times;\n" + server,
            .http = "log_format times '$msec $request_time $request_uri';"};
  }

  TempDir root_;
  Nginx nginx_;
};

class Politeness : public testing::Test {
 protected:
  std::string reasons() const {
    return sql(db_, "SELECT state, reason, count(*) FROM urls GROUP BY 1, 2 ORDER BY 1, 2");
  }

  TempDir dir_;
  const std::string db_ = dir_.file("c.db");
};

// ---- robots.txt, RFC 9309 section 2.3.1 -------------------------------------------------------

TEST_F(Politeness, RobotsTxtIsAskedForOnceAndBeforeAnyPage) {
  const Logged host(20);
  ASSERT_EQ(crawl({host.url()}, db_).code, 0);
  EXPECT_EQ(host.requests().front().path, "/robots.txt");
  EXPECT_EQ(host.count("/robots.txt"), 1u);
  EXPECT_EQ(reasons(), "done|fetched|20") << "404: all is allowed";
  EXPECT_EQ(sql(db_, "SELECT robots_status FROM origins"), "404");
}

TEST_F(Politeness, WhereRobotsTxtAnswers5xxNothingIsRequested) {
  const Logged host(3, "location = /robots.txt { return 500; }");
  ASSERT_EQ(crawl({host.url()}, db_, {"--retries", "0"}).code, 0);
  EXPECT_EQ(reasons(), "skipped|robots_unreachable|1");
  EXPECT_EQ(host.count("/0.html"), 0u);
}

TEST_F(Politeness, RobotsTxtIsReadWhereItRedirectsTo) {
  const Logged host(3,
                    "location = /robots.txt { return 301 /moved.txt; }\n"
                    "location = /moved.txt { return 200 \"User-agent: *\\nDisallow: /1\"; }");
  ASSERT_EQ(crawl({host.url()}, db_).code, 0);
  EXPECT_EQ(reasons(), "done|fetched|2\nskipped|robots_disallowed|1");
}

TEST_F(Politeness, ARobotsTxtThatRedirectsWithoutEndCountsAsNone) {
  const Logged host(3, "location = /robots.txt { return 302 /robots.txt; }");
  ASSERT_EQ(crawl({host.url()}, db_).code, 0);
  EXPECT_EQ(reasons(), "done|fetched|3");
  EXPECT_EQ(host.count("/robots.txt"), 6u) << "five hops are followed";
}

TEST_F(Politeness, WithNoRobotsItIsNotEvenAskedFor) {
  const Logged host(3, "location = /robots.txt { return 500; }");
  ASSERT_EQ(crawl({host.url()}, db_, {"--no-robots"}).code, 0);
  EXPECT_EQ(reasons(), "done|fetched|3");
  EXPECT_EQ(host.count("/robots.txt"), 0u);
}

TEST_F(Politeness, EachRedirectOfRobotsTxtHasARowAndWhyTellsIt) {
  const Logged host(2,
                    "location = /robots.txt { return 301 /moved.txt; }\n"
                    "location = /moved.txt { return 307 /again.txt; }\n"
                    "location = /again.txt { return 200 \"User-agent: *\\nDisallow: /1\"; }");
  ASSERT_EQ(crawl({host.url()}, db_).code, 0);
  EXPECT_EQ(sql(db_, "SELECT origin_id, seq, status, url FROM robots_redirects"),
            "1|0|301|" + host.url("/moved.txt") + "\n1|1|307|" + host.url("/again.txt"));
  EXPECT_EQ(sql(db_, "SELECT status, answered_by, redirects FROM robots_list"),
            "200|" + host.url("/again.txt") + "|2");
  const std::string why = weft({"why", db_, host.url()}).out;
  EXPECT_THAT(why, HasSubstr("status 301, to " + host.url("/moved.txt") + "\n"));
  EXPECT_THAT(why, HasSubstr("status 307, to " + host.url("/again.txt") + "\n"));
}

// Requests as a server sees them that answers each a little later than it came.
class Target {
 public:
  struct Seen {
    double begin, end;  // seconds
    std::string path;
  };

  explicit Target(std::string answer)
      : server_([this, bytes = std::move(answer)](Peer& peer) {
          for (std::string head; !(head = peer.read_head()).empty();) {
            const std::size_t path = head.find(' ') + 1;
            Seen seen{now(), 0, head.substr(path, head.find(' ', path) - path)};
            peer.stay_silent(30);
            seen.end = now();
            {
              const std::lock_guard lock(mutex_);
              seen_.push_back(seen);
            }
            if (!peer.send(bytes)) return;
          }
        }) {}

  std::uint16_t port() const { return server_.port(); }
  // In the order in which they began.
  std::vector<Seen> seen() const {
    const std::lock_guard lock(mutex_);
    std::vector<Seen> all = seen_;
    std::ranges::sort(all, {}, &Seen::begin);
    return all;
  }

 private:
  static double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  mutable std::mutex mutex_;
  std::vector<Seen> seen_;
  RawServer server_;
};

std::size_t most_at_once(const std::vector<Target::Seen>& requests) {
  std::size_t most = 0;
  for (const Target::Seen& at : requests)
    most = std::max(most, static_cast<std::size_t>(
                              std::ranges::count_if(requests, [&](const Target::Seen& other) {
                                return other.begin <= at.begin && at.begin < other.end;
                              })));
  return most;
}

std::string response(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(Politeness, RobotsTxtOfManyHostsThatRedirectsToOneMeetsTheScheduleOfThatOne) {
  constexpr int kHosts = 40;
  constexpr double kDelay = 0.05;
  const Target target(response("User-agent: *\nDisallow: /1"));
  const std::string moved = "http://localhost:" + std::to_string(target.port()) + "/robots.txt";
  const std::string port = std::to_string(free_port());
  const Nginx hosts(
      {.root = dir_.path().string(),
       .http = "server { listen 0.0.0.0:" + port + "; location / { return 301 " + moved + "; } }"});
  std::vector<std::string> seeds;
  for (int i = 2; i < 2 + kHosts; ++i)
    seeds.push_back("http://127.0.0." + std::to_string(i) + ":" + port + "/1");
  for (const char* strategy : {"async", "threads"}) {
    const std::string db = dir_.file(std::string(strategy) + ".db");
    const std::size_t before = target.seen().size();
    std::vector<std::string> args{"crawl", "--db",       db,  "-q",         "--delay",
                                  "50ms",  "--per-host", "2", "--strategy", strategy};
    args.insert(args.end(), seeds.begin(), seeds.end());
    weft(args);
    std::vector<Target::Seen> seen = target.seen();
    seen.erase(seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(before));
    EXPECT_EQ(seen.size(), std::size_t{kHosts});
    EXPECT_LE(most_at_once(seen), 2u) << strategy;
    // Half of what it takes: the first may have been held up on its way for long.
    EXPECT_GE(seen.back().begin - seen.front().begin, (kHosts - 1) * kDelay / 2) << strategy;
    EXPECT_EQ(sql(db, "SELECT state, reason, count(*) FROM urls GROUP BY 1, 2"),
              "skipped|robots_disallowed|40")
        << "the rules bind the origins that were asked";
    EXPECT_EQ(sql(db,
                  "SELECT count(*), count(DISTINCT origin_id) FROM robots_redirects WHERE "
                  "seq = 0 AND status = 301 AND url = '" +
                      moved + "'"),
              "40|40");
    EXPECT_THAT(weft({"why", db, seeds[0]}).out,
                AllOf(HasSubstr("disallowed: line 2"), HasSubstr("status 301, to " + moved)));
  }
}

// ---- how many at once, and how soon ------------------------------------------------------------

// Seconds since 1970 at which the file's last run started.
double run_start(const std::string& db) {
  return std::stod(sql(db, "SELECT (julianday(max(started_at)) - 2440587.5) * 86400.0 FROM runs"));
}

// Whether a request came sooner than one every `seconds` since `start` allows. A busy machine can
// hold up a request on its way, and the run's start, but bring neither forward: so this holds
// however busy it is. The log has milliseconds.
bool too_fast(const std::vector<Request>& requests, double start, double seconds) {
  constexpr double kRounding = 0.002;
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (requests[i].begin < start + static_cast<double>(i) * seconds - kRounding) return true;
  return false;
}

TEST_F(Politeness, TwoRequestsToAHostAreAtLeastTheDelayApart) {
  const Logged host(12);
  for (const char* strategy : {"async", "threads"}) {
    const std::string db = dir_.file(std::string(strategy) + ".db");
    const std::size_t before = host.requests().size();
    ASSERT_EQ(weft({"crawl", host.url(), "--db", db, "-q", "--delay", "60ms", "--per-host", "8",
                    "--strategy", strategy})
                  .code,
              0);
    std::vector<Request> requests = host.requests();
    requests.erase(requests.begin(), requests.begin() + static_cast<std::ptrdiff_t>(before));
    EXPECT_EQ(requests.size(), 13u);
    EXPECT_FALSE(too_fast(requests, run_start(db), 0.060)) << strategy;
  }
}

TEST_F(Politeness, ALongerCrawlDelayOfRobotsTxtWins) {
  const Logged host(8,
                    "location = /robots.txt { return 200 \"User-agent: *\\nCrawl-delay: 0.1\"; }");
  ASSERT_EQ(crawl({host.url()}, db_).code, 0);  // --delay 0
  std::vector<Request> requests = host.requests();
  ASSERT_EQ(requests.size(), 9u);
  requests.erase(requests.begin());  // robots.txt itself: the delay was not known yet
  EXPECT_FALSE(too_fast(requests, run_start(db_), 0.1));
}

TEST_F(Politeness, NeverMoreAtOnceThanPerHost) {
  const Site host({"--pages", "40", "--latency", "10ms"});
  for (const std::string per_host : {"1", "3"}) {
    const std::string stats = dir_.file("stats.json");
    ASSERT_EQ(weft({"crawl", host.start_urls()[0], "--db", dir_.file(per_host + ".db"), "-q",
                    "--delay", "0", "--per-host", per_host, "--stats", stats})
                  .code,
              0);
    EXPECT_EQ(sql(":memory:", "SELECT json_extract(CAST(readfile('" + stats +
                                  "') AS TEXT), '$.requests.most_in_flight')"),
              per_host);
  }
}

TEST_F(Politeness, APauseThatAHostAsksForHoldsItsOtherUrlsBackToo) {
  const Logged host(6, "location = /1.html { add_header Retry-After 1 always; return 503; }\n");
  ASSERT_EQ(weft({"crawl", host.url(), "--db", db_, "-q", "--delay", "0", "--per-host", "1",
                  "--retries", "1"})
                .code,
            0);
  EXPECT_EQ(reasons(), "done|fetched|5\nfailed|http_error|1");
  const std::vector<Request> requests = host.requests();
  const auto first = std::ranges::find(requests, "/1.html", &Request::path);
  ASSERT_NE(first, requests.end());
  const auto next = std::next(first);
  ASSERT_NE(next, requests.end());
  EXPECT_GE(next->begin - first->begin, 0.99);
}

TEST_F(Politeness, AHostsPauseOutlivesARunThatWasKilled) {
  const Logged host(3, "location = /1.html { add_header Retry-After 3 always; return 503; }\n");
  std::vector<std::string> args{
      tests::weft_program(), "crawl", host.url(), "--db", db_, "-q", "--delay", "0",
      "--retries",           "1"};
  {
    Process process(args);
    tests::wait_until(
        [&] {
          const Ended ended = run({"sqlite3", "-batch", db_,
                                   "SELECT count(*) FROM hosts WHERE paused_until IS NOT NULL"});
          return ended.code == 0 && ended.out == "1\n";
        },
        "the pause to be committed");
    process.signal(SIGKILL);
    process.wait();
  }
  const std::size_t before = host.requests().size();
  ASSERT_EQ(run(args).code, 0);
  const std::vector<Request> requests = host.requests();
  ASSERT_GT(requests.size(), before);
  const auto paused = std::ranges::find(requests, "/1.html", &Request::path);
  ASSERT_NE(paused, requests.end());
  EXPECT_GE(requests[before].begin - paused->begin, 2.99)
      << "not even robots.txt is asked for before";
}

TEST_F(Politeness, TwoPortsOfOneHostShareItsSlotsAndDelay) {
  std::string links;
  for (int i = 1; i < 6; ++i) links += "<a href=/" + std::to_string(i) + ">l</a>";
  const std::string page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
                           std::to_string(links.size()) + "\r\n\r\n" + links;
  const Target first(page), second(page);
  const auto url = [](const Target& target) {
    return "http://127.0.0.1:" + std::to_string(target.port()) + "/";
  };
  ASSERT_EQ(weft({"crawl", url(first), url(second), "--db", db_, "-q", "--no-robots", "--delay",
                  "40ms", "--per-host", "1"})
                .code,
            0);
  std::vector<Target::Seen> seen = first.seen();
  for (const Target::Seen& request : second.seen()) seen.push_back(request);
  std::ranges::sort(seen, {}, &Target::Seen::begin);
  EXPECT_EQ(seen.size(), 12u);
  EXPECT_EQ(most_at_once(seen), 1u);
  // Each alone would take 5 * 0.04 s; the first may have been held up on its way.
  EXPECT_GE(seen.back().begin - seen.front().begin, 8 * 0.04);
  EXPECT_EQ(sql(db_, "SELECT name, count(*) FROM hosts JOIN origins ON host_id = hosts.id"),
            "127.0.0.1|2");
}

// ---- hosts that are not there, and many hosts --------------------------------------------------

TEST_F(Politeness, AHostThatIsDownEndsItsUrlsWithItsWordAndIsHardlyAsked) {
  std::vector<std::string> seeds;
  const std::string down = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
  for (int i = 0; i < 200; ++i) seeds.push_back(down + std::to_string(i));
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--quiet"}, {"--no-robots"}}) {
    const std::string db = dir_.file(options[0] + ".db");
    std::vector<std::string> args{"--stats", dir_.file("stats.json"), options[0]};
    ASSERT_EQ(crawl(seeds, db, args).code, 1) << "nothing was found";
    EXPECT_EQ(sql(db, "SELECT state, reason, count(*) FROM urls GROUP BY 1, 2"),
              "failed|connect_failed|200");
    // Of each URL's two retries after a second, only those of the first few are made.
    EXPECT_LE(std::stoi(sql(db, "SELECT count(*) FROM urls WHERE attempts > 1")), 32);
  }
}

TEST_F(Politeness, ManyHostsAreCrawledSideBySideEachByItsOwnRules) {
  const Site site({"--pages", "5", "--cross", "1", "--latency", "5ms"}, 60);
  ASSERT_EQ(weft([&] {
              std::vector<std::string> args{"crawl",   "--db", db_,          "-q",
                                            "--delay", "20ms", "--per-host", "1"};
              args.insert(args.end(), site.start_urls().begin(), site.start_urls().end());
              return args;
            }())
                .code,
            0);
  EXPECT_EQ(sql(db_, "SELECT count(*), count(DISTINCT host_id) FROM urls WHERE state = 'done'"),
            "300|60");
  EXPECT_EQ(sql(db_, "SELECT count(*) FROM origins WHERE robots_status IS NULL"), "0");
}

}  // namespace
}  // namespace tests
