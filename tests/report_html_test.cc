// weft report --html, as its reader meets it: the page in a browser, its figures against SQL
// written by hand, and that untrusted text in it is harmless.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "storage/reports.h"
#include "tests/crawl_support.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::Ended;
using tests::weft;

// From the element with that id to the end of its kind.
std::string element(const std::string& page, const std::string& id, const std::string& end) {
  const std::size_t start = page.find("id=\"" + id + "\"");
  if (start == std::string::npos) return "no element " + id;
  return page.substr(start, page.find(end, start) - start);
}

// What stands between `open` and `close`, each time.
std::vector<std::string> between(const std::string& text, const std::string& open,
                                 const std::string& close) {
  std::vector<std::string> found;
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    found.push_back(text.substr(at, text.find(close, at) - at));
  }
  return found;
}

// The rows of the element's table below its names, cells joined by '|' as sqlite3 joins them.
std::string rows_of(const std::string& html) {
  std::string all;
  for (const std::string& row : between(html, "<tr><td", "</tr>")) {
    all += all.empty() ? "" : "\n";
    std::string cells;
    for (const std::string& cell : between("<td" + row, "<td", "</td>"))
      cells += (cells.empty() ? "" : "|") + cell.substr(cell.find('>') + 1);
    all += cells;
  }
  return all;
}

// The page as a browser has it, and on stderr what it complained of.
Ended in_a_browser(const std::string& page) {
  const tests::TempDir dir;
  return tests::run({"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                     "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                     "--allow-file-access-from-files", "--user-data-dir=" + dir.file("profile"),
                     "--enable-logging=stderr", "--dump-dom", "file://" + page});
}

bool browser_is_there() { return tests::run({"sh", "-c", "command -v chromium"}).code == 0; }

// A crawl of the built-in site with redirects, broken links, copies and a robots.txt that forbids.
class ReportPageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new tests::TempDir;
    const tests::Site site({"--pages", "60", "--flaws", "0.4"}, 3);
    ASSERT_EQ(tests::crawl(site.start_urls(), db(), {"--depth", "3"}).code, 0);
    ASSERT_EQ(weft({"report", db(), "--html", page()}).code, 0);
    html_ = new std::string(tests::read_file(page()));
  }
  static void TearDownTestSuite() {
    delete html_;
    delete dir_;
  }
  static std::string db() { return dir_->file("crawl.db"); }
  static std::string page() { return dir_->file("report.html"); }

  static void expect_chart(const std::string& id, const std::string& sql) {
    EXPECT_EQ(rows_of(element(*html_, "chart-" + id, "</figure>")), tests::sql(db(), sql)) << id;
  }

  static tests::TempDir* dir_;
  static std::string* html_;
};
tests::TempDir* ReportPageTest::dir_ = nullptr;
std::string* ReportPageTest::html_ = nullptr;

TEST_F(ReportPageTest, ShowsInABrowserWithoutAComplaint) {
  if (!browser_is_there()) GTEST_SKIP() << "chromium is not installed";
  const Ended shown = in_a_browser(page());
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.err, Not(HasSubstr("CONSOLE")));
  for (const char* chart : {"status", "reason", "depth", "host", "latency", "size"})
    EXPECT_THAT(element(shown.out, std::string("chart-") + chart, "</figure>"),
                HasSubstr("class=\"mark"))
        << chart;
  for (const storage::Report& report : storage::reports()) {
    const std::string name(report.name);
    EXPECT_THAT(element(shown.out, name, "</section>"), HasSubstr("<h2>" + name + "</h2>"));
    EXPECT_THAT(element(shown.out, name, "</section>"),
                testing::AnyOf(HasSubstr("<td"), HasSubstr("None.")));
    EXPECT_THAT(shown.out, HasSubstr("<a href=\"#" + name + "\">")) << "in the table of contents";
  }
}

TEST_F(ReportPageTest, ChartsShowWhatSqlCounts) {
  const std::string by_state =
      ", nullif(sum(state = 'done'), 0), nullif(sum(state = 'failed'), 0),"
      " nullif(sum(state = 'skipped'), 0), nullif(sum(state = 'queued'), 0) FROM ";
  expect_chart("status",
               "SELECT status, iif(status < 300, count(*), ''),"
               " iif(status BETWEEN 300 AND 399, count(*), ''),"
               " iif(status BETWEEN 400 AND 499, count(*), ''), '', ''"
               " FROM pages GROUP BY status ORDER BY count(*) DESC, status");
  expect_chart("reason",
               "SELECT reason" + by_state + "urls GROUP BY reason ORDER BY count(*) DESC, reason");
  expect_chart("depth", "SELECT depth" + by_state + "urls GROUP BY depth ORDER BY depth");
  expect_chart("host", "SELECT name" + by_state +
                           "hosts, urls WHERE hosts.id = host_id AND state IN ('done', 'failed')"
                           " GROUP BY host_id ORDER BY count(*) DESC, host_id");
  // The site's pages have between 1 and 16 KiB, its short answers less.
  expect_chart("size",
               "SELECT '1B – 1KiB', count(*) FROM pages WHERE body_bytes BETWEEN 1 AND 1023"
               " UNION ALL SELECT '1KiB – 4KiB', count(*) FROM pages"
               "  WHERE body_bytes BETWEEN 1024 AND 4095"
               " UNION ALL SELECT '4KiB – 16KiB', count(*) FROM pages WHERE body_bytes >= 4096");
}

TEST_F(ReportPageTest, TimesFallIntoTheRangesThatTheChartNames) {
  std::string counted;
  for (const auto& [label, low, high] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"under 1ms", "0", "1e3"},
           {"1ms – 2ms", "1e3", "2e3"},
           {"2ms – 5ms", "2e3", "5e3"},
           {"5ms – 10ms", "5e3", "1e4"},
           {"10ms – 20ms", "1e4", "2e4"},
           {"20ms – 50ms", "2e4", "5e4"},
           {"50ms – 100ms", "5e4", "1e5"},
           {"100ms – 200ms", "1e5", "2e5"},
           {"200ms – 500ms", "2e5", "5e5"},
           {"500ms – 1s", "5e5", "1e6"},
           {"1s – 2s", "1e6", "2e6"},
           {"2s – 5s", "2e6", "5e6"},
           {"5s – 10s", "5e6", "1e7"},
           {"10s or more", "1e7", "1e99"}}) {
    const std::string count = tests::sql(
        db(), "SELECT count(*) FROM pages WHERE total_us >= " + low + " AND total_us < " + high);
    counted += (counted.empty() ? "" : "\n") + label + "|" + count;
  }
  // The chart leaves out what is empty at either end, and nothing between.
  const std::string shown = rows_of(element(*html_, "chart-latency", "</figure>"));
  ASSERT_NE(shown, "");
  const std::size_t at = counted.find(shown);
  ASSERT_NE(at, std::string::npos) << shown << "\n--- of ---\n" << counted;
  for (const std::string& rest : {counted.substr(0, at), counted.substr(at + shown.size())})
    for (const std::string& count : between(rest, "|", "\n")) EXPECT_EQ(count, "0");
}

TEST_F(ReportPageTest, TablesHoldTheReportsRows) {
  const auto rows = [&](const std::string& name) {
    return rows_of(element(*html_, name, "</section>"));
  };
  EXPECT_EQ(rows("status"),
            tests::sql(db(),
                       "SELECT status, count(*), round(100.0 * count(*) / (SELECT count(*) FROM"
                       " pages), 2), sum(wire_bytes), round(avg(total_us) / 1000.0, 3), min(url)"
                       " FROM pages, urls WHERE id = url_id GROUP BY status ORDER BY status"));
  EXPECT_EQ(rows("broken-links"),
            tests::sql(db(),
                       "SELECT t.url, t.reason, p.status, f.url, l.text, l.source FROM links l,"
                       " urls t, urls f, pages p WHERE t.id = to_id AND f.id = from_id AND"
                       " p.url_id = to_id AND t.state = 'failed' ORDER BY 1, 4, 5 LIMIT 100"));
  EXPECT_EQ(rows("runs").substr(0, 26), "1|" + tests::sql(db(), "SELECT started_at FROM runs"));
}

TEST_F(ReportPageTest, ATableIsBoundedAndSaysHowManyMoreThereAre) {
  const std::string all = tests::sql(db(), "SELECT count(*) FROM pages");
  const std::string large = element(*html_, "large", "</section>");
  EXPECT_EQ(between(large, "<tr><td", "</tr>").size(), 25u);
  EXPECT_THAT(large, AllOf(HasSubstr("The first 25 of " + all + " rows, " +
                                     std::to_string(std::stoi(all) - 25) + " more: "),
                           HasSubstr("<code>weft report " + db() + " large --limit 0</code>")));
  EXPECT_THAT(*html_, HasSubstr("<a href=\"#large\">large</a> <span class=\"faint\" "
                                "title=\"rows\">" +
                                all + "<"));
  const std::string whole = dir_->file("whole.html");
  ASSERT_EQ(weft({"report", db(), "--html", whole, "--limit", "0"}).code, 0);
  const std::string every = element(tests::read_file(whole), "large", "</section>");
  EXPECT_EQ(std::to_string(between(every, "<tr><td", "</tr>").size()), all);
  EXPECT_THAT(every, Not(HasSubstr("more:")));
}

TEST_F(ReportPageTest, SaysWhatWhenAndHowTheCrawlAndThePageWereMade) {
  EXPECT_THAT(*html_, HasSubstr("<h1>Crawl of " +
                                tests::sql(db(), "SELECT substr(origin, 8) FROM origins LIMIT 1") +
                                " and 2 other hosts</h1>"));
  EXPECT_THAT(
      *html_,
      AllOf(HasSubstr("crawled from " + tests::sql(db(), "SELECT started_at FROM runs") + " to " +
                      tests::sql(db(), "SELECT ended_at FROM runs") + " (finished)"),
            HasSubstr(tests::sql(db(), "SELECT command_line FROM runs")),
            HasSubstr("<code>weft report " + db() + " --html " + page()), HasSubstr("libcurl ")));
}

TEST_F(ReportPageTest, NeedsNothingFromOutside) {
  for (const char* attribute : {" href=\"", " src=\"", " action=\"", " data=\""})
    for (const std::string& to : between(*html_, attribute, "\""))
      EXPECT_TRUE(to.starts_with('#') || to == "data:,") << attribute << to;
  for (const std::string& to : between(*html_, "url(", ")")) EXPECT_EQ(to.substr(0, 2), "#p");
  EXPECT_THAT(*html_, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("@import"))));
}

TEST_F(ReportPageTest, IsNoAnswerOfItsOwnToOneNameOrFormat) {
  const std::string other = dir_->file("other.html");
  EXPECT_EQ(weft({"report", db(), "slow", "--html", other}).code, 2);
  EXPECT_EQ(weft({"report", db(), "--list", "--html", other}).code, 2);
  EXPECT_EQ(weft({"report", db(), "--format", "csv", "--html", other}).code, 2);
  EXPECT_FALSE(std::filesystem::exists(other));
  EXPECT_EQ(weft({"report", db(), "--html", db()}).code, 2) << "the crawl's own file";
}

TEST_F(ReportPageTest, IsWrittenBesideAGate) {
  const std::string other = dir_->file("gate.html");
  EXPECT_EQ(weft({"report", db(), "--fail-on", "broken-links", "--html", other}).code, 1);
  EXPECT_THAT(tests::read_file(other), HasSubstr("</html>"));
}

TEST(ReportPage, MarkupInATitleIsTextAndRunsNothing) {
  const tests::TempDir dir;
  const std::string path = dir.file("it's a crawl.db");
  {
    storage::Database db(path, storage::Database::Mode::kCrawl);
    const std::int64_t run = storage::start_run(db, "0.1.0", "weft crawl '<i>'", "{}", 0);
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    tests::add_origin(seeds, 1, "http://<b>example</b>.com");
    seeds.new_urls.push_back(tests::make_url(1, "http://example.com/\"><img src=x>"));
    writer.put(std::move(seeds));
    writer.put(
        tests::make_page(1, "</title><script>console.error('ran')</script>\x1b[2J\xff", "a", {1}));
    writer.close();
    storage::end_run(db, run, "finished", "no json", 1);
  }
  const std::string page = dir.file("report.html");
  const Ended ended = weft({"report", path, "--html", page});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const std::string html = tests::read_file(page);
  EXPECT_THAT(html,
              AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")), Not(HasSubstr("<b>example")),
                    Not(HasSubstr("<i>")), Not(HasSubstr("\x1b")), Not(HasSubstr("\xff")),
                    HasSubstr("&lt;script&gt;console.error(&apos;ran&apos;)&lt;/script&gt;")));
  if (!browser_is_there()) return;
  const Ended shown = in_a_browser(page);
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.err, Not(HasSubstr("CONSOLE")));
  EXPECT_THAT(shown.out, AllOf(HasSubstr("&lt;script&gt;console.error('ran')&lt;/script&gt;"),
                               HasSubstr("it'\\''s a crawl.db' --html")));
}

TEST(ReportPage, ACrawlOfNothingHasAPageToo) {
  const tests::TempDir dir;
  const std::string path = dir.file("crawl.db");
  { storage::Database db(path, storage::Database::Mode::kCrawl); }
  const Ended ended = weft({"report", path, "--html", dir.file("report.html")});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const std::string html = tests::read_file(dir.file("report.html"));
  EXPECT_THAT(html, AllOf(HasSubstr("Crawl of nothing yet"), HasSubstr("None."),
                          Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
}

// Wider than a phone's window is a table at most, which scrolls; the page itself never is.
TEST_F(ReportPageTest, FitsANarrowWindow) {
  if (!browser_is_there()) GTEST_SKIP() << "chromium is not installed";
  const std::string frame = dir_->file("frame.html");
  tests::write_file(frame,
                    "<iframe id=f src=report.html style='width:375px;height:600px;border:0'>"
                    "</iframe><script>f.onload = () => { document.title = "
                    "f.contentDocument.documentElement.scrollWidth; }</script>");
  const Ended shown = in_a_browser(frame);
  EXPECT_THAT(shown.out, HasSubstr("<title>375</title>"));
}

}  // namespace
