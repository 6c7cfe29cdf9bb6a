// weft query and weft search, as a user meets them: the built program and its whole output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::Ended;
using tests::weft;

class QueryTest : public testing::Test {
 protected:
  void SetUp() override { tests::make_crawl(path_); }

  // Refused: exit code 2, nothing on stdout, one line on stderr.
  void expect_refused(const Ended& ended, const std::string& why) {
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, AllOf(StartsWith("weft: "), HasSubstr(why)));
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  }

  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
};

TEST_F(QueryTest, AnswersAsCsvOffATerminal) {
  const Ended ended = weft({"query", path_, "SELECT id, url FROM urls ORDER BY id LIMIT 2"});
  EXPECT_EQ(ended.out, "id,url\n1,http://example.com/\n2,http://example.com/food\n");
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(ended.code, 0);
}

TEST_F(QueryTest, AnswersInTheFormatThatIsAskedFor) {
  const std::string sql = "SELECT status, count(*) AS n FROM pages GROUP BY status ORDER BY 1";
  EXPECT_EQ(weft({"query", path_, sql, "--format", "table"}).out,
            "status  n\n──────  ─\n   200  2\n   404  1\n");
  EXPECT_EQ(weft({"query", path_, sql, "--format", "jsonl"}).out,
            "{\"status\": 200, \"n\": 2}\n{\"status\": 404, \"n\": 1}\n");
  EXPECT_EQ(weft({"query", path_, sql, "--format", "csv", "--no-headers"}).out, "200,2\n404,1\n");
  EXPECT_EQ(nlohmann::json::parse(weft({"query", path_, sql, "--format", "json"}).out).size(), 2u);
}

TEST_F(QueryTest, TakesTheStatementFromStandardInput) {
  EXPECT_EQ(weft({"query", path_, "-"}, "SELECT 1 AS one;\n-- that is all\n").out, "one\n1\n");
}

TEST_F(QueryTest, NoRowsAreAnAnswer) {
  const Ended ended = weft({"query", path_, "SELECT id FROM urls WHERE id = 99"});
  EXPECT_EQ(ended.out, "id\n");
  EXPECT_EQ(ended.code, 0);
}

TEST_F(QueryTest, WrongSqlIsOneLineAndExitCodeTwo) {
  expect_refused(weft({"query", path_, "SELCT 1"}), "near \"SELCT\": syntax error");
  expect_refused(weft({"query", path_, "SELECT x FROM pagse"}), "no such table: pagse");
  expect_refused(weft({"query", path_, ""}), "empty");
  expect_refused(weft({"query", path_, "SELECT 1; SELECT 2"}), "one statement at a time");
}

TEST_F(QueryTest, OnlyReadingIsAllowed) {
  const std::string bytes = tests::read_file(path_);
  for (const char* sql : {"DELETE FROM urls", "DROP TABLE links", "ATTACH '/tmp/x' AS x",
                          "PRAGMA user_version = 9", "SELECT load_extension('x')"})
    expect_refused(weft({"query", path_, sql}), "not authorized");
  EXPECT_EQ(tests::read_file(path_), bytes);
}

TEST_F(QueryTest, WhatIsNoWeftDatabaseIsRefused) {
  tests::write_file(dir_.file("text"), "hello\n");
  for (const char* command : {"query", "search"}) {
    expect_refused(weft({command, dir_.file("none.db"), "SELECT 1"}), "No such file");
    expect_refused(weft({command, dir_.path().string(), "SELECT 1"}), "is a directory");
    expect_refused(weft({command, dir_.file("text"), "SELECT 1"}), "is not a weft database");
  }
  EXPECT_FALSE(std::filesystem::exists(dir_.file("none.db")));
}

TEST_F(QueryTest, ReadsAFileThatIsBeingCrawled) {
  const storage::Database crawl(path_, storage::Database::Mode::kCrawl);
  EXPECT_EQ(weft({"query", path_, "SELECT count(*) AS n FROM pages"}).out, "n\n3\n");
  EXPECT_EQ(weft({"search", path_, "heron"}).code, 0);
}

TEST_F(QueryTest, FullOutputIsAnError) {
  const Ended ended =
      tests::run({"sh", "-c", "exec \"$0\" query \"$1\" 'SELECT * FROM urls' > /dev/full",
                  WEFT_PROGRAM, path_});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("could not be written"));
}

TEST_F(QueryTest, SearchPutsATitleFirstAndMarksTheWords) {
  const Ended ended = weft({"search", path_, "herons", "--limit", "1"});
  EXPECT_EQ(ended.out,
            "http://example.com/\n  Herons\n  Where the grey heron fishes. More below.\n");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(
      weft({"search", path_, "heron"}).out,
      "http://example.com/food\n  Café food\n  A [heron] eats fish; the \"[heron]\" waits.\n\n"
      "http://example.com/\n  Herons\n  Where the grey [heron] fishes. More below.\n");
}

TEST_F(QueryTest, SearchFindsWhateverItsCaseAndAccents) {
  EXPECT_THAT(weft({"search", path_, "CAFE", "fish"}).out, StartsWith("http://example.com/food\n"));
  EXPECT_THAT(weft({"search", path_, "grey heron"}).out, HasSubstr("[grey heron]"));
  EXPECT_EQ(weft({"search", path_, "heron grey"}).code, 1) << "a phrase";
  EXPECT_EQ(weft({"search", path_, "heron", "grey"}).code, 0) << "two words";
}

TEST_F(QueryTest, SearchObeysNothingInItsWords) {
  for (const char* word :
       {"\"", "*", "heron\"", "NEAR(", "title:heron", "(", "^", "-", "a AND", "'"}) {
    const Ended ended = weft({"search", path_, "--", word});
    EXPECT_EQ(ended.err, "") << word;
    EXPECT_LE(ended.code, 1) << word;
  }
}

TEST_F(QueryTest, SearchWithoutAFindSaysSoByItsExitCode) {
  const Ended ended = weft({"search", path_, "zebra"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
}

TEST_F(QueryTest, SearchTakesFts5SyntaxWhenAsked) {
  EXPECT_THAT(weft({"search", path_, "--raw", "title:her*"}).out,
              StartsWith("http://example.com/\n"));
  expect_refused(weft({"search", path_, "--raw", "her AND"}), "syntax error");
}

TEST_F(QueryTest, SearchAnswersInEveryFormat) {
  const auto rows = nlohmann::json::parse(weft({"search", path_, "fish", "--format", "json"}).out);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["url"], "http://example.com/food");
  EXPECT_EQ(rows[0]["snippet"], "A heron eats [fish]; the \"heron\" waits.");
  EXPECT_GT(rows[0]["score"], 0);
  EXPECT_THAT(weft({"search", path_, "fish", "--format", "csv"}).out,
              StartsWith("url,title,snippet,score\n"));
}

}  // namespace
