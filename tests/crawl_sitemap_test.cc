// What a crawl makes of sitemaps, by what the servers saw and the file says: which are read, which
// URLs are taken, what comes of hostile ones, and going on after a kill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "crawler/crawl/link_ingest.h"
#include "tests/crawl_support.h"
#include "tests/raw_server.h"

namespace tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// A server of fixed answers, which keeps count of what it is asked for. "@" in an answer stands for
// its own origin. What it has no answer for is a 404.
class Pages {
 public:
  Pages() : server_([this](Peer& peer) { talk(peer); }) {}

  Pages& add(const std::string& path, const std::string& body, const std::string& status = "200 OK",
             const std::string& fields = "") {
    const std::lock_guard lock(mutex_);
    std::string own = body;
    for (std::size_t at = 0; (at = own.find('@', at)) != std::string::npos;)
      own.replace(at, 1, url(""));
    answers_[path] = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(own.size()) +
                     "\r\n" + fields + "\r\n" + own;
    return *this;
  }
  Pages& html(const std::string& path, const std::string& body) {
    return add(path, body, "200 OK", "Content-Type: text/html\r\n");
  }
  // A request for it is not answered until answer() is called or the client is gone.
  void hold(const std::string& path) {
    const std::lock_guard lock(mutex_);
    held_ = path;
  }

  std::string url(const std::string& path) const { return server_.url(path); }
  std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::ptrdiff_t asked(const std::string& path) const {
    const std::vector<std::string> all = asked();
    return std::count(all.begin(), all.end(), path);
  }

 private:
  void talk(Peer& peer) {
    for (std::string head; !(head = peer.read_head()).empty();) {
      const std::size_t begin = head.find(' ') + 1;
      const std::string path = head.substr(begin, head.find(' ', begin) - begin);
      std::string answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(path);
        if (const auto found = answers_.find(path); found != answers_.end()) answer = found->second;
        if (path == held_) answer.clear();
      }
      if (answer.empty()) return peer.wait_until_closed();
      if (!peer.send(answer)) return;
    }
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::string held_;
  std::vector<std::string> asked_;
  RawServer server_;  // last: its threads use all of the above
};

std::string urlset(const std::vector<std::string>& urls) {
  std::string text = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>";
  for (const std::string& url : urls) text += "<url><loc>" + url + "</loc></url>";
  return text + "</urlset>";
}

std::string index_of(const std::vector<std::string>& urls) {
  std::string text = "<sitemapindex>";
  for (const std::string& url : urls) text += "<sitemap><loc>" + url + "</loc></sitemap>";
  return text + "</sitemapindex>";
}

class SitemapCrawl : public testing::Test {
 protected:
  // The site of most tests: a page, a page that it links to, and two that a sitemap alone names.
  void serve_small_site() {
    host_.html("/", "<title>start</title><a href=/linked>a</a>");
    host_.html("/linked", "<title>linked</title>");
    host_.html("/alone", "<title>alone</title><a href=/below>b</a><a href=/alone>self</a>");
    host_.html("/below", "<title>below</title>");
    host_.add("/robots.txt", "Sitemap: @/map.xml\nUser-agent: *\nDisallow: /private\n");
    host_.add("/map.xml",
              "<urlset><url><loc>@/linked</loc></url><url><loc>@/alone</loc>"
              "<lastmod>2026-01-31</lastmod><priority>0.25</priority></url>"
              "<url><loc>@/private/x</loc></url><url><loc>@/gone</loc></url></urlset>");
  }
  int crawl_host(const std::vector<std::string>& options = {}) {
    return crawl({host_.url("/")}, db_, options).code;
  }
  std::string ask(const std::string& query) const { return sql(db_, query); }
  // A row of urls, by the URL's path.
  std::string fate(const std::string& path) const {
    return ask("SELECT state || ' ' || reason FROM urls WHERE url = '" + host_.url(path) + "'");
  }
  std::string reading(const std::string& path) const {
    return ask(
        "SELECT kind, entries, ignored, problem FROM sitemaps JOIN urls ON id = url_id "
        "WHERE url = '" +
        host_.url(path) + "'");
  }

  Pages host_;
  TempDir dir_;
  const std::string db_ = dir_.file("c.db");
};

// ---- which are read -----------------------------------------------------------------------------

TEST_F(SitemapCrawl, WhatRobotsTxtNamesIsReadAndItsUrlsAreCrawled) {
  for (const auto& options : std::vector<std::vector<std::string>>{
           {}, {"--strategy", "threads"}, {"--parsers", "0"}, {"--order", "breadth"}}) {
    serve_small_site();
    std::filesystem::remove(db_);
    ASSERT_EQ(crawl_host(options), 0);
    EXPECT_EQ(fate("/map.xml"), "done fetched");
    EXPECT_EQ(fate("/alone"), "done fetched");
    EXPECT_EQ(fate("/below"), "done fetched");
    EXPECT_EQ(fate("/private/x"), "skipped robots_disallowed");
    EXPECT_EQ(fate("/gone"), "failed http_error");
    EXPECT_EQ(reading("/map.xml"), "urls|4|0|");
  }
}

TEST_F(SitemapCrawl, TheFileSaysWhatStandsInIt) {
  serve_small_site();
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(ask("SELECT replace(url, '" + host_.url("") +
                "', ''), lastmod, priority, state "
                "FROM sitemap_list WHERE sitemap = '" +
                host_.url("/map.xml") + "' ORDER BY url"),
            "/alone|2026-01-31|0.25|done\n/gone|||failed\n/linked|||done\n/private/x|||skipped");
  EXPECT_EQ(ask("SELECT depth, found_on IS NULL FROM urls WHERE url LIKE '%/map.xml'"), "1|1");
  EXPECT_EQ(ask("SELECT u.depth, f.url FROM urls u JOIN urls f ON f.id = u.found_on "
                "WHERE u.url LIKE '%/alone'"),
            "1|" + host_.url("/map.xml"));
  EXPECT_EQ(ask("SELECT depth FROM urls WHERE url LIKE '%/below'"), "2");
  EXPECT_EQ(ask("SELECT level, origin FROM sitemaps JOIN origins ON id = origin_id"),
            "0|" + host_.url(""));
}

TEST_F(SitemapCrawl, RobotsTxtComesFirstAndEachIsAskedForOnce) {
  serve_small_site();
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(host_.asked().front(), "/robots.txt");
  EXPECT_EQ(host_.asked("/robots.txt"), 1);
  EXPECT_EQ(host_.asked("/map.xml"), 1);
  ASSERT_EQ(crawl_host(), 0) << "a crawl that is over stays over";
  EXPECT_EQ(host_.asked("/map.xml"), 1);
}

TEST_F(SitemapCrawl, WhereRobotsTxtNamesNoneNothingElseIsAskedFor) {
  host_.html("/", "<title>start</title>");
  host_.add("/sitemap.xml", urlset({"@/alone"}));
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_THAT(host_.asked(), ElementsAre("/robots.txt", "/"));
}

TEST_F(SitemapCrawl, OffMeansNone) {
  serve_small_site();
  ASSERT_EQ(crawl_host({"--sitemaps", "off"}), 0);
  EXPECT_THAT(host_.asked(), UnorderedElementsAre("/robots.txt", "/", "/linked"));
  EXPECT_EQ(ask("SELECT count(*) FROM sitemaps"), "0");
}

TEST_F(SitemapCrawl, TryAsksForTheUsualPlaceWhereRobotsTxtNamesNone) {
  host_.html("/", "<title>start</title>").html("/alone", "<title>alone</title>");
  host_.add("/sitemap.xml", urlset({"@/alone"}));
  ASSERT_EQ(crawl_host({"--sitemaps", "try"}), 0);
  EXPECT_EQ(fate("/alone"), "done fetched");
  Pages named;
  named.html("/", "x").add("/robots.txt", "Sitemap: @/other.xml").add("/other.xml", urlset({}));
  ASSERT_EQ(crawl({named.url("/")}, dir_.file("n.db"), {"--sitemaps", "try"}).code, 0);
  EXPECT_EQ(named.asked("/sitemap.xml"), 0);
  const Ended both =
      crawl({named.url("/")}, dir_.file("b.db"), {"--sitemaps", "try", "--no-robots"});
  EXPECT_EQ(both.code, 2);
  EXPECT_THAT(both.err, HasSubstr("--sitemaps try"));
}

TEST_F(SitemapCrawl, AFileHoldsOnToTheChoice) {
  serve_small_site();
  ASSERT_EQ(crawl_host({"--sitemaps", "off"}), 0);
  const Ended changed = crawl({host_.url("/")}, db_, {"--sitemaps", "named"});
  EXPECT_EQ(changed.code, 2);
  EXPECT_THAT(changed.err, HasSubstr("sitemaps = \"off\""));
}

TEST_F(SitemapCrawl, ASeedMayBeASitemapThatRobotsTxtNames) {
  serve_small_site();
  ASSERT_EQ(crawl({host_.url("/map.xml")}, db_).code, 0);
  EXPECT_EQ(fate("/alone"), "done fetched");
  EXPECT_EQ(reading("/map.xml"), "urls|4|0|");
}

TEST_F(SitemapCrawl, RequestsForSitemapsAreNoneOfMaxPages) {
  serve_small_site();
  ASSERT_EQ(crawl_host({"--max-pages", "3"}), 0);
  EXPECT_EQ(ask("SELECT count(*) FROM pages WHERE url_id NOT IN (SELECT url_id FROM sitemaps)"),
            "3");
  EXPECT_EQ(fate("/map.xml"), "done fetched");
  ASSERT_EQ(crawl_host({"--max-pages", "4"}), 0);
  EXPECT_EQ(ask("SELECT sum(attempts) FROM urls WHERE id NOT IN (SELECT url_id FROM sitemaps)"),
            "4");
}

TEST_F(SitemapCrawl, ARedirectOfASitemapIsASitemap) {
  host_.html("/", "x").html("/alone", "<title>alone</title>");
  host_.add("/robots.txt", "Sitemap: @/old.xml");
  host_.add("/old.xml", "", "301 Moved", "Location: /new.xml\r\n");
  host_.add("/new.xml", urlset({"@/alone"}));
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(fate("/old.xml"), "done redirect");
  EXPECT_EQ(reading("/new.xml"), "urls|1|0|");
  EXPECT_EQ(fate("/alone"), "done fetched");
}

// ---- indexes ------------------------------------------------------------------------------------

TEST_F(SitemapCrawl, IndexesLeadToOthersTwoDeepAndNoFurther) {
  host_.html("/", "x");
  host_.add("/robots.txt", "Sitemap: @/0.xml");
  host_.add("/0.xml", index_of({"@/1.xml", "@/text.txt", "@/0.xml", "http://%zz/"}));
  host_.add("/1.xml", index_of({"@/2.xml"}));
  host_.add("/2.xml", index_of({"@/3.xml"}));
  host_.add("/3.xml", urlset({"@/never"}));
  host_.add("/text.txt", "@/one\n@/two\n");
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(ask("SELECT replace(url, '" + host_.url("") +
                "', ''), level, kind, entries, ignored "
                "FROM sitemaps JOIN urls ON id = url_id ORDER BY url"),
            "/0.xml|0|index|3|1\n/1.xml|1|index|1|0\n/2.xml|2|index|0|1\n/text.txt|1|text|2|0");
  EXPECT_EQ(host_.asked("/3.xml"), 0);
  EXPECT_EQ(fate("/one"), "failed http_error");
}

TEST_F(SitemapCrawl, AnIndexThatMakesUpSitemapsComesToAnEnd) {
  host_.html("/", "x").add("/robots.txt", "Sitemap: @/0.xml");
  std::vector<std::string> children;
  for (unsigned i = 0; i < crawler::kMaxSitemapsPerOrigin + 50; ++i)
    children.push_back("@/s" + std::to_string(i));
  host_.add("/0.xml", index_of(children));
  ASSERT_EQ(crawl_host({"--log-level", "error"}), 0);
  EXPECT_EQ(ask("SELECT count(*) FROM sitemaps"), std::to_string(crawler::kMaxSitemapsPerOrigin));
  EXPECT_EQ(reading("/0.xml"), "index|999|51|");
}

// ---- whom a sitemap may speak for ---------------------------------------------------------------

TEST_F(SitemapCrawl, ASitemapSpeaksForItsOriginAndForWhoseRobotsTxtNamesIt) {
  Pages maps;  // another origin on the same host
  Pages third;
  host_.html("/", "x").add("/robots.txt", "Sitemap: " + maps.url("/map.xml"));
  maps.add("/map.xml", urlset({host_.url("/mine"), "@/own", third.url("/foreign")}));
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(maps.asked().front(), "/robots.txt") << "the sitemap's own host is asked as well";
  EXPECT_EQ(host_.asked("/mine"), 1);
  EXPECT_EQ(maps.asked("/own"), 1);
  EXPECT_THAT(third.asked(), IsEmpty());
  EXPECT_EQ(ask("SELECT entries, ignored FROM sitemaps"), "2|1");
}

TEST_F(SitemapCrawl, ASitemapOutOfScopeIsSkippedWithTheReason) {
  host_.html("/", "x");
  host_.add("/robots.txt", "Sitemap: http://localhost:1/map.xml\nSitemap: relative.xml\n");
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(ask("SELECT state, reason FROM urls WHERE url = 'http://localhost:1/map.xml'"),
            "skipped|out_of_scope");
  EXPECT_EQ(ask("SELECT count(*) FROM sitemaps"), "1");
}

TEST_F(SitemapCrawl, UrlsOfASitemapMeetScopePatternsAndDepthAsLinksDo) {
  serve_small_site();
  host_.html("/docs/", "x").html("/docs/in", "x");
  host_.add("/map.xml", urlset({"@/docs/in", "@/out", "@/docs/not"}));
  ASSERT_EQ(crawl({host_.url("/docs/")}, db_,
                  {"--scope", "prefix", "--exclude", "not", "--include", "docs"})
                .code,
            0);
  EXPECT_EQ(fate("/map.xml"), "done fetched") << "above the folder, and not of --include";
  EXPECT_EQ(fate("/docs/in"), "done fetched");
  EXPECT_EQ(fate("/out"), "skipped out_of_scope");
  EXPECT_EQ(fate("/docs/not"), "skipped excluded");

  const std::string flat = dir_.file("flat.db");
  ASSERT_EQ(crawl({host_.url("/")}, flat, {"--depth", "0"}).code, 0);
  EXPECT_EQ(sql(flat, "SELECT state, reason FROM urls WHERE url LIKE '%map.xml'"),
            "skipped|too_deep");
  const std::string without = dir_.file("without.db");
  ASSERT_EQ(crawl({host_.url("/")}, without, {"--exclude", "map[.]xml$"}).code, 0);
  EXPECT_EQ(sql(without, "SELECT state, reason FROM urls WHERE url LIKE '%map.xml'"),
            "skipped|excluded");
}

TEST_F(SitemapCrawl, ASitemapThatRobotsTxtForbidsIsNotAskedFor) {
  host_.html("/", "x");
  host_.add("/robots.txt", "User-agent: *\nDisallow: /map\nSitemap: @/map.xml\n");
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(fate("/map.xml"), "skipped robots_disallowed");
  EXPECT_EQ(host_.asked("/map.xml"), 0);
}

// ---- untrusted input ----------------------------------------------------------------------------

TEST_F(SitemapCrawl, BrokenAndHostileSitemapsAreReadAsFarAsTheyGo) {
  serve_small_site();
  host_.add(
      "/robots.txt",
      "Sitemap: @/laughs\nSitemap: @/cut\nSitemap: @/html\nSitemap: @/gone\nSitemap: @/empty");
  host_.add("/laughs",
            "<!DOCTYPE urlset [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;'>]><urlset>&b;</urlset>");
  host_.add("/cut", "<urlset><url><loc>@/first</loc></url><url><loc>@/se");
  host_.html("/html", "<!doctype html><a href=/from-html>x</a>");
  host_.add("/empty", "");
  ASSERT_EQ(crawl_host(), 0);
  EXPECT_EQ(reading("/laughs"), "|0|0|doctype");
  EXPECT_EQ(reading("/cut"), "urls|1|0|bad_xml");
  EXPECT_EQ(reading("/html"), "|0|0|not_a_sitemap");
  EXPECT_EQ(reading("/empty"), "|0|0|not_a_sitemap");
  EXPECT_EQ(reading("/gone"), "|||");
  EXPECT_EQ(fate("/gone"), "failed http_error");
  EXPECT_EQ(fate("/first"), "failed http_error");
  EXPECT_EQ(fate("/from-html"), "");
}

TEST_F(SitemapCrawl, ASitemapThatKillsItsParserCostsThatSitemapAlone) {
  serve_small_site();
  host_.add("/robots.txt", "Sitemap: @/crash\nSitemap: @/garbage\nSitemap: @/map.xml");
  host_.add("/crash", "weft-test:crash");
  host_.add("/garbage", "weft-test:garbage");
  setenv("WEFT_PARSER", tests::bad_worker_program().c_str(), 1);
  const int code = crawl_host({"--log-level", "error"});
  unsetenv("WEFT_PARSER");
  ASSERT_EQ(code, 0);
  EXPECT_EQ(fate("/crash"), "failed parse_failed");
  EXPECT_EQ(fate("/garbage"), "failed parse_failed");
  EXPECT_EQ(fate("/alone"), "done fetched");
}

// ---- going on -----------------------------------------------------------------------------------

TEST_F(SitemapCrawl, KilledBetweenTwoSitemapsItGoesOnWithTheSecond) {
  serve_small_site();
  host_.add("/robots.txt", "Sitemap: @/index.xml");
  host_.add("/index.xml", index_of({"@/map.xml", "@/second.xml"}));
  host_.add("/second.xml", urlset({"@/later"}));
  host_.html("/later", "<title>later</title>");
  const std::string undisturbed = dir_.file("undisturbed.db");
  ASSERT_EQ(crawl({host_.url("/")}, undisturbed).code, 0);

  host_.hold("/second.xml");
  {
    std::vector<std::string> args = crawl_args({host_.url("/")}, db_);
    args.insert(args.begin(), tests::weft_program());
    Process process(args);
    wait_until(
        [&] {
          const Ended ended = run({"sqlite3", "-batch", db_,
                                   "SELECT count(*) FROM urls WHERE state IN ('done', 'failed') "
                                   "AND url LIKE '%/below'"});
          return ended.code == 0 && ended.out == "1\n";
        },
        "all but the second sitemap to be committed");
    process.signal(SIGKILL);
    process.wait();
  }
  EXPECT_EQ(fate("/second.xml"), "queued ");
  host_.hold("");
  const std::ptrdiff_t before = host_.asked("/index.xml");
  ASSERT_EQ(crawl({}, db_).code, 0);
  EXPECT_EQ(host_.asked("/index.xml"), before) << "what was read is not read again";
  EXPECT_EQ(urls_of(db_), urls_of(undisturbed));
  EXPECT_EQ(pages_of(db_), pages_of(undisturbed));
  const std::string sitemaps =
      "SELECT url, level, kind, entries, ignored FROM sitemaps JOIN urls ON id = url_id ORDER BY "
      "url";
  EXPECT_EQ(sql(db_, sitemaps), sql(undisturbed, sitemaps));
  const std::string urls = "SELECT sitemap, url, lastmod FROM sitemap_list ORDER BY 1, 2";
  EXPECT_EQ(sql(db_, urls), sql(undisturbed, urls));
}

TEST_F(SitemapCrawl, KilledAtAnyMomentItComesToTheSameEnd) {
  const Site site({"--pages", "60", "--sitemap", "--latency", "5ms"}, 2);
  const std::string undisturbed = dir_.file("undisturbed.db");
  ASSERT_EQ(crawl(site.start_urls(), undisturbed).code, 0);
  EXPECT_EQ(sql(undisturbed, "SELECT count(*), sum(entries) FROM sitemaps"), "2|126");
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> args = crawl_args(site.start_urls(), db_);
    args.insert(args.begin(), tests::weft_program());
    Process process(args);
    wait_until(
        [&] {
          const Ended ended = run({"sqlite3", "-batch", db_, "SELECT count(*) FROM sitemaps"});
          return ended.code == 0 && ended.out == "2\n";
        },
        "the sitemaps' names to be committed");
    process.signal(SIGKILL);
    process.wait();
  }
  ASSERT_EQ(crawl(site.start_urls(), db_).code, 0);
  EXPECT_EQ(urls_of(db_), urls_of(undisturbed));
  EXPECT_EQ(pages_of(db_), pages_of(undisturbed));
  EXPECT_EQ(sql(db_, "SELECT sitemap, url FROM sitemap_list ORDER BY 1, 2"),
            sql(undisturbed, "SELECT sitemap, url FROM sitemap_list ORDER BY 1, 2"));
}

// ---- the answers --------------------------------------------------------------------------------

TEST_F(SitemapCrawl, OrphansAreWhatASitemapNamesAndNoOtherPageLinksTo) {
  serve_small_site();
  ASSERT_EQ(crawl_host(), 0);
  const Ended report = weft({"report", db_, "orphans", "--format", "csv"});
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_EQ(report.out, "url,state,reason,status,lastmod,sitemap,title\n" + host_.url("/alone") +
                            ",done,fetched,200,2026-01-31," + host_.url("/map.xml") + ",alone\n" +
                            host_.url("/gone") + ",failed,http_error,404,," +
                            host_.url("/map.xml") + ",\n" + host_.url("/private/x") +
                            ",skipped,robots_disallowed,,," + host_.url("/map.xml") + ",\n");
}

TEST_F(SitemapCrawl, OrphansOfTheBuiltInSiteAgreeWithSqlByHand) {
  const Site site({"--pages", "40", "--flaws", "0.3", "--sitemap"}, 2);
  ASSERT_EQ(crawl(site.start_urls(), db_).code, 0);
  const std::string by_hand =
      ask("SELECT DISTINCT u.url FROM urls u, sitemap_urls m WHERE m.url_id = u.id AND "
          "(SELECT count(*) FROM links WHERE to_id = u.id AND from_id <> u.id) = 0 ORDER BY 1");
  const Ended query = weft({"report", db_, "orphans", "--format", "json"});
  const std::string reported =
      sql(":memory:", "SELECT json_extract(value, '$.url') FROM json_each('" + query.out + "')");
  EXPECT_EQ(reported, by_hand);
  EXPECT_EQ(std::count(by_hand.begin(), by_hand.end(), '\n') + 1, 6) << "three a host";
}

TEST_F(SitemapCrawl, WhyTellsOfSitemaps) {
  serve_small_site();
  ASSERT_EQ(crawl_host(), 0);
  const auto why = [&](const std::string& path) {
    const Ended ended = weft({"why", db_, host_.url(path)});
    EXPECT_EQ(ended.code, 0) << ended.err;
    return ended.out;
  };
  const std::string map = host_.url("/map.xml");
  const std::string alone = why("/alone");
  EXPECT_THAT(alone, HasSubstr("\nfound on        " + map + " (sitemap)\n"));
  EXPECT_THAT(alone, HasSubstr("\nin the sitemap  " + map + " (modified 2026-01-31)\n"));
  const std::string linked = why("/linked");
  EXPECT_THAT(linked, HasSubstr("\nin the sitemap  " + map + "\n"));
  EXPECT_THAT(why("/below"), Not(HasSubstr("sitemap")));
  const std::string itself = why("/map.xml");
  EXPECT_THAT(itself, HasSubstr("found on     robots.txt\n"));
  EXPECT_THAT(itself, HasSubstr("\nsitemap      named by robots.txt of " + host_.url("") +
                                ", 4 entries taken, 0 not (urls)\n"));
}

}  // namespace
}  // namespace tests
