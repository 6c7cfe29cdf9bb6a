// What a crawl that goes on finds in its file, and how a run leaves it.
#include "storage/resume.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "storage/error.h"
#include "storage/runs.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using storage::Database;
using storage::Error;
using storage::Statement;
using testing::ElementsAre;
using testing::HasSubstr;
using Mode = Database::Mode;

class ResumeTest : public testing::Test {
 protected:
  void SetUp() override { tests::make_crawl(path_); }

  std::string text(Database& db, const char* sql) {
    Statement statement(db, sql);
    return statement.step() ? std::string(statement.column_text(0)) : "no row";
  }

  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
};

TEST_F(ResumeTest, CrawlGoesOnWithTheHostsAndUrlsOfItsFile) {
  Database db(path_, Mode::kCrawl);
  db.execute("UPDATE urls SET state = 'queued', reason = 'over_budget' WHERE id = 2");
  const auto hosts = storage::read_hosts(db);
  ASSERT_EQ(hosts.size(), 1u);
  EXPECT_EQ(hosts[0].name, "example.com");
  EXPECT_EQ(hosts[0].queued, 1u);
  std::vector<std::string> urls;
  storage::for_each_url(db, [&](const storage::StoredUrl& url) {
    urls.push_back(std::to_string(to_number(url.id)) + ' ' + std::string(url.url) + ' ' +
                   std::to_string(url.depth) + ' ' + std::string(to_string(url.state)) + ' ' +
                   std::string(to_string(url.reason)));
  });
  EXPECT_THAT(urls, ElementsAre("1 http://example.com/ 0 done fetched",
                                "2 http://example.com/food 1 queued over_budget",
                                "3 http://example.com/gone 1 failed http_error",
                                "4 http://elsewhere.example/ 1 skipped out_of_scope"));
}

TEST_F(ResumeTest, WordThatThisWeftDoesNotKnowIsAnError) {
  Database db(path_, Mode::kCrawl);
  db.execute("UPDATE urls SET reason = 'bored' WHERE id = 2");
  try {
    storage::for_each_url(db, [](const storage::StoredUrl&) {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("bored"));
  }
}

TEST_F(ResumeTest, EachRunHasItsRow) {
  Database db(path_, Mode::kCrawl);
  const std::int64_t run = storage::start_run(db, "0.2.0", "weft crawl x", R"({"depth":2})", 0);
  EXPECT_EQ(run, 2);
  EXPECT_EQ(text(db, "SELECT coalesce(outcome, 'killed') FROM runs WHERE id = 2"), "killed");
  storage::end_run(db, run, "interrupted", R"({"pages":3})", 2'000'000);
  EXPECT_EQ(text(db,
                 "SELECT started_at || ' ' || ended_at || ' ' || outcome || ' ' || summary "
                 "FROM runs WHERE id = 2"),
            "1970-01-01T00:00:00.000Z 1970-01-01T00:00:02.000Z interrupted {\"pages\":3}");
}

TEST_F(ResumeTest, FileAtRestIsOneFileAndAnswersByUrlThroughIndexes) {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir_.path()))
    ++files;
  EXPECT_EQ(files, 1u);
  Database db(path_, Mode::kReadOnly);
  const auto plan = [&](const std::string& sql) {
    Statement statement(db, "EXPLAIN QUERY PLAN " + sql);
    std::string steps;
    while (statement.step()) steps += std::string(statement.column_text(3)) + "\n";
    return steps;
  };
  EXPECT_THAT(plan("SELECT * FROM urls WHERE url = 'x'"), HasSubstr("INDEX urls_by_url"));
  EXPECT_THAT(plan("SELECT * FROM links WHERE to_id = 1"), HasSubstr("INDEX links_by_target"));
  EXPECT_THAT(plan("SELECT * FROM link_list WHERE to_id = 1"), HasSubstr("INDEX links_by_target"));
  EXPECT_THAT(plan("SELECT * FROM broken_links"), HasSubstr("INDEX links_by_target"));
}

TEST_F(ResumeTest, ViewsAnswerByName) {
  Database db(path_, Mode::kReadOnly);
  EXPECT_EQ(text(db,
                 "SELECT group_concat(to_url || ' ' || status || ' ' || from_url) "
                 "FROM broken_links"),
            "http://example.com/gone 404 http://example.com/");
  EXPECT_EQ(text(db, "SELECT url || ' ' || reason || ' ' || found_on FROM skipped_urls"),
            "http://elsewhere.example/ out_of_scope http://example.com/");
  EXPECT_EQ(text(db, "SELECT url || ' ' || reason || ' ' || status FROM failures"),
            "http://example.com/gone http_error 404");
  EXPECT_EQ(text(db,
                 "SELECT urls || ' ' || responses || ' ' || done || ' ' || failed || ' ' || "
                 "skipped FROM host_summary"),
            "4 3 2 1 1");
  EXPECT_EQ(text(db, "SELECT title FROM page_list WHERE url LIKE '%/food'"), "Café food");
  EXPECT_EQ(db.number("SELECT count(*) FROM link_list"), 4);
  EXPECT_EQ(db.number("SELECT count(*) FROM redirects"), 0);
  EXPECT_EQ(db.number("SELECT count(*) FROM duplicates"), 0);
}

TEST_F(ResumeTest, SchemaExplainsEveryColumn) {
  Database db(path_, Mode::kReadOnly);
  // The comments of schema.sql stay in the file, so `.schema` shows them.
  EXPECT_THAT(text(db, "SELECT sql FROM sqlite_schema WHERE name = 'pages'"),
              HasSubstr("-- header and body as they crossed the network"));
}

}  // namespace
