// Rows on their way out: each format, and that untrusted text is harmless in it.
#include "storage/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <sstream>

#include "tests/json.h"

namespace {

using storage::Format;
using storage::Table;
using storage::TableOptions;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string written(Format format, bool headers = true) {
  std::ostringstream out;
  Table table(out, {"url", "status", "share"}, {format, headers, 0});
  table.cell(std::string_view("http://a/"));
  table.cell(std::int64_t{200});
  table.cell(0.5);
  table.cell(std::string_view("say \"a, b\"\n"));
  table.null();
  table.cell(std::numeric_limits<double>::infinity());
  table.finish();
  EXPECT_EQ(table.rows(), 2u);
  return out.str();
}

TEST(Table, CsvQuotesAsRfc4180SectionTwoAsks) {
  EXPECT_EQ(written(Format::kCsv),
            "url,status,share\nhttp://a/,200,0.5\n\"say \"\"a, b\"\"\n\",,\n");
  EXPECT_EQ(written(Format::kCsv, false), "http://a/,200,0.5\n\"say \"\"a, b\"\"\n\",,\n");
}

TEST(Table, JsonIsOneArrayOfObjects) {
  const auto json = tests::Json::parse(written(Format::kJson));
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json[0]["status"], 200);
  EXPECT_EQ(json[1]["url"], "say \"a, b\"\n");
  EXPECT_TRUE(json[1]["status"].is_null());
  EXPECT_TRUE(json[1]["share"].is_null()) << "infinity has no word in JSON";
}

TEST(Table, JsonLinesIsAnObjectALine) {
  std::istringstream lines(written(Format::kJsonLines));
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) EXPECT_TRUE(tests::Json::parse(line).is_object());
  EXPECT_EQ(count, 2);
}

TEST(Table, HtmlIsRowsOfATableWithNumbersToldApart) {
  EXPECT_EQ(written(Format::kHtml),
            "<tr><th>url</th><th class=\"n\">status</th><th class=\"n\">share</th></tr>\n"
            "<tr><td>http://a/</td><td class=\"n\">200</td><td class=\"n\">0.5</td></tr>\n"
            "<tr><td>say &quot;a, b&quot;</td><td></td><td></td></tr>\n");
}

TEST(Table, HtmlHoldsMarkupAsText) {
  std::ostringstream out;
  Table table(out, {"<b>"}, {Format::kHtml});
  table.cell(std::string_view("<script>alert('1')</script>\x1b[2J\xff&"));
  table.cell(std::string_view(std::string(5000, 'x')));
  table.finish();
  EXPECT_EQ(out.str(),
            "<tr><th>&lt;b&gt;</th></tr>\n"
            "<tr><td class=\"l\">&lt;script&gt;alert(&apos;1&apos;)&lt;/script&gt;\xef\xbf\xbd[2J"
            "\xef\xbf\xbd&amp;</td></tr>\n"
            "<tr><td class=\"l\">" +
                std::string(999, 'x') + "…</td></tr>\n");
}

TEST(Table, RowsBeyondTheBoundAreCountedAndNotWritten) {
  for (const Format format : {Format::kCsv, Format::kTable, Format::kJsonLines, Format::kHtml}) {
    std::ostringstream out;
    TableOptions options{format};
    options.most_rows = 2;
    Table table(out, {"a", "b"}, options);
    for (std::int64_t i = 1; i <= 9; ++i) {
      table.cell(i);
      table.cell(std::string_view("row" + std::to_string(i)));
    }
    table.finish();
    EXPECT_EQ(table.rows(), 9u);
    EXPECT_THAT(out.str(), AllOf(HasSubstr("row2"), Not(HasSubstr("row3"))));
  }
}

TEST(Table, NoRowsAreStillWellFormed) {
  for (const auto& [format, expected] :
       std::vector<std::pair<Format, std::string>>{{Format::kTable, "url\n───\n"},
                                                   {Format::kCsv, "url\n"},
                                                   {Format::kJson, "[]\n"},
                                                   {Format::kHtml, "<tr><th>url</th></tr>\n"},
                                                   {Format::kJsonLines, ""}}) {
    std::ostringstream out;
    Table table(out, {"url"}, {format, true, 80});
    table.finish();
    EXPECT_EQ(out.str(), expected);
  }
}

TEST(Table, NumbersLeanRightAndTextLeft) {
  std::ostringstream out;
  Table table(out, {"status", "n"}, {Format::kTable, true, 80});
  table.cell(std::string_view("ok"));
  table.cell(std::int64_t{5});
  table.cell(std::string_view("not found"));
  table.cell(std::int64_t{12345});
  table.finish();
  EXPECT_EQ(out.str(),
            "status         n\n"
            "─────────  ─────\n"
            "ok             5\n"
            "not found  12345\n");
}

TEST(Table, LinesFitTheTerminal) {
  std::ostringstream out;
  Table table(out, {"id", "url", "title"}, {Format::kTable, true, 30});
  table.cell(std::int64_t{7});
  table.cell(std::string_view("http://example.com/a/long/way/down"));
  table.cell(std::string_view("日本語の長い題名がここに続いている"));
  table.finish();
  EXPECT_EQ(out.str(),
            "id  url           title\n"
            "──  ────────────  ────────────\n"
            " 7  http://exam…  日本語の長…\n");
}

TEST(Table, EscapeSequencesDoNotReachTheTerminal) {
  EXPECT_EQ(storage::printable("\x1b[2Jgone\x07 \xc2\x9b"
                               "31m \xe2\x80\xae"
                               "evil\x7f"),
            "�[2Jgone� �31m �evil�");
  EXPECT_EQ(storage::printable(" two \r\n\t lines\n"), "two lines");
  EXPECT_EQ(storage::printable("\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80 ok"), "��(������� ok");
  std::ostringstream out;
  Table table(out, {"a\x1b[1m"}, {Format::kTable, true, 80});
  table.cell(std::string_view("\x1b]0;title\x07"));
  table.finish();
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(Table, JsonIsValidUtf8WhateverTheBytes) {
  std::ostringstream out;
  Table table(out, {"x"}, {Format::kJsonLines, true, 0});
  table.cell(std::string_view("a\xff\0b\x1b", 5));
  table.finish();
  EXPECT_EQ(out.str(), "{\"x\": \"a�\\u0000b\\u001b\"}\n");
}

TEST(Table, BlobsAreHexadecimal) {
  std::ostringstream out;
  Table table(out, {"x"}, {Format::kCsv, false, 0});
  table.blob(std::string_view("\x00\xff\x28", 3));
  table.finish();
  EXPECT_EQ(out.str(), "00ff28\n");
}

TEST(Table, ObjectHasEachNameOnce) {
  std::ostringstream out;
  Table table(out, {"url", "url", "url_2"}, {Format::kJsonLines, true, 0});
  for (int i = 0; i < 3; ++i) table.cell(std::int64_t{i});
  table.finish();
  EXPECT_EQ(out.str(), "{\"url\": 0, \"url_2\": 1, \"url_2_2\": 2}\n");
}

TEST(Table, RowsGoOutWhileTheyCome) {
  std::ostringstream out;
  Table table(out, {"n"}, {Format::kTable, true, 80});
  for (int i = 0; i < 600; ++i) table.cell(std::int64_t{i});
  EXPECT_THAT(out.str(), HasSubstr("550"));
  // Wider than any that were sampled: cut, not bent.
  table.cell(std::string_view("wider than the numbers before"));
  table.finish();
  EXPECT_THAT(out.str(), HasSubstr("\nw"));
}

TEST(Table, OutputThatCannotBeWrittenIsAnError) {
  std::ostringstream out;
  Table table(out, {"n"}, {Format::kCsv, true, 0});
  table.cell(std::int64_t{1});
  out.setstate(std::ios::badbit);
  EXPECT_THROW(table.finish(), storage::Error);
}

TEST(Table, FormatsHaveTheirWords) {
  EXPECT_EQ(storage::format_from("table"), Format::kTable);
  EXPECT_EQ(storage::format_from("csv"), Format::kCsv);
  EXPECT_EQ(storage::format_from("json"), Format::kJson);
  EXPECT_EQ(storage::format_from("jsonl"), Format::kJsonLines);
  EXPECT_EQ(storage::format_from("xml"), std::nullopt);
}

std::string rows_of(TableOptions options, const std::function<void(Table&)>& fill) {
  options.format = Format::kJsonRows;
  std::ostringstream out;
  Table table(out, {"a", "b"}, options);
  fill(table);
  table.finish();
  return out.str();
}

TEST(Table, JsonRowsAreArraysWhoseNumbersJavaScriptCanHold) {
  EXPECT_EQ(rows_of({}, [](Table&) {}), "[]");
  EXPECT_EQ(rows_of({},
                    [](Table& table) {
                      table.cell(std::int64_t{9007199254740991});
                      table.cell(std::int64_t{-9007199254740992});
                      table.null();
                      table.cell(std::string_view("<\"\xff>"));
                    }),
            "[[9007199254740991,\"-9007199254740992\"],[null,\"<\\\"\xef\xbf\xbd>\"]]");
}

TEST(Table, CellsAndRowsThatAreTooMuchAreCut) {
  TableOptions options;
  options.longest_cell = 4;
  options.most_bytes = 20;
  bool cut = false;
  bool full = false;
  const std::string rows = rows_of(options, [&](Table& table) {
    table.cell(std::string_view("four"));
    EXPECT_FALSE(table.cut());
    table.cell(std::string_view("abc\u00e4"));
    cut = table.cut();
    EXPECT_FALSE(table.full(2));
    EXPECT_TRUE(table.full(1));
    table.blob("\x01\x02\x03");
    table.null();
    full = table.full(0);
  });
  EXPECT_EQ(rows, "[[\"four\",\"abc…\"],[\"0102…\",null]]") << "no character is split";
  EXPECT_TRUE(cut);
  EXPECT_TRUE(full);
}

}  // namespace
