#include "parser/condense.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "parser/arena.h"
#include "parser/condense_depth.h"
#include "parser/html_scan.h"
#include "parser/page.h"
#include "tests/fuzz/compare_pages.h"
#include "tests/fuzz/malformed_pages.h"

namespace {

using fuzz::describe;
using fuzz::differs;
using fuzz::OwnedPage;
using fuzz::read;
using parser::Reading;

// The shortest page that still differs, by leaving parts out.
std::string reduce(std::string body) {
  for (std::size_t length = body.size() / 2; length > 0; length /= 2)
    for (std::size_t at = 0; at + length <= body.size();) {
      std::string shorter = body;
      shorter.erase(at, length);
      if (differs(shorter))
        body = shorter;
      else
        at += length;
    }
  return body;
}

std::string escaped(std::string_view text) {
  std::string all;
  for (const char c : text) {
    if (c == '\n')
      all += "\\n";
    else if (c == '\r')
      all += "\\r";
    else
      all += c;
  }
  return all;
}

// The page is read as condensed, and as the whole page is.
void expect_same(std::string_view body) {
  const OwnedPage condensed = read(body, false);
  EXPECT_EQ(describe(condensed), describe(read(body, true))) << escaped(body);
}

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string seen_by_gumbo(std::string_view body) {
  static parser::Condenser condenser;
  static parser::Arena arena(std::abort);
  arena.reset();
  const parser::Condenser::Result result = condenser.condense(body, arena);
  EXPECT_FALSE(result.is_whole) << escaped(body);
  std::string page(result.page);
  // "~" for a placeholder.
  for (std::size_t at; (at = page.find(parser::kPlaceholderLead)) != page.npos;)
    page.replace(at, 4, "~");
  return page;
}

void expect_whole(std::string_view body) {
  EXPECT_EQ(read(body, false).page.reading, Reading::kWhole) << escaped(body);
}

// ---- What is left out

TEST(CondenseTest, ARunOfTextIsOnePlaceholderBehindItsWhiteSpace) {
  EXPECT_EQ(seen_by_gumbo("<p>\n  some words, and more \n<p>"), "<p>\n~<p>");
  EXPECT_EQ(seen_by_gumbo("<p>  \t<p>"), "<p> <p>") << "one character of white space does for all";
  EXPECT_EQ(seen_by_gumbo("<p>ab<p>"), "<p>ab<p>") << "what is short stays";
  EXPECT_EQ(seen_by_gumbo("<p>a &lt; b &#8212; c &nbsp;d<p>"), "<p>~<p>");
  EXPECT_EQ(seen_by_gumbo("<p>first &notit; second<p>"), "<p>~&notit; ~<p>")
      << "longest prefix match";
}

TEST(CondenseTest, AttributesThatNothingReadsAreLeftOut) {
  EXPECT_EQ(seen_by_gumbo("<div class='a>b' id=x data-y>"), "<div>");
  EXPECT_EQ(seen_by_gumbo("<a class=x href='/y' rel=z onclick=\"a()\">"), "<a href='/y' rel=z>");
  EXPECT_EQ(seen_by_gumbo("<p style='color:red'><p style='display:none'>"),
            "<p><p style='display:none'>");
  EXPECT_EQ(seen_by_gumbo("<em class=x><p>"), "<em class=x><p>") << "Noah's Ark compares them";
  EXPECT_EQ(seen_by_gumbo("<p hidden id=x/><br id=x />"), "<p hidden><br/>");
  EXPECT_EQ(seen_by_gumbo("<svg width=1><a id=x xlink:href=/y>"), "<svg><a xlink:href=/y>");
}

TEST(CondenseTest, ScriptsStylesAndCommentsAreLeftOut) {
  EXPECT_EQ(
      seen_by_gumbo("<script src=x>a<b</script><style>p{}</style><!-- c --><iframe>i</iframe>"),
      "<script></script><style></style><iframe></iframe>");
  EXPECT_EQ(seen_by_gumbo("<title>a  b</title><textarea>\na</textarea>"),
            "<title>a  b</title><textarea>\na</textarea>");
}

TEST(CondenseTest, ElementsAroundWordsAreLeftOutAndCounted) {
  EXPECT_EQ(seen_by_gumbo("<p>call <code class=x><span>f</span></code> now<p>"), "<p>~<p>");
  EXPECT_EQ(seen_by_gumbo("<p>x <span><a href=y>long text</a></span>"),
            "<p>x <span><a href=y>~</a></span>");
  EXPECT_EQ(seen_by_gumbo("<p><span hidden>word</span>"), "<p><span hidden>~</span>");
  EXPECT_EQ(seen_by_gumbo("<p><span> </span>"), "<p><span> </span>");
  EXPECT_EQ(seen_by_gumbo("<table><span>word</span>"), "<table><span>~</span>");
  const OwnedPage owned = read("<p>call <code><span>f</span></code> <b>now</b>", false);
  EXPECT_EQ(owned.page.text, "call f now");
  EXPECT_EQ(owned.page.elements, 7u);
}

TEST(CondenseTest, MoreRunsThanOneCharacterCanTellApart) {
  std::string body;
  for (int i = 0; i < 200'000; ++i) body += "<p>word " + std::to_string(i);
  expect_same(body);
  EXPECT_EQ(read(body, false).page.reading, Reading::kCondensed);
}

// ---- By clause of the HTML Standard

TEST(CondenseStandardTest, Clause13_2_3_5_NewlinesAndControlCharacters) {
  expect_same("<pre>a\r\nb\r\n\r\nc</pre>");
  for (const std::string_view body :
       {"a\rb", "a\x01 b", "a\x7F", "\u0085", "\uFDD0", "a\uFFFE", "\U0001FFFF"})
    expect_whole(body);
  expect_whole(std::string_view("a\0b", 3));
}

TEST(CondenseStandardTest, Clause13_2_5_1_CharactersOfPlane16AreNotTakenForPlaceholders) {
  expect_whole("\U00100000 word");
  expect_whole("<p>a &#x100000; b");
  expect_whole("<p>a &#1048577; b");
  expect_whole("<textarea>&#x100001;</textarea>");
  expect_same("<p title='&#x100000;'>word");
  expect_same("<p>\uE000 icon \U000F0001");
}

TEST(CondenseStandardTest, Clause13_2_5_6_ALessThanSignThatBeginsNoTag) {
  for (const std::string_view body : {"a < b", "a <", "<p>1<2<p>", "<", "</", "a<=b<3", "<<b>x"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_5_7_EndTagOpen) {
  for (const std::string_view body : {"a</>b", "a</ x>b", "a</3>b", "&am</>p;", "<</>b>x"})
    expect_same(body);
  expect_whole("</><svg></svg><title>t");
}

TEST(CondenseStandardTest, Clause13_2_5_9_RcdataEndsAtItsOwnEndTag) {
  for (const std::string_view body :
       {"<title>a</titl>b</title>c", "<title>a</title x='>'>b", "<title>a</titleb</title>c",
        "<textarea>\n\na</textarea\n>b", "<title>a</title", "<title>a</title ", "<title/>a",
        "<xmp><b>x</b>\ny</xmp>z"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_5_15_ScriptDataIsEscapedAndTwice) {
  for (const std::string_view body :
       {"<script><!-- </script>a", "<script><!--<script></script>b--></script>c",
        "<script><!--<script>--></script>d", "<script><!-->x</script>e",
        "<script><!--->x</script>f", "<script><!--<scriptx></script>g",
        "<script><!--<script/</script>--></script>h", "<script>'</scripty>'</SCRIPT >i",
        "<script><!--<script </script><p>x</script>y", "<script>a", "<script/>a</script>b"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_5_33_AttributesInEveryForm) {
  for (const std::string_view body :
       {"<a href=/x/>t", "<a href = '/x'>t", "<a\nhref\n=\n/x\n>t", "<a href=>t", "<a href>t",
        "<a =href=x href=/y>t", "<a href==x>t", "<a href='/1'href='/2'>t", "<a HREF=/x>t",
        "<a class='x'rel=y href=/z>t", "<a / href=/x / rel=y>t",
        "<p style=a style='display:none'>t", "<p STYLE='DISPLAY:NONE'>t",
        "<p style='display:n&#111;ne'>t", "<a href=\"a>b\">t"})
    expect_same(body);
}

// gumbo joins the name of the attribute that repeats one, and the name of the next.
TEST(CondenseStandardTest, Clause13_2_5_33_ARepeatedAttributeWithoutAValue) {
  expect_whole("<a hidden hidden href=/x>t");
  expect_whole("<a ' ' href=/x>t");
  expect_same("<a hidden href=/x hidden>t");
}

TEST(CondenseStandardTest, Clause13_2_5_40_ATagThatTheEndOfThePageCutsIsNone) {
  const std::string_view body = "<p>word <a class=\"x\" href='/y' rel=z>text</a >";
  for (std::size_t bytes = 0; bytes <= body.size(); ++bytes) expect_same(body.substr(0, bytes));
}

TEST(CondenseStandardTest, Clause13_2_5_41_BogusComments) {
  for (const std::string_view body : {"a<?php x ?>b", "a<!x>b", "a<!>b", "a<?>b", "a<! --x-->b"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_5_43_CommentsInEveryForm) {
  for (const std::string_view body :
       {"a<!-- x -->b", "a<!---->b", "a<!-->b", "a<!--->b", "a<!--x--!>b", "a<!----!>b",
        "a<!--!>b-->c", "a<!---!>b-->c", "a<!--x--!-->b", "a<!--x", "a<!--x--", "a<!-->-->b"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_5_69_SectionsOfCharacters) {
  expect_same("a<![CDATA[b]]>c>d");
  expect_whole("<svg><text><![CDATA[a>b]]></text></svg>");
}

TEST(CondenseStandardTest, Clause13_2_5_73_CharacterReferences) {
  for (const std::string_view body : {"a&amp;b",
                                      "a&ampb",
                                      "&notit;",
                                      "&notin;",
                                      "&no",
                                      "&<b>amp;</b>",
                                      "&am<!-- -->p;",
                                      "&#65;",
                                      "&#x41;",
                                      "&#65 b",
                                      "&#",
                                      "&#x;",
                                      "&#128;",
                                      "&#0;",
                                      "&#xD800;",
                                      "&#1114112;x",
                                      "&#32; a",
                                      "<pre>a&#10;b",
                                      "&nbsp;a",
                                      "&fjlig;",
                                      "&lt;b>",
                                      "<em>a&notin;b</em> c",
                                      "&AMP;&Tab;x"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_6_4_3_NoahsArkKeepsThreeAlike) {
  expect_same("<p><b><b><b><p><b>x</b>y<p>z");
  expect_same("<b><b><b><b>w</b></b></b></b>x<p>y");
  expect_same("<p><em a=1><em a=1><em a=2><p><em a=1>x</em>y<p>z");
}

TEST(CondenseStandardTest, Clause13_2_6_4_7_TheLineFeedBehindPre) {
  for (const std::string_view body :
       {"<pre>\na", "<pre>\n\na", "<pre><!-- -->\na", "<pre><span>\na</span>b", "<listing>\n \n a",
        "<a href=/x>y<pre>\n\nz</pre></a>", "<pre>a\n<b>b</b>\nc</pre>"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_6_4_9_TextInATableMovesInFront) {
  for (const std::string_view body :
       {"a<table> <span>x</span>", "a<table>x<!-- --> y<tr><td>b", "a<table> <!-- -->x",
        "<table><span>x</span> <span>y</span><td>z", "<table><td>a</td> <em>x</em> y</table>z",
        "<table><tr>x<td><em>y</em> z</table>w", "<table><caption><b>c</b> d</caption> <i>e</i>"})
    expect_same(body);
}

TEST(CondenseStandardTest, Clause13_2_6_4_16_SelectIgnoresTags) {
  expect_same("<select><span>a</span><option><b>c</b></select><span>d</span>");
  expect_same("<select><script><p></script><textarea><p></textarea>");
  expect_whole("<select><style><p></style>");
  expect_whole("<select><svg></select><style></style>");
}

TEST(CondenseStandardTest, Clause13_2_6_4_18_Templates) {
  expect_same("<template><td>a<style><p></style></td></template><span>b</span>");
  expect_whole("<template><col><style><p></style></template>");
}

TEST(CondenseStandardTest, Clause13_2_6_4_20_FramesetsAndPlaintextAreReadWhole) {
  expect_whole("<frameset><frame src=/x></frameset>");
  expect_whole("<p>a<plaintext><p>b");
  expect_whole("<isindex prompt=p>");
}

TEST(CondenseStandardTest, Clause13_2_6_5_ForeignContent) {
  for (const std::string_view body :
       {"<svg><style>a<b>c</style></svg>", "<svg><title>t</title><path d=M></svg><style>p</style>",
        "<svg><a xlink:href=/x href=/y>s</a></svg>", "<math><mi>x</mi></math><title>t</title>",
        "<math><b>w</b><a href=/x>i", "<svg><g/><p>out<style>p</style>", "<svg/><style>p</style>",
        "<svg><svg></svg><title>t</title></svg>", "<p hidden><svg><text>x</text></svg>y"})
    expect_same(body);
  expect_whole("<svg><desc><p>x</p></desc></svg><style>p</style>");
  expect_whole("<svg></svg ><style>p</style>");
}

// gumbo leaves a form without making a node of the text in front of its end tag.
TEST(CondenseStandardTest, Clause13_2_6_4_7_TextInFrontOfTheEndOfAForm) {
  for (const std::string_view body :
       {"<form><em>w</em></form>x", "<form>&<!>&t</form>x", "<form>'<!></t></form>c",
        "<form><b>w</b>e</e></form>x", "<form>a<!>y<form><!></form>z", "<form>a</t><!></form>b"})
    expect_same(body);
}

// ---- Pages that would cost the square of their length

std::string repeat(std::size_t times, const std::function<std::string(std::size_t)>& part) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += part(i);
  return all;
}

struct Deep {
  const char* name;
  std::string body;
  bool is_flattened = true;
};

// What gumbo's cost is the square of: the deepest place of a page, the most formatting elements
// that are open, the most attributes of a tag, and end tags that end nothing. From tags alone, so
// that what closes without an end tag counts as open: for pages that nest.
struct Cost {
  std::size_t depth = 0;
  std::size_t attributes = 0;
  std::size_t stray = 0;
};

Cost cost_of(std::string_view page) {
  Cost cost;
  std::vector<std::string_view> open;
  const char* const end = page.data() + page.size();
  for (const char* at = parser::end_of_text(page.data(), end); at != end;
       at = parser::end_of_text(at, end)) {
    const bool is_end = parser::markup_at(at) == parser::Markup::kEndTag;
    if (!is_end && parser::markup_at(at) != parser::Markup::kStartTag) {
      at = parser::end_of_declaration(at + 2, end);
      continue;
    }
    const char* const name = at + (is_end ? 2 : 1);
    const char* const behind = parser::end_of_name(name, end);
    const std::string_view tag(name, static_cast<std::size_t>(behind - name));
    parser::AttributeReader reader(behind, end);
    std::size_t attributes = 0;
    for (parser::Attribute attribute; reader.next(attribute);) ++attributes;
    cost.attributes = std::max(cost.attributes, attributes);
    at = reader.end_of_tag();
    if (at == nullptr) break;
    const bool closes_last = (tag == "dt" || tag == "li") && !open.empty() && open.back() == tag;
    if (!is_end && !reader.is_self_closing()) {
      if (!closes_last) open.push_back(tag);
    } else if (is_end) {
      const auto found = std::find(open.rbegin(), open.rend(), tag);
      if (found == open.rend())
        ++cost.stray;
      else
        open.erase(found.base() - 1, open.end());
    }
    cost.depth = std::max(cost.depth, open.size());
  }
  return cost;
}

TEST(CondenseCostTest, WhatNestsTooDeepIsBoundedInWhatGumboSees) {
  const auto same = [](const char* part) { return [=](std::size_t) { return std::string(part); }; };
  const auto counted = [](const char* before, const char* after) {
    return [=](std::size_t i) { return before + std::to_string(i) + after; };
  };
  const Deep pages[] = {
      {"nested div", repeat(6'000, same("<div>"))},
      {"nested dl", repeat(5'000, same("<dl><dt>"))},
      {"nested ul", repeat(20'000, same("<ul><li>"))},
      {"attributes", "<b " + repeat(10'000, counted("a", " ")) + ">"},
      {"attributes of a div", "<div " + repeat(10'000, counted("a", " ")) + ">"},
      {"fonts", repeat(20'000, counted("<font color=", ">"))},
      {"table", "<table>" + repeat(20'000, same("<b><i>x"))},
      {"stray end tags", repeat(500, same("<span>")) + repeat(100'000, same("</x>"))},
      {"nested svg", "<svg>" + repeat(10'000, same("<g>")) + repeat(10'000, same("</x>"))},
      {"links in svg", repeat(5'000, same("<svg><a href=/x>"))},
      {"read whole but for its depth", repeat(6'000, same("<div>")) + "<isindex>"},
      {"odd characters", "\x01" + repeat(6'000, same("<div>"))},
  };
  for (const Deep& deep : pages) {
    const Cost cost = cost_of(seen_by_gumbo(deep.body + "<p>The text"));
    EXPECT_LE(cost.depth, parser::kMaxOpenElements + 2 * 128) << deep.name;
    EXPECT_LE(cost.attributes, 256u) << deep.name;
    EXPECT_LE(cost.stray, parser::kMaxStrayEndTags) << deep.name;
  }
}

TEST(CondenseCostTest, DeepPagesAreFlattenedAndKeepTextAndLinks) {
  const auto same = [](const char* part) { return [=](std::size_t) { return std::string(part); }; };
  const auto counted = [](const char* before, const char* after) {
    return [=](std::size_t i) { return before + std::to_string(i) + after; };
  };
  const Deep pages[] = {
      {"nested div", repeat(60'000, same("<div>"))},
      {"nested dl", repeat(50'000, same("<dl><dt>"))},
      {"nested ul", repeat(200'000, same("<ul><li>"))},
      {"attributes", "<b " + repeat(100'000, counted("a", " ")) + ">"},
      {"attributes of a div", "<div " + repeat(100'000, counted("a", " ")) + ">"},
      {"fonts", repeat(200'000, counted("<font color=", ">"))},
      {"table", "<table>" + repeat(200'000, same("<b><i>x"))},
      {"html", repeat(200'000, counted("<html a", ">")), false},
      {"paragraphs", repeat(60, counted("<font color=", ">")) + repeat(100'000, same("<p>x"))},
      {"stray end tags", repeat(500, same("<span>")) + repeat(200'000, same("</x>"))},
      {"spans and stray end tags", "<span>" + repeat(100'000, same("<div></span>"))},
      {"nested svg", "<svg>" + repeat(100'000, same("<g>")) + repeat(100'000, same("</x>"))},
      {"links in svg", repeat(50'000, same("<svg><a href=/x>"))},
      {"read whole but for its depth", repeat(60'000, same("<div>")) + "<isindex>"},
      {"odd characters", "\x01" + repeat(60'000, same("<div>"))},
  };
  for (const Deep& deep : pages) {
    const std::string body = deep.body + "<p>The text <a href=/link>a link</a>";
    const OwnedPage owned = read(body, false);
    EXPECT_EQ(owned.page.reading == Reading::kFlattened, deep.is_flattened) << deep.name;
    EXPECT_NE(owned.page.text.find("The text"), std::string_view::npos) << deep.name;
    EXPECT_FALSE(owned.page.links.empty()) << deep.name;
  }
}

TEST(CondenseCostTest, ElementsThatAreLeftOutAreCounted) {
  const OwnedPage owned = read(repeat(1000, [](std::size_t) { return "<div>"; }) + "x", false);
  EXPECT_EQ(owned.page.reading, Reading::kFlattened);
  EXPECT_EQ(owned.page.elements, 1003u);
}

TEST(CondenseCostTest, OldPagesThatCloseNothingAreNotDeep) {
  const auto read_as = [](const char* part) {
    return read(repeat(3000, [=](std::size_t) { return std::string(part); }), false).page.reading;
  };
  EXPECT_EQ(read_as("<p>text of a paragraph"), Reading::kCondensed);
  EXPECT_EQ(read_as("<ul><li>a<li>b</ul>"), Reading::kCondensed);
  EXPECT_EQ(read_as("<dl><dt>a<dd>b</dl>"), Reading::kCondensed);
  EXPECT_EQ(read_as("<table><tr><td><font size=2>a<td>b<tr><td>c</table>"), Reading::kCondensed);
  EXPECT_EQ(read_as("<option>a"), Reading::kCondensed);
  EXPECT_EQ(read_as("<p><font size=2>text"), Reading::kCondensed);
}

// ---- Compared with the whole page

// Every page of the manuals that are installed, and of the folders that WEFT_CONDENSE_FOLDERS names
// (with ':' between them).
std::vector<std::filesystem::path> real_pages() {
  std::string folders =
      "/usr/share/doc/python3-doc/html:/usr/share/doc/sqlite3:/usr/share/doc/nodejs:"
      "/usr/share/doc/libxslt1-dev:/usr/share/doc/valgrind:/usr/share/doc/fish";
  if (const char* const named = std::getenv("WEFT_CONDENSE_FOLDERS"); named != nullptr)
    folders = named;
  std::vector<std::filesystem::path> found;
  std::istringstream list(folders);
  for (std::string folder; std::getline(list, folder, ':');) {
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             folder, std::filesystem::directory_options::follow_directory_symlink))
      if (entry.path().extension() == ".html" && entry.is_regular_file())
        found.push_back(entry.path());
  }
  return found;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// With a sanitizer every sixteenth page: all of them would take it minutes.
TEST(CondenseDifferential, RealPagesReadAsWholeOnes) {
  std::vector<std::filesystem::path> pages = real_pages();
#ifdef WEFT_SANITIZED
  std::sort(pages.begin(), pages.end());
  for (std::size_t i = 0; i < (pages.size() + 15) / 16; ++i) pages[i] = pages[i * 16];
  pages.resize((pages.size() + 15) / 16);
#endif
  if (pages.empty()) GTEST_SKIP() << "no manual is installed";
  std::array<std::size_t, 3> readings{};
  for (const auto& path : pages) {
    const std::string body = content_of(path);
    const OwnedPage condensed = read(body, false);
    ++readings.at(static_cast<std::size_t>(condensed.page.reading));
    if (condensed.page.reading == Reading::kCondensed)
      EXPECT_EQ(describe(condensed), describe(read(body, true))) << path;
    else
      std::printf("%s: %s\n", path.c_str(), std::string(to_string(condensed.page.reading)).c_str());
  }
  std::printf("%zu pages: %zu condensed, %zu whole, %zu flattened\n", pages.size(), readings[0],
              readings[1], readings[2]);
  EXPECT_LE(readings[1], std::max<std::size_t>(1, pages.size() / 50)) << "read whole";
}

// WEFT_CONDENSE_PAGES and WEFT_CONDENSE_SEED make the run longer, and another.
TEST(CondenseDifferential, MalformedPagesReadAsWholeOnes) {
  const std::uint64_t pages = number("WEFT_CONDENSE_PAGES", 20'000);
  fuzz::MalformedPages source(static_cast<std::uint32_t>(number("WEFT_CONDENSE_SEED", 20'261'126)));
  std::uint64_t condensed = 0;
  std::uint64_t flattened = 0;
  std::uint64_t aborted = 0;
  std::uint64_t different = 0;
  for (std::uint64_t i = 0; i < pages; ++i) {
    const std::string body = source.next();
    const OwnedPage read_page = read(body, false);
    if (read_page.page.reading == Reading::kFlattened) ++flattened;
    if (read_page.is_aborted) ++aborted;
    if (read_page.page.reading != Reading::kCondensed) continue;
    ++condensed;
    if (describe(read_page) == describe(read(body, true))) continue;
    if (++different > 8) break;
    const std::string shortest = reduce(body);
    ADD_FAILURE() << "page " << i << ": " << escaped(shortest) << "\ncondensed:\n"
                  << describe(read(shortest, false)) << "whole:\n"
                  << describe(read(shortest, true));
  }
  std::printf("%llu pages: %llu condensed, %llu flattened, %llu aborted by gumbo, %llu different\n",
              static_cast<unsigned long long>(pages), static_cast<unsigned long long>(condensed),
              static_cast<unsigned long long>(flattened), static_cast<unsigned long long>(aborted),
              static_cast<unsigned long long>(different));
  EXPECT_EQ(different, 0u);
  EXPECT_GT(condensed, pages / 4);
}

}  // namespace
