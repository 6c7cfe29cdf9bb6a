// What stands beside the SQL box: the tables of a file with schema.sql's words on them.
#include "storage/schema_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using storage::TableNote;
using testing::HasSubstr;
using testing::StartsWith;

class SchemaNotes : public testing::Test {
 protected:
  void SetUp() override {
    tests::make_crawl(path_);
    notes_ = storage::schema_notes(storage::Database(path_, storage::Database::Mode::kReadOnly));
  }
  const TableNote& table(const std::string& name) {
    const auto found = std::find_if(notes_.begin(), notes_.end(),
                                    [&](const TableNote& note) { return note.name == name; });
    if (found == notes_.end()) throw std::runtime_error("no table " + name);
    return *found;
  }
  std::string about(const std::string& table_name, const std::string& column) {
    for (const storage::ColumnNote& note : table(table_name).columns)
      if (note.name == column) return note.about;
    return "no such column";
  }

  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
  std::vector<TableNote> notes_;
};

TEST_F(SchemaNotes, NameTheTablesAndViewsInTheirOrderAndNothingOfSqlites) {
  std::vector<std::string> names;
  for (const TableNote& note : notes_) names.push_back((note.view ? "view " : "") + note.name);
  EXPECT_THAT(names, testing::ElementsAre(
                         "meta", "runs", "hosts", "origins", "robots_redirects", "urls", "pages",
                         "links", "sitemaps", "sitemap_urls", "texts", "page_text", "bodies",
                         "view page_list", "view link_list", "view broken_links",
                         "view skipped_urls", "view failures", "view redirects", "view duplicates",
                         "view sitemap_list", "view host_summary", "view robots_list"));
}

TEST_F(SchemaNotes, SayWhatATableIs) {
  EXPECT_EQ(table("runs").about, "One row each time that weft crawl was started on this file.");
  EXPECT_THAT(table("urls").about, StartsWith("Every URL that was ever seen, fetched or not.\n"));
  EXPECT_THAT(table("urls").about, HasSubstr("\nA URL is queued, done, skipped "));
  EXPECT_EQ(table("meta").about, "");
  EXPECT_EQ(table("page_list").about, "Every response, with its URL.");
}

TEST_F(SchemaNotes, SayWhatAColumnIs) {
  EXPECT_EQ(about("pages", "status"), "HTTP status");
  EXPECT_EQ(about("pages", "connect_us"), "the connection stood,");
  EXPECT_EQ(about("pages", "title"), "");
  EXPECT_EQ(about("links", "source"),
            "'a', 'area', 'iframe', 'frame', 'link', 'meta_refresh' or 'redirect'");
  EXPECT_EQ(about("urls", "found_on"),
            "the page or sitemap that led here first; NULL: a seed, or a sitemap named by "
            "robots.txt");
  EXPECT_EQ(about("page_list", "url"), "");
  EXPECT_EQ(table("pages").columns.front().type, "INTEGER");
  EXPECT_EQ(table("page_text").columns.size(), 2u);
}

}  // namespace
