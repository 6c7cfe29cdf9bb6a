// weft report, as a user meets it: each report's figures against SQL written by hand, and the gate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "storage/outcome.h"
#include "storage/reports.h"
#include "tests/crawl_support.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Ended;
using tests::weft;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Rows of tsv as sqlite3 writes them, without the last line's end.
std::string as_sqlite_writes(const std::string& tsv) {
  std::string rows;
  for (std::size_t i = 0; i < tsv.size(); ++i) {
    if (tsv[i] == '\\' && ++i < tsv.size())
      rows += tsv[i] == 't' ? '\t' : tsv[i] == 'n' ? '\n' : tsv[i] == 'r' ? '\r' : '\\';
    else
      rows += tsv[i] == '\t' ? '|' : tsv[i];
  }
  if (rows.ends_with('\n')) rows.pop_back();
  return rows;
}

std::string with_end(const std::string& rows) { return rows.empty() ? rows : rows + '\n'; }

// A crawl of the built-in site with redirects, broken links, copies and a robots.txt that forbids;
// or, with WEFT_TEST_CRAWL, the crawl of that file, which need not have all of them:
//   WEFT_TEST_CRAWL=manuals.db report_test --gtest_filter='ReportTest.*Figures*'
class ReportTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new tests::TempDir;
    if (const char* crawl = std::getenv("WEFT_TEST_CRAWL")) {
      std::filesystem::copy_file(crawl, db());
      own_ = false;
      return;
    }
    const tests::Site site({"--pages", "60", "--flaws", "0.4"}, 2);
    std::vector<std::string> seeds = site.start_urls();
    seeds.push_back(site.url("/bad/redirect-loop"));
    ASSERT_EQ(tests::crawl(seeds, db(), {"--depth", "3"}).code, 0);
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  static std::string db() { return dir_->file("crawl.db"); }

  // The report's rows, columns joined by '|' as sqlite3 joins them.
  static std::string report(const std::string& name) {
    const Ended ended =
        weft({"report", db(), name, "--limit", "0", "--format", "tsv", "--no-headers"});
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.err, "");
    return as_sqlite_writes(ended.out);
  }
  static void expect_same(const std::string& name, const std::string& sql) {
    const std::string rows = report(name);
    EXPECT_EQ(rows, tests::sql(db(), sql)) << name;
    EXPECT_TRUE(rows != "" || !own_) << name << " says nothing: the crawl has none of it";
  }

  static tests::TempDir* dir_;
  static bool own_;
};
tests::TempDir* ReportTest::dir_ = nullptr;
bool ReportTest::own_ = true;

TEST_F(ReportTest, SummaryFiguresAddUp) {
  std::map<std::string, std::string> figures;
  for (const std::string& line : lines_of(report("summary")))
    figures[line.substr(0, line.find('|'))] = line.substr(line.find('|') + 1);
  const auto expect = [&](const std::string& figure, const std::string& sql) {
    EXPECT_EQ(figures[figure], tests::sql(db(), sql)) << figure;
  };
  expect("runs", "SELECT max(id) FROM runs");
  expect("hosts", "SELECT count(DISTINCT host_id) FROM urls");
  expect("URLs seen", "SELECT max(id) FROM urls");
  expect("URLs done", "SELECT sum(state = 'done') FROM urls");
  expect("URLs failed", "SELECT sum(state = 'failed') FROM urls");
  expect("URLs skipped", "SELECT sum(state = 'skipped') FROM urls");
  expect("URLs queued", "SELECT sum(state = 'queued') FROM urls");
  expect("responses", "SELECT count(*) FROM pages");
  expect("pages parsed", "SELECT sum(parse_us IS NOT NULL) FROM pages");
  expect("redirects", "SELECT sum(source = 'redirect') FROM links");
  expect("links", "SELECT count(*) FROM links");
  expect("broken links",
         "SELECT count(*) FROM links WHERE to_id IN (SELECT id FROM urls WHERE state = 'failed')");
  expect("bytes received", "SELECT sum(wire_bytes) FROM pages");
  expect("bytes of bodies", "SELECT sum(body_bytes) FROM pages");
  expect("median ms",
         "SELECT total_us / 1000.0 FROM pages ORDER BY total_us "
         "LIMIT 1 OFFSET (SELECT (count(*) - 1) / 2 FROM pages)");
  expect("mean ms", "SELECT round(sum(total_us) / 1000.0 / count(*), 3) FROM pages");
  // As many are at most as slow as it as 95 of a hundred are.
  expect("p95 ms",
         "SELECT min(total_us) / 1000.0 FROM pages p WHERE 100 * (SELECT count(*) FROM pages q"
         " WHERE q.total_us <= p.total_us) >= 95 * (SELECT count(*) FROM pages)");
  expect("last run", "SELECT outcome FROM runs WHERE id = (SELECT max(id) FROM runs)");
  EXPECT_EQ(figures.size(), 18u) << "each of them is checked here";
}

TEST_F(ReportTest, SummaryIsWhatAnswersWithoutAName) {
  EXPECT_EQ(weft({"report", db()}).out, weft({"report", db(), "summary"}).out);
}

TEST_F(ReportTest, FiguresByHostStatusReasonAndDepth) {
  expect_same("hosts",
              "SELECT h.name, (SELECT count(*) FROM urls WHERE host_id = h.id),"
              " (SELECT count(*) FROM urls u, pages p WHERE u.host_id = h.id AND p.url_id = u.id),"
              " (SELECT count(*) FROM urls WHERE host_id = h.id AND state = 'done'),"
              " (SELECT count(*) FROM urls WHERE host_id = h.id AND state = 'queued'),"
              " (SELECT count(*) FROM urls WHERE host_id = h.id AND state = 'skipped'),"
              " (SELECT count(*) FROM urls WHERE host_id = h.id AND state = 'failed'),"
              " (SELECT coalesce(sum(wire_bytes), 0) FROM urls u, pages p"
              "  WHERE u.host_id = h.id AND p.url_id = u.id),"
              " (SELECT round(avg(total_us) / 1000.0, 3) FROM urls u, pages p"
              "  WHERE u.host_id = h.id AND p.url_id = u.id),"
              " (SELECT coalesce(robots_error, robots_status) FROM origins o WHERE host_id = h.id)"
              " FROM hosts h ORDER BY 2 DESC, 1");
  expect_same("status",
              "SELECT status, count(*), round(100.0 * count(*) / (SELECT count(*) FROM pages), 2),"
              " sum(wire_bytes), round(avg(total_us) / 1000.0, 3),"
              " (SELECT min(url) FROM urls WHERE id IN"
              "  (SELECT url_id FROM pages q WHERE q.status = p.status))"
              " FROM pages p GROUP BY status ORDER BY status");
  expect_same("errors",
              "SELECT reason, status, count(*), count(DISTINCT host_id), min(url), detail FROM"
              " (SELECT * FROM urls LEFT JOIN pages ON url_id = id WHERE state = 'failed')"
              " GROUP BY reason, status ORDER BY 3 DESC, 1, 2");
  expect_same("depth",
              "SELECT depth, count(*), sum(state = 'done'), sum(state = 'failed'),"
              " sum(state = 'skipped'), sum(state = 'queued'),"
              " sum(id IN (SELECT url_id FROM pages WHERE parse_us NOT NULL)),"
              " (SELECT round(avg(total_us) / 1000.0, 3) FROM pages WHERE url_id IN"
              "  (SELECT id FROM urls v WHERE v.depth = u.depth))"
              " FROM urls u GROUP BY depth ORDER BY depth");
  expect_same("skipped",
              "SELECT reason, count(*), count(DISTINCT host_id), min(url),"
              " (SELECT url FROM urls WHERE id = u.found_on), detail"
              " FROM urls u WHERE state = 'skipped' GROUP BY reason ORDER BY 2 DESC, 1");
}

TEST_F(ReportTest, FiguresOfBrokenLinksSlowLargeCopiesAndAnchors) {
  expect_same("broken-links",
              "SELECT t.url, t.reason, p.status, f.url, l.text, l.source FROM links l, urls t,"
              " urls f LEFT JOIN pages p ON p.url_id = t.id WHERE t.id = l.to_id AND"
              " f.id = l.from_id AND t.state = 'failed' ORDER BY t.url, f.url, l.text");
  expect_same("slow",
              "SELECT url, total_us / 1000.0, first_byte_us / 1000.0, wire_bytes, status, address"
              " FROM urls, pages WHERE id = url_id ORDER BY total_us DESC, id");
  expect_same("large",
              "SELECT url, body_bytes, wire_bytes, elements, content_type"
              " FROM urls, pages WHERE id = url_id ORDER BY body_bytes DESC, id");
  expect_same("anchors",
              "SELECT l.text, sum(1), count(DISTINCT t.url), count(DISTINCT f.url), min(t.url)"
              " FROM links l, urls t, urls f WHERE t.id = l.to_id AND f.id = l.from_id"
              " AND (source = 'a' OR source = 'area') GROUP BY l.text ORDER BY 2 DESC, l.text");
  expect_same(
      "duplicates",
      "SELECT (SELECT count(*) FROM pages q WHERE q.digest = p.digest AND q.status < 300),"
      " url, title, body_bytes, canonical, digest FROM pages p, urls WHERE id = url_id AND"
      " p.status < 300 AND EXISTS (SELECT 1 FROM pages q WHERE q.digest = p.digest AND"
      " q.status < 300 AND q.url_id <> p.url_id) ORDER BY 1 DESC,"
      " (SELECT min(url_id) FROM pages q WHERE q.digest = p.digest AND q.status < 300), id");
}

TEST_F(ReportTest, FiguresOfRedirectsFollowedToTheirEnd) {
  // One recursive query: every redirect that none leads to, followed until a URL does not redirect.
  const std::string hops =
      "WITH RECURSIVE hop (start, at, n) AS ("
      " SELECT url_id, redirect_to, 1 FROM pages WHERE redirect_to NOT NULL AND"
      "  url_id NOT IN (SELECT redirect_to FROM pages WHERE redirect_to NOT NULL)"
      " UNION SELECT start, redirect_to, n + 1 FROM hop, pages"
      "  WHERE url_id = at AND redirect_to NOT NULL AND n < 50)"
      "SELECT s.url, max(n), e.url, status, e.state, e.reason, 0 FROM hop, urls s, urls e"
      " LEFT JOIN pages ON url_id = e.id WHERE s.id = start AND e.id = at AND"
      " redirect_to IS NULL GROUP BY start ORDER BY start";
  std::string straight;
  for (const std::string& line : lines_of(report("redirects")))
    if (line.ends_with("|0")) straight += line + '\n';
  EXPECT_EQ(straight, with_end(tests::sql(db(), hops)));
  // Those that come back to where they were, told of from the first of them that was seen.
  const std::string rings =
      "WITH RECURSIVE hop (start, at, n) AS ("
      " SELECT url_id, redirect_to, 1 FROM pages WHERE redirect_to NOT NULL"
      " UNION ALL SELECT start, redirect_to, n + 1 FROM hop, pages"
      "  WHERE url_id = at AND redirect_to NOT NULL AND at <> start AND n < 50)"
      "SELECT url, n, url, status, state, reason, 1 FROM hop, urls, pages WHERE at = start AND"
      " id = start AND url_id = start AND"
      " start <= (SELECT min(at) FROM hop h WHERE h.start = hop.start) ORDER BY start";
  std::string looping;
  for (const std::string& line : lines_of(report("redirects")))
    if (line.ends_with("|1")) looping += line + '\n';
  EXPECT_EQ(looping, with_end(tests::sql(db(), rings)));
  EXPECT_TRUE(looping.find("/bad/redirect-loop|2|") != looping.npos || !own_);
}

// Bits in which two hashes differ, summed one by one; then each page's group, as far as near pairs
// lead, unless all of it is one and the same body.
std::string near_duplicates_by_hand(const std::string& db) {
  return tests::sql(
      db,
      "WITH RECURSIVE bit (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM bit WHERE i < 63),"
      " pair (a, b, bits) AS (SELECT p.url_id, q.url_id, (SELECT sum((p.simhash >> i & 1) <>"
      "  (q.simhash >> i & 1)) FROM bit) FROM pages p, pages q WHERE p.url_id < q.url_id"
      "  AND p.simhash <> 0 AND q.simhash <> 0),"
      " half AS MATERIALIZED (SELECT * FROM pair WHERE bits <= 3),"
      " near AS (SELECT a, b, bits FROM half UNION ALL SELECT b, a, bits FROM half),"
      " reach (a, b) AS (SELECT a, a FROM near UNION SELECT reach.a, near.b FROM reach, near"
      "  WHERE near.a = reach.b),"
      " member (url, leader, size) AS MATERIALIZED (SELECT a, min(b), count(DISTINCT b) FROM reach"
      "  JOIN pages ON url_id = b GROUP BY a HAVING count(DISTINCT digest) > 1)"
      "SELECT (SELECT count(DISTINCT leader) FROM member n WHERE n.size > m.size OR"
      "  (n.size = m.size AND n.leader <= m.leader)), size, u.url,"
      " (SELECT min(bits) FROM near WHERE a = m.url), p.title"
      " FROM member m, urls u, pages p WHERE u.id = m.url AND p.url_id = m.url"
      " ORDER BY size DESC, leader, m.url");
}

// Three pages of one text, of which one has another word and one other markup, and a page apart.
TEST(ReportOfNearDuplicates, IsWhatComparingAllPairsInSqlAnswers) {
  const tests::TempDir dir;
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "word" + std::to_string(i * i % 1999) + ' ';
  const auto page = [&](const std::string& name, const std::string& body) {
    tests::write_file(dir.file(name), "<title>" + name + "</title><p>" + body);
  };
  page("index.html",
       "<a href=one.html>1</a> <a href=two.html>2</a> <a href=three.html>3</a> home alone");
  page("one.html", text);
  page("two.html", "another " + text);
  page("three.html", "<i>" + text + "</i>");
  const tests::Nginx server({.root = dir.path().string()});
  const std::string db = dir.file("crawl.db");
  ASSERT_EQ(tests::crawl({server.url("/index.html")}, db).code, 0);
  const Ended ended = weft({"report", db, "near-duplicates", "--format", "tsv", "--no-headers"});
  const std::string shown = as_sqlite_writes(ended.out);
  EXPECT_EQ(shown, near_duplicates_by_hand(db)) << ended.err;
  EXPECT_THAT(shown, AllOf(HasSubstr("|3|" + server.url("/one.html") + "|0|"),
                           HasSubstr("/two.html|"), Not(HasSubstr("index.html"))));
}

TEST_F(ReportTest, FiguresOfNearDuplicatesAreThoseOfAllPairs) {
  EXPECT_EQ(report("near-duplicates"), near_duplicates_by_hand(db()));
}

// Power iteration once more, by the book, over the pairs that SQL answers.
TEST_F(ReportTest, FiguresOfTopPagesAreTheTextbooks) {
  std::vector<std::string> urls;
  std::map<std::string, std::size_t> place;
  for (const std::string& url :
       lines_of(tests::sql(db(), "SELECT url FROM urls, pages WHERE id = url_id ORDER BY id"))) {
    place[url] = urls.size();
    urls.push_back(url);
  }
  std::set<std::pair<std::size_t, std::size_t>> edges;
  for (const std::string& line :
       lines_of(tests::sql(db(),
                           "SELECT f.url, t.url FROM links, urls f, urls t WHERE f.id = from_id AND"
                           " t.id = to_id AND from_id <> to_id AND source <> 'link' AND"
                           " to_id IN (SELECT url_id FROM pages)")))
    edges.emplace(place.at(line.substr(0, line.find('|'))),
                  place.at(line.substr(line.find('|') + 1)));
  const std::size_t n = urls.size();
  std::vector<double> rank(n, 1.0 / static_cast<double>(n));
  std::vector<double> out(n);
  std::vector<int> in(n);
  for (const auto& [from, to] : edges) {
    ++out[from];
    ++in[to];
  }
  for (int round = 0; round < 60; ++round) {
    std::vector<double> next(n);
    double loose = 0;  // of pages that link nowhere: spread over all
    for (std::size_t from = 0; from < n; ++from)
      if (out[from] == 0) loose += rank[from] / static_cast<double>(n);
    for (double& each : next) each = 0.15 / static_cast<double>(n) + 0.85 * loose;
    for (const auto& [from, to] : edges) next[to] += 0.85 * rank[from] / out[from];
    rank = next;
  }
  const std::vector<std::string> rows = lines_of(report("top-pages"));
  ASSERT_EQ(rows.size(), n);
  double before = 1;
  for (const std::string& row : rows) {
    std::istringstream cells(row);
    std::string url, score, linking;
    std::getline(cells, url, '|');
    std::getline(cells, score, '|');
    std::getline(cells, linking, '|');
    const std::size_t at = place.at(url);
    EXPECT_NEAR(std::stod(score), rank[at], 1e-4 * rank[at]) << url;
    EXPECT_EQ(linking, std::to_string(in[at])) << url;
    EXPECT_LE(std::stod(score), before);
    before = std::stod(score);
  }
  EXPECT_EQ(report("top-pages"), report("top-pages")) << "the same file, the same figures";
}

TEST_F(ReportTest, SaysWhenTheLimitCutIt) {
  const Ended cut = weft({"report", db(), "large", "--limit", "2", "--no-headers"});
  EXPECT_EQ(lines_of(cut.out).size(), 2u);
  EXPECT_THAT(cut.err, AllOf(HasSubstr("first 2 rows"), HasSubstr("--limit 0")));
  EXPECT_EQ(lines_of(weft({"report", db(), "large", "--no-headers"}).out).size(), 25u);
  EXPECT_EQ(weft({"report", db(), "status", "--limit", "99"}).err, "");
}

TEST_F(ReportTest, ListNamesEveryReportWithItsColumns) {
  const Ended ended = weft({"report", db(), "--list", "--format", "tsv"});
  EXPECT_EQ(lines_of(ended.out).size(), storage::reports().size() + 1);
  const std::string help = weft({"report", "--help"}).out;
  for (const storage::Report& report : storage::reports()) {
    EXPECT_THAT(ended.out, HasSubstr(std::string(report.name) + "\t"));
    EXPECT_THAT(help, HasSubstr("  " + std::string(report.name) + " "));
    const std::string rows =
        weft({"report", db(), std::string(report.name), "--format", "csv"}).out;
    const storage::Database file(db(), storage::Database::Mode::kReadOnly);
    std::string names;
    for (const std::string& column : storage::columns_of(file, report))
      names += (names.empty() ? "" : ",") + column;
    EXPECT_THAT(rows, StartsWith(names + "\n"));
  }
}

TEST_F(ReportTest, AReportThatThereIsNotIsNamed) {
  const Ended ended = weft({"report", db(), "brokenlinks"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("no report 'brokenlinks'"));
}

TEST_F(ReportTest, GateListsWhatFailedAndExitsWithOne) {
  const std::string junit = dir_->file("gate.xml");
  const Ended ended = weft({"report", db(), "--fail-on", "broken-links,5xx,robots_disallowed",
                            "--junit", junit, "--format", "tsv", "--no-headers"});
  EXPECT_EQ(ended.code, 1);
  const std::string broken = tests::sql(db(), "SELECT count(*) FROM broken_links");
  const std::string forbidden =
      tests::sql(db(), "SELECT count(*) FROM urls WHERE reason = 'robots_disallowed'");
  EXPECT_EQ(ended.err, "weft: 2 of 3 checks failed: broken-links (" + broken +
                           "), robots_disallowed (" + forbidden + ")\n");
  EXPECT_EQ(lines_of(ended.out).size(), std::stoul(broken) + std::stoul(forbidden));
  EXPECT_THAT(ended.out, HasSubstr("robots_disallowed: line 2: Disallow: /private/"));
  const std::string xml = tests::read_file(junit);
  EXPECT_THAT(xml, AllOf(StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                    "<testsuites tests=\"3\" failures=\"2\">"),
                         HasSubstr("<testcase classname=\"weft\" name=\"5xx\"/>"),
                         HasSubstr("<failure message=\"" + broken + " found\">")));
}

TEST_F(ReportTest, QueuedUrlsAreNoFaults) {
  const Ended ended = weft({"report", db(), "--fail-on", "over_budget"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("the reason of a skipped or failed URL"));
}

TEST_F(ReportTest, EachReasonIsCountedAndExplained) {
  const std::vector<std::string> rows =
      lines_of(weft({"report", db(), "reasons", "--format", "tsv", "--no-headers"}).out);
  ASSERT_EQ(rows.size(), storage::kReasons.size());
  std::size_t counted = 0;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const storage::ReasonInfo& reason = storage::kReasons.at(n);
    const std::string urls =
        tests::sql(db(), "SELECT count(*) FROM urls WHERE reason = '" + std::string(reason.word) +
                             "' AND state = '" + std::string(to_string(reason.state)) + "'");
    EXPECT_EQ(rows[n], std::string(to_string(reason.state)) + '\t' + std::string(reason.word) +
                           '\t' + urls + '\t' + std::string(reason.meaning));
    EXPECT_FALSE(reason.meaning.empty());
    counted += std::stoul(urls);
  }
  EXPECT_EQ(std::to_string(counted), tests::sql(db(), "SELECT count(*) FROM urls"));
}

TEST_F(ReportTest, GateLetsAGoodCrawlPass) {
  const Ended ended = weft({"report", db(), "--fail-on", "5xx,503,connect_failed"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out, "check,url,what,found_on\n");
  EXPECT_EQ(ended.err, "");
}

TEST_F(ReportTest, GateRefusesAWordThatItDoesNotKnow) {
  for (const char* word : {"6xx", "40x", "fetched", "broken", ""}) {
    const Ended ended = weft({"report", db(), "--fail-on", word});
    EXPECT_EQ(ended.code, 2) << word;
    EXPECT_EQ(ended.out, "") << word;
  }
  EXPECT_EQ(weft({"report", db(), "--junit", "x.xml"}).code, 2) << "without --fail-on";
}

// ---- Untrusted text ----

TEST(ReportOfHostileText, NothingOfItReachesATerminalXmlOrASpreadsheet) {
  tests::TempDir dir;
  const std::string path = dir.file("crawl.db");
  {
    storage::Database db(path, storage::Database::Mode::kCrawl);
    const std::int64_t run = storage::start_run(db, "0.1.0", "weft crawl", "{}", 0);
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    tests::add_origin(seeds, 1, "http://example.com");
    seeds.new_urls.push_back(tests::make_url(1, "http://example.com/"));
    seeds.new_urls.push_back(tests::make_url(2, "http://example.com/'\"&<x>"));
    writer.put(std::move(seeds));
    writer.put(tests::make_page(1, "=HYPERLINK(\"http://evil.example\")\x1b[2J\xff|x", "a", {2}));
    storage::PageOutcome gone;
    gone.url = storage::UrlId{2};
    gone.state = storage::State::kFailed;
    gone.reason = storage::Reason::kBadResponse;
    gone.detail = "]]>\x1b]0;title\x07 & \"<script>\xc2\x9b";
    writer.put(std::move(gone));
    writer.close();
    storage::end_run(db, run, "finished", "{}", 1);
  }
  const std::string junit = dir.file("gate.xml");
  EXPECT_EQ(weft({"report", path, "--fail-on", "errors", "--junit", junit}).code, 1);
  const std::string xml = tests::read_file(junit);
  EXPECT_THAT(xml, AllOf(HasSubstr("http://example.com/&apos;&quot;&amp;&lt;x&gt;"),
                         HasSubstr("]]&gt;\xef\xbf\xbd]0;title\xef\xbf\xbd &amp; "
                                   "&quot;&lt;script&gt;\xef\xbf\xbd"),
                         Not(HasSubstr("\x1b"))));
  const auto top = [&](const std::vector<std::string>& more) {
    std::vector<std::string> args{"report", path, "top-pages", "--no-headers"};
    args.insert(args.end(), more.begin(), more.end());
    return weft(args).out;
  };
  EXPECT_THAT(top({"--format", "table"}), AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\xff"))));
  EXPECT_THAT(top({"--csv-safe"}), HasSubstr(",\"'=HYPERLINK(\"\"http"));
  EXPECT_THAT(top({"--csv-safe", "--format", "tsv"}), HasSubstr("\t'=HYPERLINK("));
  EXPECT_THAT(top({}), AllOf(HasSubstr(",\"=HYPERLINK"), Not(HasSubstr("\xff"))));
  EXPECT_THAT(top({"--format", "markdown"}), HasSubstr("\xef\xbf\xbd\\|x |"));
}

}  // namespace
