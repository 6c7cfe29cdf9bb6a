// What `weft serve` answers about a crawl, held against SQL written by hand and against the other
// commands: the real program, on a crawl of the built-in site.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/serve_support.h"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using tests::encoded;
using tests::HttpAnswer;
using tests::Json;
using tests::sql;
using tests::weft;

class ServeApi : public testing::Test {
 protected:
  void SetUp() override {
    tests::Site site({"--pages", "60", "--flaws", "0.3"}, 2);
    ASSERT_EQ(tests::crawl(site.start_urls(), db_).code, 0);
    start_url_ = site.start_urls().front();
    served_.emplace(db_);
  }
  Json ask(const std::string& target) { return served_->ask(target); }
  std::string number(const std::string& query) { return sql(db_, "SELECT " + query); }
  // A column of the rows that were answered, a line each.
  static std::string column(const Json& rows, std::size_t at) {
    std::string lines;
    for (const Json& row : rows["rows"])
      lines +=
          (lines.empty() ? "" : "\n") + (row[at].is_string() ? row[at].text() : row[at].dump());
    return lines;
  }

  tests::TempDir dir_;
  const std::string db_ = dir_.file("crawl.db");
  std::string start_url_;
  std::optional<tests::Served> served_;
};

TEST_F(ServeApi, SummaryCountsWhatSqlCounts) {
  const Json summary = ask("/api/summary");
  EXPECT_EQ(summary["file"], "crawl.db");
  EXPECT_EQ("weft " + summary["version"].text() + "\n", weft({"--version"}).out);
  EXPECT_EQ(summary["live"], false);
  ASSERT_THAT(summary["runs"], SizeIs(1));
  EXPECT_EQ(summary["runs"][0]["outcome"], "finished");
  EXPECT_EQ(summary["runs"][0]["ended_at"], number("ended_at FROM runs"));
  EXPECT_EQ(summary["runs"][0]["command_line"], number("command_line FROM runs"));
  const Json& totals = summary["totals"];
  EXPECT_EQ(totals["urls"].dump(), number("count(*) FROM urls"));
  for (const char* state : {"queued", "done", "skipped", "failed"})
    EXPECT_EQ(totals[state].dump(),
              number("count(*) FROM urls WHERE state = '" + std::string(state) + "'"));
  for (const char* table : {"pages", "hosts", "links"})
    EXPECT_EQ(totals[table].dump(), number("count(*) FROM " + std::string(table)));
  EXPECT_EQ(totals["wire_bytes"].dump(), number("sum(wire_bytes) FROM pages"));
  EXPECT_EQ(totals["body_bytes"].dump(), number("sum(body_bytes) FROM pages"));
  std::string reasons;
  for (const Json& row : summary["reasons"])
    reasons += row["state"].text() + "|" + row["reason"].text() + "|" + row["count"].dump() + "\n";
  EXPECT_EQ(reasons,
            number("state, reason, count(*) FROM urls GROUP BY 1, 2 ORDER BY 1, 2") + "\n");
  std::string statuses;
  for (const Json& row : summary["statuses"])
    statuses += row["status"].dump() + "|" + row["count"].dump() + "\n";
  EXPECT_EQ(statuses, number("status, count(*) FROM pages GROUP BY 1 ORDER BY 1") + "\n");
  std::string depths;
  for (const Json& row : summary["depths"])
    depths += row["depth"].dump() + "|" + row["count"].dump() + "\n";
  EXPECT_EQ(depths, number("depth, count(*) FROM urls GROUP BY 1 ORDER BY 1") + "\n");
}

TEST_F(ServeApi, SizesAndLatenciesGoByPowersOfTwo) {
  const Json summary = ask("/api/summary");
  const auto check = [&](const char* name, const char* from, const char* to, const char* column) {
    std::uint64_t all = 0;
    Json end = summary[name][0][from];
    for (const Json& group : summary[name]) {
      EXPECT_EQ(group[from], end) << "no gap";
      end = group[to];
      all += static_cast<std::uint64_t>(group["count"].number());
      EXPECT_EQ(group["count"].dump(),
                number(std::string("count(*) FROM pages WHERE ") + column +
                       " >= " + group[from].dump() + " AND " + column + " < " + group[to].dump()));
    }
    EXPECT_EQ(std::to_string(all), number("count(*) FROM pages"));
  };
  check("sizes", "from", "to", "body_bytes");
  check("latencies", "from_us", "to_us", "total_us");
}

TEST_F(ServeApi, ChangesAreTheSameWhileNothingChanges) {
  const Json summary = ask("/api/summary");
  const Json changes = ask("/api/changes?since=" + summary["change"].dump());
  EXPECT_EQ(changes, Json::parse(R"({"change":)" + summary["change"].dump() + R"(,"live":false})"));
}

TEST_F(ServeApi, SearchFindsWhatTheCommandFinds) {
  const std::string title = number(
      "title FROM page_list WHERE state = 'done' AND depth = 1 "
      "AND status = 200 ORDER BY url_id LIMIT 1");
  const std::string word = title.substr(title.rfind(' ') + 1);
  const auto found = [&](const std::string& query, const std::vector<std::string>& words) {
    const Json answer = ask("/api/search?limit=5&q=" + encoded(query));
    std::vector<std::string> args{"search", db_, "--format", "json", "--limit", "5"};
    args.insert(args.end(), words.begin(), words.end());
    const Json rows = Json::parse(weft(args).out);
    EXPECT_EQ(answer["results"].size(), rows.size()) << query;
    for (std::size_t n = 0; n < rows.size(); ++n) {
      const Json& one = answer["results"][n];
      EXPECT_EQ(one["url"], rows[n]["url"]);
      EXPECT_EQ(one["title"], rows[n]["title"]);
      std::string snippet;
      for (const Json& part : one["snippet"])
        snippet += part["mark"] == true ? "[" + part["text"].text() + "]" : part["text"].text();
      EXPECT_EQ(rows[n]["snippet"], snippet);
      EXPECT_NEAR(one["score"].number(), rows[n]["score"].number(), 1e-6);
    }
    return rows.size();
  };
  EXPECT_GT(found(word, {word}), 0u);
  EXPECT_GT(found("  " + word + "\tintitle:\"" + word + "\"", {word, "intitle:" + word}), 0u);
  EXPECT_GT(found("site:127.0.1.2", {"site:127.0.1.2"}), 0u);
  EXPECT_GT(found("\"" + title.substr(0, title.rfind(' ')) + " " + word + "\"", {title}), 0u);
}

TEST_F(ServeApi, SearchGoesOnWhereItStopped) {
  const Json all = ask("/api/search?q=site:127.0.1.1&limit=6");
  ASSERT_THAT(all["results"], SizeIs(6));
  EXPECT_EQ(all["more"], true);
  EXPECT_EQ(ask("/api/search?q=site:127.0.1.1&limit=2&offset=4")["results"][1], all["results"][5]);
  EXPECT_EQ(ask("/api/search?q=site:127.0.1.1&offset=1000000")["more"], false);
  EXPECT_THAT(ask("/api/search?q=")["results"], SizeIs(0));
  EXPECT_THAT(ask("/api/search?q=%22%22")["results"], SizeIs(0));
  EXPECT_THAT(served_->get("/api/search?q=site:%22a+b%22").body, HasSubstr("names no host"));
  EXPECT_EQ(served_->get("/api/search?q=x&limit=ten").status, 400);
}

TEST_F(ServeApi, PagesAreFilteredAsBySqlWrittenByHand) {
  const auto check = [&](const std::string& parameters, const std::string& condition) {
    const Json rows = ask("/api/pages?limit=1000" + parameters);
    const std::string from =
        " FROM urls u LEFT JOIN pages p ON p.url_id = u.id "
        "JOIN origins o ON o.id = u.origin_id WHERE " +
        condition;
    EXPECT_EQ(column(rows, 0), number("url" + from + " ORDER BY u.id")) << parameters;
    EXPECT_EQ(rows["total"].dump(), number("count(*)" + from)) << parameters;
    EXPECT_EQ(rows["more"], false);
    return rows["rows"].size();
  };
  const std::string origin = start_url_.substr(0, start_url_.size() - 1);
  EXPECT_GT(check("", "1"), 0u);
  EXPECT_GT(check("&host=127.0.1.1", "o.origin LIKE '%//127.0.1.1:%'"), 0u);
  EXPECT_GT(check("&host=" + encoded(origin), "o.origin = '" + origin + "'"), 0u);
  EXPECT_GT(check("&host=" + encoded(origin.substr(7)), "o.origin = '" + origin + "'"), 0u);
  EXPECT_EQ(check("&host=127.0.1", "0"), 0u);
  EXPECT_GT(check("&state=skipped", "state = 'skipped'"), 0u);
  EXPECT_GT(check("&reason=http_error", "reason = 'http_error'"), 0u);
  EXPECT_GT(check("&status=404", "status = 404"), 0u);
  EXPECT_GT(check("&status=3xx", "status BETWEEN 300 AND 399"), 0u);
  EXPECT_GT(check("&type=TEXT/html", "content_type LIKE 'text/html%'"), 0u);
  EXPECT_GT(check("&depth=1&q=PRIVATE", "depth = 1 AND url LIKE '%private%'"), 0u);
  EXPECT_GT(check("&q=the+", "(url LIKE '%the %' OR title LIKE '%the %')"), 0u);
  EXPECT_EQ(check("&q=%25", "(instr(url, '%') OR instr(title, '%'))"), 0u);
  EXPECT_EQ(check("&q=%25", "(instr(url, '%') OR instr(title, '%'))"), 0u) << "no pattern";
}

TEST_F(ServeApi, PagesAreSortedAndCutAsAsked) {
  const auto check = [&](const std::string& parameters, const std::string& order) {
    const Json rows = ask("/api/pages?" + parameters);
    EXPECT_EQ(column(rows, 0),
              number("url FROM urls u LEFT JOIN pages p ON p.url_id = u.id " + order))
        << parameters;
    return rows;
  };
  check("sort=body_bytes&dir=desc&limit=7", "ORDER BY body_bytes DESC NULLS LAST, id LIMIT 7");
  check("sort=total_ms&limit=7", "ORDER BY total_us NULLS LAST, id LIMIT 7");
  check("sort=url&dir=asc&limit=3&offset=9", "ORDER BY url LIMIT 3 OFFSET 9");
  const Json rows = check("dir=desc&limit=1", "ORDER BY id DESC LIMIT 1");
  EXPECT_EQ(rows["more"], true);
  EXPECT_EQ(rows["columns"].dump(),
            R"(["url","state","reason","status","title","content_type","depth","body_bytes",)"
            R"("total_ms","fetched_at"])");
  for (const char* wrong : {"sort=nothing", "sort=url;--", "dir=up", "state=gone", "reason=none",
                            "status=9", "limit=-1", "depth=x", "offset=99999999999999999999"}) {
    const HttpAnswer answer = served_->get("/api/pages?" + std::string(wrong));
    if (std::string(wrong) == "status=9") {
      EXPECT_EQ(answer.json()["total"], 0);
      continue;
    }
    EXPECT_EQ(answer.status, 400) << wrong;
    const Json error = answer.json();
    EXPECT_TRUE(error["error"].is_string() && error["near"].is_string()) << answer.body;
  }
  EXPECT_THAT(served_->get("/api/pages?sort=nothing").json()["hint"], HasSubstr("content_type"));
}

TEST_F(ServeApi, ReportsAreThoseOfTheCommand) {
  const Json reports = ask("/api/reports");
  const Json listed = Json::parse(weft({"report", db_, "--list", "--format", "json"}).out);
  ASSERT_EQ(reports.size(), listed.size());
  for (std::size_t n = 0; n < listed.size(); ++n) {
    const std::string name = reports[n]["name"];
    EXPECT_EQ(listed[n]["report"], name);
    EXPECT_EQ(reports[n]["about"], listed[n]["about"]);
    const Json rows = ask("/api/report/" + name + "?limit=5");
    const Json printed =
        Json::parse(weft({"report", db_, name, "--limit", "5", "--format", "json"}).out);
    ASSERT_EQ(rows["rows"].size(), printed.size()) << name;
    for (std::size_t row = 0; row < printed.size(); ++row) {
      std::size_t at = 0;
      for (const std::string& key : printed[row].keys()) {
        EXPECT_EQ(rows["columns"][at], key);
        EXPECT_EQ(rows["rows"][row][at++], printed[row][key]) << name << " " << key;
      }
    }
  }
  EXPECT_EQ(column(ask("/api/report/broken-links"), 3),
            number("f.url FROM links l JOIN urls f ON f.id = from_id JOIN urls t ON t.id = to_id "
                   "WHERE t.state = 'failed' ORDER BY t.url, f.url, text"));
  EXPECT_EQ(ask("/api/report/hosts?limit=1")["more"], true);
  EXPECT_EQ(served_->get("/api/report/nothing").status, 404);
  EXPECT_EQ(served_->get("/api/report/").status, 404);
}

TEST_F(ServeApi, WhyTellsWhatTheCommandTells) {
  for (const std::string& url :
       {start_url_, start_url_ + "private/notes.html", std::string("https://never.example/seen")}) {
    const Json why = ask("/api/why?url=" + encoded(url + "#part"));
    EXPECT_EQ(why["url"], url);
    const tests::Ended told = weft({"why", db_, url, "--format", "json"});
    EXPECT_EQ(why["seen"], told.code == 0);
    const Json facts = Json::parse(told.out);
    ASSERT_EQ(why["fields"].size(), facts.size()) << url;
    for (std::size_t n = 0; n < facts.size(); ++n) {
      EXPECT_EQ(why["fields"][n]["name"], facts[n]["field"]);
      EXPECT_EQ(why["fields"][n]["value"], facts[n]["value"]);
    }
  }
  EXPECT_EQ(served_->get("/api/why").status, 400);
  EXPECT_EQ(served_->get("/api/why?url=no+url").status, 400);
}

TEST_F(ServeApi, NeighboursAreWhatTheLinksSay) {
  const std::string url = number("url FROM page_list WHERE depth = 1 AND status = 200 LIMIT 1");
  const std::string id = number("id FROM urls WHERE url = '" + url + "'");
  const Json all = ask("/api/neighbours?url=" + encoded(url));
  EXPECT_EQ(all["url"], url);
  EXPECT_EQ(all["nodes"][0]["url"], url);
  EXPECT_EQ(all["nodes"][0]["status"], 200);
  EXPECT_EQ(all["more_in"], false);
  EXPECT_EQ(all["more_out"], false);
  std::set<std::string> ids;
  for (const Json& node : all["nodes"]) {
    ids.insert(node["id"].dump());
    const std::string row = number("url, state FROM urls WHERE id = " + node["id"].dump());
    EXPECT_EQ(node["url"].text() + "|" + node["state"].text(), row);
  }
  EXPECT_EQ(ids.size(), all["nodes"].size()) << "none twice";
  EXPECT_EQ(
      std::to_string(ids.size()),
      number("count(*) FROM (SELECT from_id FROM links WHERE to_id = " + id +
             " UNION SELECT to_id FROM links WHERE from_id = " + id + " UNION SELECT " + id + ")"));
  std::string list;
  for (const std::string& one : ids) list += (list.empty() ? "" : ",") + one;
  EXPECT_EQ(std::to_string(all["edges"].size()),
            number("count(*) FROM (SELECT DISTINCT from_id, to_id FROM links WHERE from_id IN (" +
                   list + ") AND to_id IN (" + list + ") AND from_id <> to_id)"));
  for (const Json& edge : all["edges"])
    EXPECT_EQ(number("count(*) FROM links WHERE from_id = " + edge["from"].dump() +
                     " AND to_id = " + edge["to"].dump() + " AND text = '" + edge["text"].text() +
                     "'") == "0",
              false);
  const Json few = ask("/api/neighbours?limit=1&url=" + encoded(start_url_));
  EXPECT_EQ(few["more_in"], true);
  EXPECT_EQ(few["more_out"], true);
  EXPECT_LE(few["nodes"].size(), 3u);
  EXPECT_EQ(served_->get("/api/neighbours?url=http://never.example/").status, 404);
}

TEST_F(ServeApi, SchemaNamesTablesAndColumnsWithTheirMeaning) {
  const Json schema = ask("/api/schema");
  EXPECT_EQ(schema[0]["name"], "meta");
  EXPECT_EQ(schema[0]["kind"], "table");
  EXPECT_EQ(schema[0]["columns"][0]["name"], "key");
  EXPECT_EQ(schema[0]["columns"][0]["type"], "TEXT");
  EXPECT_EQ(schema[0]["columns"][0]["about"],
            "'schema_version', and what the crawl keeps for going on");
}

TEST_F(ServeApi, SqlAnswersEveryKindOfValue) {
  const HttpAnswer answer = served_->query(
      "SELECT 1 AS n, 0.5 AS n, NULL, x'00ff', '<script>', CAST(x'41ff' AS TEXT), "
      "9223372036854775807, char(0) || char(27)");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json rows = answer.json();
  EXPECT_EQ(rows["columns"][0], rows["columns"][1]);
  EXPECT_EQ(rows["rows"][0], Json::parse(R"([1, 0.5, null, "00ff", "<script>", "A\ufffd",)"
                                         R"("9223372036854775807", "\u0000\u001b"])"));
  EXPECT_EQ(rows["more"], false);
  EXPECT_GE(rows["ms"].number(), 0);
  EXPECT_EQ(column(served_->query("SELECT url FROM urls ORDER BY id", "&limit=3").json(), 0),
            number("url FROM urls ORDER BY id LIMIT 3"));
  EXPECT_EQ(served_->query("SELECT url FROM urls", "&limit=3").json()["more"], true);
}

TEST_F(ServeApi, SqlIsBoundedInMemory) {
  const Json cell = served_->query("SELECT printf('%.*c', 1000000, 'x')").json();
  EXPECT_LT(cell["rows"][0][0].text().size(), 100'000u);
  EXPECT_THAT(cell["notice"], HasSubstr("are cut"));
  const HttpAnswer rows = served_->query(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT printf('%.*c', 50000, 'x') FROM n",
      "&limit=0");
  EXPECT_EQ(rows.json()["more"], true);
  EXPECT_LT(rows.body.size(), 20'000'000u);
}

TEST_F(ServeApi, AMistakeIsPointedAt) {
  const auto mistake = [&](const std::string& statement) {
    const HttpAnswer answer = served_->query(statement);
    EXPECT_EQ(answer.status, 400) << statement;
    return answer.json();
  };
  EXPECT_EQ(mistake("SELECT url\nFROM pagse"),
            Json::parse(R"({"error": "no such table: pagse", "near": "pagse",)"
                        R"("hint": "did you mean pages?"})"));
  EXPECT_EQ(mistake("SELCT 1")["near"], "SELCT");
  EXPECT_EQ(mistake("SELCT 1")["hint"], "did you mean SELECT?");
  EXPECT_EQ(mistake(""),
            Json::parse(R"({"error": "the statement is empty", "near": null, "hint": null})"));
  EXPECT_THAT(mistake("SELECT 1; SELECT 2")["error"], HasSubstr("one statement at a time"));
  EXPECT_EQ(mistake("SELECT :a")["near"], "a");
  EXPECT_THAT(mistake("SELECT * FROM page_text WHERE page_text MATCH 'a AND'")["error"],
              AllOf(HasSubstr("fts5: syntax error"), testing::Not(HasSubstr(db_))));
}

TEST_F(ServeApi, WhateverWritesIsRefusedWithItsWordAndTheFileStaysAsItIs) {
  const std::string bytes = tests::read_file(db_);
  const auto refused = [&](const std::string& statement) {
    const HttpAnswer answer = served_->query(statement);
    EXPECT_EQ(answer.status, 400) << statement;
    EXPECT_THAT(answer.json()["error"], HasSubstr("not authorized")) << statement;
    return answer.json()["near"].text();
  };
  EXPECT_EQ(refused("DROP TABLE links"), "DROP");
  EXPECT_EQ(refused("ATTACH '/tmp/x' AS x"), "ATTACH");
  EXPECT_EQ(refused("PRAGMA writable_schema = 1"), "PRAGMA");
  EXPECT_EQ(refused("PRAGMA journal_mode = WAL"), "PRAGMA");
  EXPECT_EQ(refused("DELETE FROM urls"), "DELETE");
  EXPECT_EQ(refused("VACUUM"), "VACUUM");
  EXPECT_EQ(refused("VACUUM INTO '/tmp/x'"), "VACUUM");
  EXPECT_EQ(refused("BEGIN IMMEDIATE"), "BEGIN");
  EXPECT_EQ(served_->query("UPDATE sqlite_schema SET sql = ''").status, 400);
  EXPECT_EQ(served_->query("INSERT INTO page_text (page_text) VALUES ('rebuild')").status, 400);
  EXPECT_EQ(served_->query("SELECT load_extension('x')").status, 400);
  EXPECT_EQ(tests::read_file(db_), bytes);
}

TEST_F(ServeApi, AnEndlessQueryIsCutWithItsReasonAndOthersGoOnMeanwhile) {
  const std::string bytes = tests::read_file(db_);
  const std::string endless =
      "/api/sql?q=" + encoded(
                          "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                          "SELECT count(*) FROM n");
  tests::Connection connection(served_->port(), "127.0.0.1");
  connection.send(served_->request("GET", endless));
  EXPECT_EQ(served_->get("/api/search?q=the").status, 200);
  EXPECT_EQ(served_->get("/api/summary").status, 200);
  const HttpAnswer cut = tests::answer_from(connection.answer());
  EXPECT_EQ(cut.status, 503);
  EXPECT_THAT(cut.json()["error"], HasSubstr("interrupted after 10 s"));
  // The connection goes on.
  connection.send(served_->request("GET", "/api/changes?since=0"));
  EXPECT_EQ(tests::answer_from(connection.answer()).status, 200);
  EXPECT_EQ(tests::read_file(db_), bytes);
}

TEST_F(ServeApi, AQueryWhoseAskerHasGoneEndsBeforeItsTime) {
  const std::string endless =
      "/api/sql?q=" + encoded(
                          "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                          "SELECT count(*) FROM n");
  // Two threads are there for these. One after another, cut at their limit, they would take a
  // hundred seconds: longer than the answer to the next question is waited for.
  for (int n = 0; n < 20; ++n) {
    tests::Connection connection(served_->port(), "127.0.0.1");
    connection.send(served_->request("GET", endless));
  }
  EXPECT_EQ(served_->get("/api/sql?q=SELECT+1").status, 200);
}

TEST_F(ServeApi, UnknownQuestionsHaveNoAnswer) {
  for (const char* path : {"/api", "/api/", "/api/nothing", "/api/summary/", "/api/../app.js"}) {
    const HttpAnswer answer = served_->get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_TRUE(answer.json()["error"].is_string()) << path;
  }
}

}  // namespace
