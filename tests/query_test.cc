// weft query and weft search, as a user meets them: the built program and its whole output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/json.h"
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
  EXPECT_EQ(tests::Json::parse(weft({"query", path_, sql, "--format", "json"}).out).size(), 2u);
}

TEST_F(QueryTest, TakesTheStatementFromStandardInput) {
  EXPECT_EQ(weft({"query", path_, "-"}, "SELECT 1 AS one;\n-- that is all\n").out, "one\n1\n");
}

TEST_F(QueryTest, NoRowsAreAnAnswer) {
  const Ended ended = weft({"query", path_, "SELECT id FROM urls WHERE id = 99"});
  EXPECT_EQ(ended.out, "id\n");
  EXPECT_EQ(ended.code, 0);
}

TEST_F(QueryTest, AMistakePointsAtTheWordAndOffersTheNearest) {
  const auto mistake = [this](const std::string& sql) {
    const Ended ended = weft({"query", path_, sql});
    EXPECT_EQ(ended.code, 2) << sql;
    EXPECT_EQ(ended.out, "") << sql;
    const std::string start = "weft: " + path_ + ": ";
    EXPECT_THAT(ended.err, StartsWith(start));
    return ended.err.substr(start.size());
  };
  EXPECT_EQ(mistake("SELCT 1"),
            "near \"SELCT\": syntax error; did you mean SELECT?\n  SELCT 1\n  ^~~~~\n");
  EXPECT_EQ(mistake("SELECT url\nFROM urls, pagse"),
            "no such table: pagse; did you mean pages?\n  FROM urls, pagse\n             ^~~~~\n");
  EXPECT_EQ(mistake("SELECT 'ä\t', p.Statsu FROM pages p"),
            "no such column: p.Statsu; did you mean status?\n"
            "  SELECT 'ä ', p.Statsu FROM pages p\n                 ^~~~~~\n");
  EXPECT_EQ(mistake("SELECT cuont(*) FROM urls"),
            "no such function: cuont; did you mean count?\n  SELECT cuont(*) FROM urls\n"
            "         ^~~~~\n");
  EXPECT_EQ(mistake("SELECT zzzzzz FROM urls"),
            "no such column: zzzzzz\n  SELECT zzzzzz FROM urls\n         ^~~~~~\n");
  EXPECT_EQ(mistake("SELECT 1 +"), "incomplete input\n") << "nothing to point at";
  const std::string far = mistake("SELECT '\x1b[2J" + std::string(5000, 'x') + "' FROM pagse");
  EXPECT_LT(far.size(), 400u);
  EXPECT_THAT(far, Not(HasSubstr("\x1b")));
}

TEST_F(QueryTest, NotOneStatementIsOneLineAndExitCodeTwo) {
  expect_refused(weft({"query", path_, ""}), "empty");
  expect_refused(weft({"query", path_, "SELECT 1; SELECT 2"}), "one statement at a time");
}

TEST_F(QueryTest, OnlyReadingIsAllowed) {
  const std::string bytes = tests::read_file(path_);
  for (const char* sql :
       {"DELETE FROM urls", "DROP TABLE links", "ATTACH '/tmp/x' AS x", "PRAGMA user_version = 9",
        "PRAGMA writable_schema = 1", "PRAGMA journal_mode = WAL", "VACUUM INTO '/tmp/x'", "VACUUM",
        "CREATE TEMP TABLE t (x)"})
    expect_refused(weft({"query", path_, sql}), "not authorized: a statement here can only read");
  expect_refused(weft({"query", path_, "UPDATE sqlite_schema SET sql = ''"}),
                 "may not be modified");
  EXPECT_THAT(weft({"query", path_, "SELECT load_extension('x')"}).err,
              HasSubstr("not authorized to use function: load_extension"));
  EXPECT_EQ(tests::read_file(path_), bytes);
}

TEST_F(QueryTest, AnEndlessQueryIsCutOff) {
  const std::string bytes = tests::read_file(path_);
  const std::string endless =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT ";
  const Ended silent =
      weft({"query", path_, endless + "count(*) AS c FROM n", "--timeout", "50ms"});
  EXPECT_EQ(silent.code, 2);
  EXPECT_EQ(silent.out, "c\n");
  EXPECT_EQ(silent.err, "weft: cut off after 50ms (--timeout): the answer is not whole\n");
  const Ended talking =
      weft({"query", path_, endless + "i FROM n", "--timeout", "50ms", "--format", "json"});
  EXPECT_EQ(talking.code, 2);
  EXPECT_GT(tests::Json::parse(talking.out).size(), 10u) << "what there was is whole JSON";
  const Ended limited = weft({"query", path_, endless + "i FROM n", "--limit", "2"});
  EXPECT_EQ(limited.code, 0);
  EXPECT_EQ(limited.out, "i\n1\n2\n");
  EXPECT_EQ(limited.err, "weft: only the first 2 rows are shown; --limit 0 shows all\n");
  EXPECT_EQ(tests::read_file(path_), bytes);
}

TEST_F(QueryTest, ALimitThatIsNotReachedIsNotMentioned) {
  EXPECT_EQ(weft({"query", path_, "SELECT id FROM urls", "--limit", "4"}).err, "");
}

TEST_F(QueryTest, ParametersStandForValues) {
  const auto ask = [this](const std::string& sql, const std::vector<std::string>& values) {
    std::vector<std::string> args{"query", "--no-headers"};
    for (const std::string& value : values) args.insert(args.end(), {"-p", value});
    args.insert(args.end(), {path_, sql});
    return weft(args);
  };
  EXPECT_EQ(ask("SELECT url FROM page_list WHERE status = :s", {"s=404"}).out,
            "http://example.com/gone\n");
  EXPECT_EQ(ask("SELECT typeof(:a), typeof(@b), typeof($c), typeof(:d), typeof(:e)",
                {"a=-4", "b=1.5", "c=x", "d=007", "e="})
                .out,
            "integer,real,text,text,text\n");
  EXPECT_EQ(ask("SELECT :a || ?2", {"a='; DROP TABLE urls; --=", "2=nan"}).out,
            "'; DROP TABLE urls; --=nan\n");
  expect_refused(ask("SELECT :a, :b", {"a=1"}), ":b has no value: give it with -p b=VALUE");
  expect_refused(ask("SELECT 1", {"a=1"}), "the statement has no :a");
  expect_refused(ask("SELECT :a", {"a"}), "is not of the form name=value");
  expect_refused(ask("SELECT ?", {}), "a parameter needs a name");
}

TEST_F(QueryTest, SavedQueriesGoByTheirNames) {
  const std::string config = dir_.file("my.toml");
  tests::write_file(config,
                    "# mine\n[queries]\ngone = \"SELECT url FROM page_list WHERE status = :s\"\n");
  EXPECT_EQ(weft({"query", path_, "gone", "--config", config, "-p", "s=404"}).out,
            "url\nhttp://example.com/gone\n");
  EXPECT_EQ(weft({"query", path_, "SELECT 1 AS n", "--config", config}).out, "n\n1\n");
  EXPECT_THAT(weft({"query", path_, "gone"}).err, HasSubstr("syntax error"));
  EXPECT_EQ(weft({"query", path_, "gone", "--config", dir_.file("none")}).code, 2);
}

TEST_F(QueryTest, WritesToAFileInTheFormOfItsName) {
  const std::string sql = "SELECT 1 AS a, 'x|y\tz\\' AS b";
  const auto written = [&](const std::string& name) {
    const Ended ended = weft({"query", path_, sql, "-o", dir_.file(name)});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out, "");
    return tests::read_file(dir_.file(name));
  };
  EXPECT_EQ(written("a.csv"), "a,b\n1,x|y\tz\\\n");
  EXPECT_EQ(written("a.tsv"), "a\tb\n1\tx|y\\tz\\\\\n");
  EXPECT_EQ(written("a.md"), "| a | b |\n| --- | --- |\n| 1 | x\\|y z\\\\ |\n");
  EXPECT_EQ(written("a.jsonl"), "{\"a\": 1, \"b\": \"x|y\\tz\\\\\"}\n");
  EXPECT_EQ(written("a"), "a,b\n1,x|y\tz\\\n");
}

TEST_F(QueryTest, NeitherTheCrawlNorAFileIsOverwrittenByMistake) {
  const std::string bytes = tests::read_file(path_);
  expect_refused(weft({"query", path_, "SELECT 1", "-o", path_}), "is the crawl's own file");
  EXPECT_EQ(tests::read_file(path_), bytes);
  tests::write_file(dir_.file("kept.csv"), "kept");
  EXPECT_EQ(weft({"query", path_, "SELECT nothing", "-o", dir_.file("kept.csv")}).code, 2);
  const Ended cut =
      weft({"query", path_,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n",
            "--timeout", "50ms", "-o", dir_.file("kept.csv")});
  EXPECT_EQ(cut.code, 2);
  EXPECT_THAT(cut.err, HasSubstr("not whole, and " + dir_.file("kept.csv") + " left as it was"));
  EXPECT_EQ(tests::read_file(dir_.file("kept.csv")), "kept");
  expect_refused(weft({"query", path_, "SELECT 1", "-o", dir_.file("no/folder.csv")}),
                 "cannot write");
}

TEST_F(QueryTest, HostileTextIsHarmlessInEveryFormat) {
  const std::string sql =
      "SELECT char(27) || '[2J' AS esc, '=cmd|''/c calc''!A1' AS formula, '-1' AS text, -1 AS "
      "number, CAST(x'41ff42' AS TEXT) AS bad, '<script>' AS markup";
  const auto as = [&](const std::string& format) {
    return weft({"query", path_, sql, "--csv-safe", "--no-headers", "--format", format}).out;
  };
  const std::string mended =
      "A\xef\xbf\xbd"
      "B";
  EXPECT_THAT(as("csv"), HasSubstr("'=cmd|'/c calc'!A1,'-1,-1," + mended + ",<script>"));
  EXPECT_THAT(as("tsv"), HasSubstr("\t'=cmd|'/c calc'!A1\t'-1\t-1\t" + mended));
  EXPECT_THAT(as("table"), AllOf(Not(HasSubstr("\x1b")), HasSubstr(mended)));
  EXPECT_THAT(as("markdown"), AllOf(Not(HasSubstr("\x1b")), HasSubstr("&lt;script\\>")));
  const auto json = tests::Json::parse(as("json"));
  EXPECT_EQ(json[0]["bad"], mended);
  EXPECT_EQ(json[0]["formula"], "=cmd|'/c calc'!A1") << "only spreadsheets take it for one";
  EXPECT_THAT(as("json"), Not(HasSubstr("\x1b")));
}

TEST_F(QueryTest, WhatIsNoWeftDatabaseIsRefused) {
  tests::write_file(dir_.file("text"), "hello\n");
  for (const char* command : {"query", "search"}) {
    expect_refused(weft({command, dir_.file("none.db"), "SELECT 1"}), "there is no such file");
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
                  tests::weft_program(), path_});
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
    EXPECT_EQ(ended.err, ended.code == 0 ? "" : "weft: no page matches\n") << word;
    EXPECT_LE(ended.code, 1) << word;
  }
}

TEST_F(QueryTest, SearchWithoutAFindSaysSo) {
  const Ended ended = weft({"search", path_, "zebra"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err, "weft: no page matches\n");
}

TEST_F(QueryTest, SearchTakesFts5SyntaxWhenAsked) {
  EXPECT_THAT(weft({"search", path_, "--raw", "title:her*"}).out,
              StartsWith("http://example.com/\n"));
  expect_refused(weft({"search", path_, "--raw", "her AND"}), "syntax error");
}

TEST_F(QueryTest, SearchAnswersInEveryFormat) {
  const auto rows = tests::Json::parse(weft({"search", path_, "fish", "--format", "json"}).out);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["url"], "http://example.com/food");
  EXPECT_EQ(rows[0]["snippet"], "A heron eats [fish]; the \"heron\" waits.");
  EXPECT_GT(rows[0]["score"], 0);
  EXPECT_THAT(weft({"search", path_, "fish", "--format", "csv"}).out,
              StartsWith("url,title,snippet,score\n"));
}

}  // namespace
