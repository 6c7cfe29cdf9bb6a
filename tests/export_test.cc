// weft export, as a user meets it: the built program, what it writes, and other programs that read
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "storage/export_sitemap.h"
#include "tests/crawl_support.h"
#include "tests/export_fixture.h"
#include "tests/json.h"
#include "tests/support.h"

namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::Ended;
using tests::read_file;
using tests::sql;
using tests::weft;

// A text that every format must escape.
const std::string kNasty = "a\"b,'c'\n<d>&amp;\x1b[31m\x01 =1+1 \\ é";

class ExportTest : public testing::Test {
 protected:
  // A file with a title, an anchor text and a URL that no format may trip over.
  void make_nasty_crawl() {
    tests::make_crawl(path_);
    storage::Database db(path_, storage::Database::Mode::kCrawl);
    storage::Statement(db, "UPDATE pages SET title = ?").bind(1, kNasty).run();
    storage::Statement(db, "UPDATE links SET text = ?").bind(1, kNasty).run();
    storage::Statement(db, "UPDATE urls SET url = 'http://example.com/a?b=1&c=\"<>' WHERE id = 2")
        .run();
  }

  void expect_refused(const Ended& ended, const std::string& why) {
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, AllOf(testing::StartsWith("weft: "), HasSubstr(why)));
  }

  std::vector<std::string> files_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (!entry.is_directory()) names.push_back(fs::relative(entry.path(), folder));
    std::sort(names.begin(), names.end());
    return names;
  }

  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
};

const std::map<std::string, std::string> kCounts{
    {"pages", "SELECT count(*) FROM pages"},
    {"links", "SELECT count(*) FROM links"},
    {"hosts", "SELECT count(*) FROM hosts"},
    {"urls", "SELECT count(*) FROM urls"},
};

TEST_F(ExportTest, AnotherReaderFindsEveryRowOfTheCsv) {
  make_nasty_crawl();
  for (const auto& [what, count] : kCounts) {
    const std::string csv = dir_.file(what + ".csv");
    ASSERT_EQ(weft({"export", path_, what, "-o", csv}).code, 0);
    const Ended read = tests::run({"sqlite3", "-batch", "-cmd", ".import --csv " + csv + " t",
                                   ":memory:", "SELECT count(*) FROM t"});
    EXPECT_EQ(read.err, "") << what;
    EXPECT_EQ(read.out, sql(path_, count) + "\n") << what;
  }
  const Ended title =
      tests::run({"sqlite3", "-batch", "-cmd", ".import --csv " + dir_.file("pages.csv") + " t",
                  ":memory:", "SELECT hex(title) FROM t LIMIT 1"});
  EXPECT_EQ(title.out, sql(path_, "SELECT hex(title) FROM pages LIMIT 1") + "\n");
}

TEST_F(ExportTest, AnotherReaderFindsEveryRowOfTheJsonLines) {
  make_nasty_crawl();
  for (const auto& [what, count] : kCounts) {
    const std::string json = dir_.file(what + ".jsonl");
    ASSERT_EQ(weft({"export", path_, what, "--format", "jsonl", "-o", json}).code, 0);
    const Ended read = tests::run(
        {"sqlite3", "-batch", "-cmd", "CREATE TABLE t (line TEXT)", "-cmd", ".mode ascii", "-cmd",
         ".separator \"\\037\" \"\\n\"", "-cmd", ".import " + json + " t",
         ":memory:", "SELECT count(*) || ' ' || sum(json_valid(line)) FROM t"});
    const std::string rows = sql(path_, count);
    EXPECT_EQ(read.out, rows + " " + rows + "\n") << what << read.err;
  }
  const auto first =
      tests::Json::parse(weft({"export", path_, "links", "--format", "json"}).out)[0];
  EXPECT_EQ(first["text"], kNasty);
  EXPECT_EQ(first["from_url"], "http://example.com/");
}

TEST_F(ExportTest, HeadersCanBeLeftOut) {
  tests::make_crawl(path_);
  EXPECT_THAT(
      weft({"export", path_, "urls"}).out,
      testing::StartsWith("url,state,reason,detail,depth,redirects,attempts,found_on,status\n"
                          "http://example.com/,done,fetched,,0,0,1,,200\n"));
  EXPECT_THAT(weft({"export", path_, "urls", "--no-headers"}).out,
              testing::StartsWith("http://example.com/,"));
}

TEST_F(ExportTest, TheGraphIsGraphmlThatAnXmlReaderTakes) {
  make_nasty_crawl();
  const std::string file = dir_.file("graph.xml");
  ASSERT_EQ(weft({"export", path_, "graph", "-o", file}).code, 0);
  const auto count = [&](const std::string& path) {
    return tests::run({"xmllint", "--xpath", "count(" + path + ")", file}).out;
  };
  const std::string any = "//*[local-name()='";
  EXPECT_THAT(count(any + "node']"), testing::StartsWith("4"));
  EXPECT_THAT(count(any + "edge']"), testing::StartsWith("4"));
  // Every end of an edge is a node.
  EXPECT_THAT(count(any + "edge'][not(@target = " + any + "node']/@id)]"),
              testing::StartsWith("0"));
  const Ended url =
      tests::run({"xmllint", "--xpath", "string(" + any + "node'][2]/" + "*[@key='url'])", file});
  EXPECT_EQ(url.out, "http://example.com/a?b=1&c=\"<>\n") << url.err;
}

TEST_F(ExportTest, TheGraphIsDotThatGraphvizTakes) {
  make_nasty_crawl();
  const std::string dot = weft({"export", path_, "graph", "--format", "dot"}).out;
  EXPECT_THAT(dot, AllOf(testing::StartsWith("digraph crawl {\n"), testing::EndsWith("}\n"),
                         HasSubstr("label=\"http://example.com/a?b=1&c=\\\"<>\""),
                         HasSubstr("n1 -> n2 [weight=1];")));
  EXPECT_EQ(dot.find('\x1b'), std::string::npos);
  EXPECT_EQ(tests::run({"gvpr", "BEG_G { printf(\"%d %d\", nNodes($G), nEdges($G)); }"}, dot).out,
            "4 4");
}

TEST_F(ExportTest, TheGraphIsALineAnEdge) {
  tests::make_crawl(path_);
  {
    storage::Database db(path_, storage::Database::Mode::kCrawl);
    db.execute("INSERT INTO links VALUES (1, 3, 2, '', 'again', '', 'a')");
  }
  EXPECT_EQ(weft({"export", path_, "graph", "--format", "edges"}).out,
            "http://example.com/\thttp://example.com/food\t2\n"
            "http://example.com/\thttp://example.com/gone\t1\n"
            "http://example.com/\thttp://elsewhere.example/\t1\n"
            "http://example.com/food\thttp://example.com/\t1\n");
}

TEST_F(ExportTest, AFolderWithSomethingInItIsLeftAloneUnlessForced) {
  tests::make_crawl(path_);
  const std::string out = dir_.file("out");
  tests::write_file(out, "precious");
  expect_refused(weft({"export", path_, "sitemap", "-o", dir_.path().string()}), "is not empty");
  expect_refused(weft({"export", path_, "sitemap", "-o", out}), "Not a directory");
  EXPECT_EQ(read_file(out), "precious");
}

TEST_F(ExportTest, CsvSafeTakesTheFormulaOutOfEveryCsv) {
  tests::make_kept_crawl(path_, {{"/", "<title>", 200}});
  tests::sql(path_,
             "UPDATE pages SET title = '=1+1', content_type = '@x'; "
             "INSERT INTO links VALUES (1, 99, 1, '', '-2', '', 'a');"
             "UPDATE hosts SET name = '+host'");
  for (const auto& [what, text] : std::vector<std::pair<std::string, std::string>>{
           {"pages", "=1+1"}, {"links", "-2"}, {"hosts", "+host"}}) {
    EXPECT_THAT(weft({"export", path_, what}).out, HasSubstr(text));
    EXPECT_THAT(weft({"export", path_, what}).out, Not(HasSubstr("'" + text)));
    EXPECT_THAT(weft({"export", path_, what, "--csv-safe"}).out, HasSubstr("'" + text));
    EXPECT_THAT(weft({"export", path_, what, "--csv-safe", "--format", "jsonl"}).out,
                Not(HasSubstr("'" + text)));
  }
  ASSERT_EQ(weft({"export", path_, "mirror", "-o", dir_.file("m"), "--csv-safe"}).code, 0);
  EXPECT_THAT(read_file(dir_.file("m/mirror.csv")), HasSubstr(",'@x,"));
  ASSERT_EQ(weft({"export", path_, "mirror", "-o", dir_.file("n")}).code, 0);
  EXPECT_THAT(read_file(dir_.file("n/mirror.csv")), HasSubstr(",@x,"));
}

TEST_F(ExportTest, WhatCannotBeDoneIsSaid) {
  tests::make_crawl(path_);
  expect_refused(weft({"export", path_, "mirror", "-o", dir_.file("m")}), "--bodies");
  expect_refused(weft({"export", path_, "warc", "-o", dir_.file("w.warc.gz")}), "--bodies");
  EXPECT_FALSE(fs::exists(dir_.file("w.warc.gz")) || fs::exists(dir_.file("m")));
  expect_refused(weft({"export", path_, "sitemap"}), "name a folder with -o");
  expect_refused(weft({"export", path_, "graph", "--format", "csv"}), "graphml, dot, edges");
  expect_refused(weft({"export", path_, "urls", "--format", "dot"}), "csv, jsonl, json");
  expect_refused(weft({"export", path_, "warc", "--format", "csv"}), "leave out --format");
  EXPECT_EQ(weft({"export", path_, "nonsense"}).code, 2);
  const Ended full =
      tests::run({tests::weft_program(), "export", path_, "graph", "-o", "/dev/full"});
  EXPECT_EQ(full.code, 2);
  EXPECT_THAT(full.err, HasSubstr("could not be written whole"));
}

TEST_F(ExportTest, SitemapsListPagesThatMayBeFound) {
  tests::make_kept_crawl(path_, {{"/", "a"},
                                 {"/b?x=1&y='2'", "b"},
                                 {"/noindex", "c"},
                                 {"/copy", "d"},
                                 {"/gone", "e", 404},
                                 {"/image", "f"},
                                 {"/" + std::string(2048, 'l'), "g"}});
  {
    storage::Database db(path_, storage::Database::Mode::kCrawl);
    db.execute(
        "UPDATE pages SET meta_robots = 'NOINDEX, follow' WHERE url_id = 3;"
        "UPDATE pages SET canonical = 'http://example.com/' WHERE url_id IN (1, 4);"
        "UPDATE pages SET elements = NULL WHERE url_id = 6");
  }
  const Ended ended = weft({"export", path_, "sitemap", "-o", dir_.file("s")});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err,
            "weft: 2 URLs of 1 hosts in 1 files\n"
            "weft: left out 1 URLs of 2,048 characters or more\n");
  EXPECT_THAT(files_in(dir_.file("s")), ElementsAre("example.com/sitemap.xml"));
  const std::string file = dir_.file("s/example.com/sitemap.xml");
  EXPECT_EQ(read_file(file),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
            "<url><loc>http://example.com/</loc></url>\n"
            "<url><loc>http://example.com/b?x=1&amp;y=&apos;2&apos;</loc></url>\n"
            "</urlset>\n");
  EXPECT_EQ(tests::run({"xmllint", "--noout", file}).err, "");
}

TEST_F(ExportTest, SitemapsAreSplitWithAnIndex) {
  std::vector<tests::Kept> pages;
  for (int i = 0; i < 25; ++i) pages.push_back({fmt::format("/{:02}", i), "x"});
  tests::make_kept_crawl(path_, pages);
  const storage::Database db(path_, storage::Database::Mode::kReadOnly);
  storage::OutFolder by_count(dir_.file("n"), false);
  storage::SitemapLimits limits;
  limits.urls = 10;
  EXPECT_EQ(storage::export_sitemap(db, by_count, limits).files, 4u);
  EXPECT_THAT(files_in(dir_.file("n")),
              ElementsAre("example.com/sitemap-1.xml", "example.com/sitemap-2.xml",
                          "example.com/sitemap-3.xml", "example.com/sitemap.xml"));
  EXPECT_EQ(read_file(dir_.file("n/example.com/sitemap.xml")),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
            "<sitemap><loc>http://example.com/sitemap-1.xml</loc></sitemap>\n"
            "<sitemap><loc>http://example.com/sitemap-2.xml</loc></sitemap>\n"
            "<sitemap><loc>http://example.com/sitemap-3.xml</loc></sitemap>\n"
            "</sitemapindex>\n");
  storage::OutFolder by_bytes(dir_.file("b"), false);
  limits.bytes = 500;
  storage::export_sitemap(db, by_bytes, limits);
  std::set<std::string> urls;
  for (const std::string& name : files_in(dir_.file("b"))) {
    if (name == "example.com/sitemap.xml") continue;
    const std::string text = read_file(dir_.file("b/" + name));
    EXPECT_LE(text.size(), 500u) << name;
    for (std::size_t at = 0; (at = text.find("<loc>", at)) != std::string::npos; ++at)
      urls.insert(text.substr(at, text.find('<', at + 1) - at));
  }
  EXPECT_EQ(urls.size(), 25u);
}

TEST_F(ExportTest, AMirrorHoldsEachBodyOnceAndListsIt) {
  tests::make_kept_crawl(path_, {{"/", "home"},
                                 {"/a/b.html?q=1", "page"},
                                 {"/a", "a file where a folder is"},
                                 {"/empty", ""},
                                 {"/big", std::string(3'000'000, 'z')},
                                 {"/gone", "not found", 404}});
  const std::string out = dir_.file("m");
  const Ended ended = weft({"export", path_, "mirror", "-o", out});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "weft: 5 files\n");
  EXPECT_EQ(read_file(out + "/example.com/index.html"), "home");
  EXPECT_EQ(read_file(out + "/example.com/a/b.html@q=1"), "page");
  EXPECT_EQ(read_file(out + "/example.com/empty"), "");
  EXPECT_EQ(read_file(out + "/example.com/big"), std::string(3'000'000, 'z'));
  const Ended list =
      tests::run({"sqlite3", "-batch", "-cmd", ".import --csv " + out + "/mirror.csv t",
                  ":memory:", "SELECT file FROM t WHERE url = 'http://example.com/a'"});
  EXPECT_EQ(read_file(out + "/" + list.out.substr(0, list.out.find('\n'))),
            "a file where a folder is");
  // Again into the same folder: the same files, no more.
  const std::vector<std::string> before = files_in(out);
  expect_refused(weft({"export", path_, "mirror", "-o", out}), "is not empty");
  EXPECT_EQ(weft({"export", path_, "mirror", "-o", out, "--force"}).code, 0);
  EXPECT_EQ(files_in(out), before);
}

TEST_F(ExportTest, AMirrorOfStrangersUrlsStaysInItsFolder) {
  tests::make_kept_crawl(path_, {{"/../../../outside", "1"},
                                 {"http://../outside", "2"},
                                 {"/etc/passwd", "3"},
                                 {std::string("/a\nb\x1b[31m"), "4"},
                                 {"http:////outside", "5"},
                                 {"/.git/config", "6"},
                                 {"http://mirror.csv/", "7"},
                                 {"/" + std::string(4000, 'n'), "8"}});
  fs::create_directory(dir_.file("box"));
  ASSERT_EQ(weft({"export", path_, "mirror", "-o", dir_.file("box/m")}).code, 0);
  EXPECT_EQ(files_in(dir_.file("box/m")).size(), 9u);
  EXPECT_THAT(files_in(dir_.file("box")), testing::Each(testing::StartsWith("m/")));
  for (const std::string& name : files_in(dir_.file("box/m"))) {
    EXPECT_EQ(name.find_first_of("\n\x1b"), std::string::npos) << name;
    EXPECT_EQ(name.find("/."), std::string::npos) << name;
  }
}

TEST_F(ExportTest, AMirrorFollowsNoSymbolicLink) {
  tests::make_kept_crawl(path_, {{"/x", "new"}, {"/sub/y", "new"}});
  fs::create_directories(dir_.file("m/example.com"));
  fs::create_directory(dir_.file("elsewhere"));
  tests::write_file(dir_.file("elsewhere/x"), "old");
  fs::create_symlink(dir_.file("elsewhere/x"), dir_.file("m/example.com/x"));
  fs::create_symlink(dir_.file("elsewhere"), dir_.file("m/example.com/sub"));
  expect_refused(weft({"export", path_, "mirror", "-o", dir_.file("m"), "--force"}),
                 "is not a folder: remove it");
  EXPECT_EQ(read_file(dir_.file("elsewhere/x")), "old");
  EXPECT_THAT(files_in(dir_.file("elsewhere")), ElementsAre("x"));
  EXPECT_EQ(read_file(dir_.file("m/example.com/x")), "new");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(dir_.file("m/example.com/x"))));
}

TEST_F(ExportTest, ADamagedBodyIsNamed) {
  tests::make_kept_crawl(path_, {{"/fine", "fine"}, {"/bad", "bad"}});
  for (const char* damage :
       {"UPDATE bodies SET body = x'28b52ffd' WHERE url_id = 2",
        "UPDATE bodies SET body = (SELECT body FROM bodies WHERE url_id = 1) WHERE url_id = 2",
        "UPDATE bodies SET body = x'' WHERE url_id = 2",
        "UPDATE pages SET body_bytes = -1 WHERE url_id = 2"}) {
    storage::Database(path_, storage::Database::Mode::kCrawl).execute(damage);
    expect_refused(weft({"export", path_, "mirror", "-o", dir_.file("m"), "--force"}),
                   "http://example.com/bad: a kept body is damaged");
    expect_refused(weft({"export", path_, "warc", "-o", dir_.file("w.warc.gz")}),
                   "http://example.com/bad: a kept body is damaged");
    EXPECT_FALSE(fs::exists(dir_.file("w.warc.gz"))) << "half a file";
  }
}

TEST_F(ExportTest, ReadsAFileThatIsBeingCrawled) {
  tests::make_kept_crawl(path_, {{"/", "home"}});
  const storage::Database crawl(path_, storage::Database::Mode::kCrawl);
  for (const char* what : {"pages", "graph", "warc"})
    EXPECT_EQ(weft({"export", path_, what}).code, 0) << what;
}

}  // namespace
