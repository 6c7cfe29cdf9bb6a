// The page of weft serve, as someone meets it who looks at a crawl: the built program, in a
// headless Chromium.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/crawl_support.h"
#include "tests/support.h"
#include "tests/webdriver.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Browser;
using tests::crawl;
using tests::Process;

constexpr const char* kScriptTitle = "<script>alert(1)</script>";
constexpr const char* kImageTitle = "<img src=x onerror=alert(2)>";

// A crawl of four pages and a missing one, and the page that shows it.
class ServePage : public testing::Test {
 protected:
  void SetUp() override {
    if (!Browser::installed()) GTEST_SKIP() << "chromedriver is not installed (chromium-driver)";
    std::filesystem::create_directory(dir_.path() / "www");
    page("index.html", "Start",
         "<a href=heron.html>On herons</a> <a href=script.html>&lt;b&gt;bold&lt;/b&gt;</a> "
         "<a href=image.html>image</a> <a href=missing.html>gone</a>");
    page("heron.html", "The heron", "A grey heron stands still. <a href=index.html>home</a>");
    page("script.html", "&lt;script&gt;alert(1)&lt;/script&gt;",
         "A bittern booms. &lt;script&gt;alert(3)&lt;/script&gt;");
    page("image.html", "&lt;img src=x onerror=alert(2)&gt;", "An egret is white.");
    tests::Nginx::Config config;
    config.root = dir_.file("www");
    site_ = std::make_unique<tests::Nginx>(config);
    ASSERT_EQ(crawl({site_->url("/index.html")}, db_).code, 0);
    server_ = std::make_unique<Process>(
        std::vector<std::string>{tests::weft_program(), "serve", db_, "--port", "0"});
    address_ = server_->read_line();
    static Browser shared;  // started once: that takes longer than a test
    browser_ = &shared;
    browser_->resize(1280, 900);
  }

  void TearDown() override {
    if (browser_ == nullptr) return;
    EXPECT_FALSE(browser_->has_dialog());
    EXPECT_THAT(browser_->errors(), IsEmpty());
    leave();
  }
  // The next test's errors are its own: this page asks its server again and again.
  void leave() { browser_->open("about:blank"); }

  void page(const std::string& name, const std::string& title, const std::string& body) {
    tests::write_file((dir_.path() / "www" / name).string(),
                      "<!doctype html><html lang=en><title>" + title + "</title><body>" + body);
  }
  void open(const std::string& place) { browser_->open(address_ + "#/" + place); }
  std::string history_of(const std::string& path) {
    const std::string url = browser_->run("return encodeURIComponent('" + site_->url(path) + "')");
    return "url?url=" + url;
  }
  // The texts of all elements that `selector` finds, one a line.
  std::string texts(const std::string& selector) {
    return browser_->run("return [...document.querySelectorAll(\"" + selector +
                         "\")].map((one) => one.textContent).join('\\n')");
  }
  void wait_for_text(const std::string& selector, const std::string& text) {
    browser_->wait_for("document.querySelector(\"" + selector + "\")?.textContent.includes(\"" +
                       text + "\")");
  }

  tests::TempDir dir_;
  const std::string db_ = dir_.file("crawl.db");
  std::unique_ptr<tests::Nginx> site_;
  std::unique_ptr<Process> server_;
  std::string address_;         // of the page
  Browser* browser_ = nullptr;  // of the whole program
};

TEST_F(ServePage, OverviewShowsTheCrawlsFigures) {
  open("overview");
  wait_for_text(".tiles", "URLs seen5");
  EXPECT_THAT(texts(".tiles"), HasSubstr("Responses5"));
  EXPECT_THAT(texts(".bars"), HasSubstr("404 Not Found1"));
  browser_->click(".bars a[href='#/pages?status=404']");
  wait_for_text(".data tbody", "/missing.html");
  EXPECT_EQ(texts(".data tbody .url"), site_->url("/missing.html"));
}

TEST_F(ServePage, SearchFindsAPageAsOneTypes) {
  open("overview");
  browser_->type("#words", "heron");
  wait_for_text(".results h2", "The heron");
  EXPECT_THAT(browser_->address(), HasSubstr("#/search?q=heron"));
  EXPECT_EQ(browser_->text(".snippet mark"), "heron");
  browser_->type("#words", " nowhere");
  wait_for_text("main", "No page holds “heron nowhere”.");
}

TEST_F(ServePage, FilterStandsInTheAddressAndOutlivesAReload) {
  open("pages");
  wait_for_text(".data tbody", "/heron.html");
  browser_->choose("select[name=status]", "404");
  browser_->wait_for("document.querySelectorAll('.data tbody tr').length === 1");
  EXPECT_THAT(browser_->address(), HasSubstr("#/pages?status=404"));
  browser_->reload();
  wait_for_text(".data tbody", "/missing.html");
  EXPECT_EQ(texts(".data tbody .url"), site_->url("/missing.html"));
  EXPECT_EQ(browser_->run("return document.querySelector('select[name=status]').value"), "404");
  browser_->back();
  wait_for_text(".data tbody", "/heron.html");
  EXPECT_EQ(browser_->run("return document.querySelector('select[name=status]').value"), "");
}

TEST_F(ServePage, TableIsSortedByAClickOnItsHead) {
  open("pages?q=html");
  browser_->click("[data-key=pages-sort-url]");
  browser_->wait_for("document.querySelector('[aria-sort=ascending]')");
  browser_->wait_for(
      "document.querySelector('.data tbody .url').textContent.endsWith('heron.html')");
  browser_->click("[data-key=pages-sort-url]");
  browser_->wait_for(
      "document.querySelector('.data tbody .url').textContent.endsWith('script.html')");
  EXPECT_THAT(browser_->address(), HasSubstr("sort=url&dir=desc"));
}

TEST_F(ServePage, HistorySaysHowAPageWasFoundAndLeadsToItsNeighbours) {
  open("pages");
  browser_->click(".data tbody tr:nth-child(2) a");  // in order of discovery
  wait_for_text("h1", "The heron");
  wait_for_text(".url-history", "On herons");
  EXPECT_THAT(texts(".url-history dd"), HasSubstr("fetched"));
  browser_->wait_for("document.querySelectorAll('.graph a.node').length === 1");
  EXPECT_THAT(texts(".graph"), HasSubstr("Start"));
  browser_->click(".graph a.node");
  wait_for_text("h1", "Start");
  browser_->wait_for("document.querySelectorAll('.graph a.node').length === 4");
}

TEST_F(ServePage, HistoryOfAUrlThatWasNeverSeenSaysSo) {
  open("overview");
  open(history_of("/never.html"));
  wait_for_text("main", "The crawl never saw this URL.");
}

TEST_F(ServePage, BrokenLinksNameWhatLinksThere) {
  open("broken");
  wait_for_text(".targets", "/missing.html");
  browser_->click(".targets summary");
  wait_for_text(".targets .links", "gone");
  EXPECT_THAT(texts(".targets .links"), HasSubstr("/index.html"));
}

TEST_F(ServePage, EveryReportIsShown) {
  open("reports/depth");
  wait_for_text(".report .data", "Depth");
  const std::string names = texts(".names a");
  EXPECT_THAT(names, HasSubstr("top-pages"));
  browser_->click(".names a[href='#/reports/large']");
  wait_for_text(".report .data tbody", site_->url("/index.html"));
  open("hosts");
  wait_for_text(".data", "4 done, 1 failed");
}

TEST_F(ServePage, SqlShowsRowsAndItsSchema) {
  open("sql");
  browser_->type("#sql", "SELECT status, count(*) AS n FROM ");
  browser_->click("[data-key=schema-summary-pages]");
  browser_->click("[data-key=schema-pages-pages]");
  browser_->press(" GROUP BY status ORDER BY status");
  browser_->press(std::string(tests::kControl) + std::string(tests::kEnter));
  wait_for_text(".answer .count", "2 rows");
  EXPECT_EQ(texts(".answer th"), "status\nn");
  EXPECT_EQ(texts(".answer td"), "200\n4\n404\n1");
  EXPECT_THAT(browser_->address(), HasSubstr("#/sql?q=SELECT+status"));
}

// The browser itself logs an answer of 400, which is what the server says to a mistake.
class ServePageRefuses : public ServePage {
 protected:
  void TearDown() override {
    if (browser_ == nullptr) return;
    EXPECT_THAT(browser_->errors(),
                ElementsAre(testing::AllOf(HasSubstr("/api/sql?"), HasSubstr("status of 400"))));
    leave();
  }
};

TEST_F(ServePageRefuses, AWriteWithItsWord) {
  const std::string before = tests::read_file(db_);
  open("sql");
  browser_->type("#sql", "DROP TABLE pages");
  browser_->click("button.main");
  wait_for_text(".answer .error", "not authorized");
  EXPECT_EQ(tests::read_file(db_), before);
}

TEST_F(ServePageRefuses, AMistakeAtTheWordThatIsWrong) {
  open("sql");
  browser_->type("#sql", "SELECT * FROM pagez");
  browser_->click("button.main");
  wait_for_text(".answer .error", "pagez");
  EXPECT_EQ(browser_->text(".answer mark"), "pagez");
  EXPECT_THAT(browser_->text(".answer .error"), HasSubstr("pages"));
}

TEST_F(ServePage, MarkupInATitleIsShownAsText) {
  const std::string nothing_made =
      "return document.querySelectorAll('main script, main img, main b').length";
  open("pages");
  wait_for_text(".data", kScriptTitle);
  EXPECT_THAT(texts(".data"), HasSubstr(kImageTitle));
  EXPECT_EQ(browser_->run(nothing_made), 0);
  for (const std::string place :
       {"search?q=bittern", "sql?q=SELECT+title+FROM+pages", "reports/top-pages"}) {
    SCOPED_TRACE(place);
    open(place);
    wait_for_text("main", kScriptTitle);
    EXPECT_EQ(browser_->run(nothing_made), 0);
  }
  open(history_of("/index.html"));
  wait_for_text(".graph", "<script>");
  EXPECT_EQ(browser_->run(nothing_made), 0);
  open(history_of("/image.html"));
  wait_for_text("h1", kImageTitle);
  EXPECT_EQ(browser_->run(nothing_made), 0);
}

TEST_F(ServePage, KeyboardAloneLeadsFromSearchToAHistory) {
  open("hosts");
  wait_for_text(".data", "127.0.0.1");
  browser_->press("/");
  browser_->wait_for("document.activeElement.id === 'words'");
  browser_->press("heron");
  wait_for_text(".results h2", "The heron");
  browser_->press(tests::kTab);
  browser_->wait_for("document.activeElement.textContent === 'The heron'");
  browser_->press(tests::kEnter);
  wait_for_text(".url-history", "On herons");
  browser_->wait_for("document.activeElement.tagName === 'H1'");
}

TEST_F(ServePage, FollowsACrawlOnTheSameFileAndKeepsFocusAndScroll) {
  open("overview");
  wait_for_text(".tiles", "URLs seen5");
  browser_->run(
      "for (const one of document.querySelectorAll('details')) one.open = true;"
      "document.querySelector('[data-key=state-failed]').focus();"
      "scrollTo(0, 10000);");
  const tests::Json scrolled = browser_->run("return scrollY");
  EXPECT_GT(scrolled, 0);
  page("later.html", "Later", "A spoonbill came.");
  ASSERT_EQ(crawl({site_->url("/later.html")}, db_).code, 0);
  wait_for_text(".tiles", "URLs seen6");
  EXPECT_EQ(browser_->run("return document.activeElement.dataset.key"), "state-failed");
  EXPECT_EQ(browser_->run("return scrollY"), scrolled);
}

TEST_F(ServePage, SaysThatTheServerIsGone) {
  open("overview");
  wait_for_text(".tiles", "URLs seen5");
  server_->signal(SIGTERM);
  server_->wait();
  browser_->wait_for("!document.getElementById('trouble').hidden");
  EXPECT_THAT(browser_->text("#trouble"), HasSubstr("does not answer"));
  EXPECT_THAT(browser_->errors(), Not(IsEmpty()));  // of the network, by the browser
}

TEST_F(ServePage, FitsANarrowWindow) {
  browser_->resize(360, 700);
  for (const std::string& place :
       {std::string("overview"), std::string("search?q=heron"), std::string("pages"),
        std::string("hosts"), std::string("broken"), std::string("reports/large"),
        history_of("/index.html"), std::string("sql?q=SELECT+*+FROM+page_list")}) {
    SCOPED_TRACE(place);
    open(place);
    wait_for_text("main", place.starts_with("search") ? "heron" : "127.0.0.1");
    EXPECT_LE(browser_->run("return document.documentElement.scrollWidth"), 360);
  }
}

}  // namespace
