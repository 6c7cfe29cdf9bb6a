#include "parser/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "parser/digest.h"
#include "parser/links.h"
#include "parser/simhash.h"
#include "parser/text.h"
#include "parser/utf8.h"

namespace {

using parser::Link;
using parser::LinkSource;
using parser::ParsedPage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct OwnedPage {
  std::unique_ptr<char[]> frame;
  std::size_t size = 0;
  ParsedPage page;
};

OwnedPage parse(std::string_view body, std::string_view content_type = "text/html; charset=utf-8",
                std::string_view url = "https://example.com/dir/page") {
  static parser::PageParser page_parser(std::abort);
  std::string frame = "before";
  page_parser.parse({url, content_type, body}, frame);
  OwnedPage owned;
  owned.size = frame.size() - 6;
  owned.frame = std::make_unique_for_overwrite<char[]>(owned.size);
  frame.copy(owned.frame.get(), owned.size, 6);
  EXPECT_TRUE(parser::decode_page({owned.frame.get(), owned.size}, owned.page));
  return owned;
}

std::string text_of(std::string_view body) { return std::string(parse(body).page.text); }

std::vector<std::string> urls_of(std::string_view body) {
  std::vector<std::string> urls;
  const OwnedPage owned = parse(body);
  for (const Link& link : owned.page.links) urls.emplace_back(link.url);
  return urls;
}

std::string repeat(std::string_view piece, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += piece;
  return all;
}

// ---- What the head says

TEST(PageTest, HeadIsRead) {
  const OwnedPage owned = parse(
      "<!doctype html><html lang=' pt-BR '><head><title> A &amp;\n B </title>"
      "<meta name=DESCRIPTION content='  What   it is '><link rel='x CANONICAL' href=/c?a=1>"
      "<meta name=robots content='NoIndex'><meta name=Robots content='NOFOLLOW, noarchive'>"
      "<base href=../base/></head><p>x");
  EXPECT_EQ(owned.page.title, "A & B");
  EXPECT_EQ(owned.page.lang, "pt-BR");
  EXPECT_EQ(owned.page.charset, "UTF-8");
  EXPECT_EQ(owned.page.description, "What it is");
  EXPECT_EQ(owned.page.canonical, "https://example.com/c?a=1");
  EXPECT_EQ(owned.page.robots, "noindex, nofollow, noarchive");
  EXPECT_EQ(owned.page.base, "https://example.com/base/");
  EXPECT_EQ(owned.page.text, "x");
  EXPECT_EQ(owned.page.elements, 10u);
}

TEST(PageTest, APageThatSaysNothingLeavesEverythingEmpty) {
  for (const std::string_view body : {"", "   ", "<!-- only -->"}) {
    const OwnedPage owned = parse(body);
    EXPECT_EQ(owned.page.title, "");
    EXPECT_EQ(owned.page.lang, "");
    EXPECT_EQ(owned.page.canonical, "");
    EXPECT_EQ(owned.page.base, "");
    EXPECT_EQ(owned.page.text, "");
    EXPECT_EQ(owned.page.simhash, 0u);
    EXPECT_EQ(owned.page.elements, 3u) << "html, head and body are always there";
    EXPECT_THAT(owned.page.links, IsEmpty());
  }
}

TEST(PageTest, TheFirstTitleIsTheTitle) {
  EXPECT_EQ(parse("<title>one</title><title>two</title>").page.title, "one");
  EXPECT_EQ(parse("<body><svg><title>drawing</title></svg><title>late</title>").page.title, "late");
  EXPECT_EQ(parse("<title>&lt;b&gt; <b>not markup</title>").page.title, "<b> <b>not markup");
}

TEST(PageTest, LanguageMayComeFromAMeta) {
  EXPECT_EQ(parse("<meta http-equiv=Content-Language content=de><p>x").page.lang, "de");
  EXPECT_EQ(parse("<html lang=fr><meta http-equiv=content-language content=de>").page.lang, "fr");
}

TEST(PageTest, LongFieldsAreCutAtACharactersEnd) {
  const std::string snowmen = repeat("\u2603", 2000);
  const OwnedPage owned =
      parse("<title>" + snowmen + "</title><meta name=description content='" + snowmen + "'>");
  EXPECT_EQ(owned.page.title, snowmen.substr(0, parser::kMaxTitleBytes - 2));
  EXPECT_EQ(owned.page.description, snowmen.substr(0, parser::kMaxTitleBytes - 2));
}

TEST(PageTest, ABadCanonicalOrBaseIsNone) {
  const OwnedPage owned =
      parse("<link rel=canonical href='mailto:a@b'><base href='javascript:x'><a href=y>y</a>");
  EXPECT_EQ(owned.page.canonical, "");
  EXPECT_EQ(owned.page.base, "");
  ASSERT_EQ(owned.page.links.size(), 1u);
  EXPECT_EQ(owned.page.links[0].url, "https://example.com/dir/y");
}

// ---- Text

TEST(PageTextTest, BlocksEndLinesAndWhitespaceCollapses) {
  EXPECT_EQ(text_of("  <h1> Head\n line </h1><p>One  <b>bo</b>ld\t<i> word</i></p><div>Two"),
            "Head line\nOne bold word\nTwo");
  EXPECT_EQ(text_of("<p>a<p><p>&nbsp;<p>b"), "a\nb") << "no empty lines";
  EXPECT_EQ(text_of("a<br>b<br><br>c<hr>d"), "a\nb\nc\nd");
  EXPECT_EQ(text_of("<ul><li>one<li>two</ul>after"), "one\ntwo\nafter");
  EXPECT_EQ(text_of("a&nbsp;b\u00A0 c"), "a b c");
  EXPECT_EQ(text_of("\u00C2\u00E9\u00C2"), "\u00C2\u00E9\u00C2")
      << "C2 begins other characters too";
}

TEST(PageTextTest, CellsAreSeparated) {
  EXPECT_EQ(text_of("<table><tr><th>a<td> b <td><tr><td>c<td>d</table>e"), "a\tb\nc\td\ne");
}

TEST(PageTextTest, PreKeepsItsLines) {
  EXPECT_EQ(text_of("<pre>\none\n  two  x\n\nthree</pre>four\nfive"),
            "one\ntwo x\nthree\nfour five");
  EXPECT_EQ(text_of("<pre>a<span>\n</span>b</pre>"), "a\nb");
  EXPECT_EQ(text_of("<textarea>x\ny</textarea>"), "x\ny");
}

TEST(PageTextTest, WhatIsNotShownIsNotText) {
  EXPECT_EQ(text_of("a<script>x()</script><style>p{}</style><template><p>t</template>"
                    "<noembed>n</noembed><iframe>i</iframe><noframes>f</noframes>b"),
            "ab");
  EXPECT_EQ(text_of("a<p hidden>x<b>y</b></p><p style='color:red; DISPLAY : none !important'>z</p>"
                    "<p style='visibility:hidden'>v<p>b"),
            "a\nb");
  EXPECT_EQ(text_of("<p style='x-display:none'>a<p style='display:block'>b"), "a\nb")
      << "the whole of the property's name counts";
  EXPECT_EQ(text_of("<p aria-hidden=true>seen"), "seen");
  EXPECT_EQ(text_of("<body style='visibility:hidden'>until a script shows it"),
            "until a script shows it");
  EXPECT_EQ(text_of("<svg><style>s</style><title>t</title><text>drawn</text></svg>"), "drawn");
}

TEST(PageTextTest, AsWithScriptingOffNoscriptIsShown) {
  EXPECT_EQ(text_of("<p>a</p><noscript><p>b</p></noscript>"), "a\nb");
}

TEST(PageTextTest, OddMarkupGivesTheTextThatBrowsersShow) {
  EXPECT_EQ(text_of("<p>1<b>2<i>3</b>4</i>5"), "12345");
  EXPECT_EQ(text_of("<table>foster<tr><td>cell</table>"), "foster\ncell");
  EXPECT_EQ(text_of("<a>1<p>2</a>3"), "1\n23");
  EXPECT_EQ(text_of("<p>a</div>b</p>c"), "ab\nc");
  EXPECT_EQ(text_of("<select><option>a<option>b</select>"), "a\nb");
  EXPECT_EQ(text_of("<plaintext>a<b>c"), "a<b>c");
  EXPECT_EQ(text_of("</p>x<![CDATA[y]]><!-->z"), "xz");
  EXPECT_EQ(text_of(std::string_view("a\0b", 3)), "ab");
  EXPECT_EQ(text_of("&notin; &#x41;&#0;&#x110000; &copy"), "\u2209 A\uFFFD\uFFFD \u00A9");
}

TEST(PageTextTest, AllScriptsPass) {
  EXPECT_EQ(
      text_of("<p dir=rtl>\u0645\u0631\u062D\u0628\u0627 \u05E9\u05DC\u05D5\u05DD<p>\u6F22\u5B57"),
      "\u0645\u0631\u062D\u0628\u0627 \u05E9\u05DC\u05D5\u05DD\n\u6F22\u5B57");
  EXPECT_EQ(parse("<p>\x93\xFA\x96\x7B", "text/html; charset=Shift_JIS").page.text, "\u65E5\u672C");
  EXPECT_EQ(parse("<meta charset=gbk><p>\xD6\xD0\xCE\xC4", "").page.text, "\u4E2D\u6587");
  EXPECT_EQ(parse(std::string_view("\xFF\xFE<\0p\0>\0\x16\x04", 10), "").page.text, "\u0416");
}

TEST(PageTextTest, TextIsCutAtItsBound) {
  const OwnedPage owned = parse("<p>" + repeat("w\u2603rd ", 1'000'000));
  EXPECT_LE(owned.page.text.size(), parser::kMaxTextBytes);
  EXPECT_GT(owned.page.text.size(), parser::kMaxTextBytes - 8);
  EXPECT_EQ(parser::valid_utf8_prefix(owned.page.text), owned.page.text.size());
}

// ---- Links

struct Seen {
  std::string url, text, rel, source;
  bool operator==(const Seen&) const = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << '{' << seen.url << ", " << seen.text << ", " << seen.rel << ", " << seen.source << '}';
}

std::vector<Seen> links_of(std::string_view body) {
  std::vector<Seen> seen;
  const OwnedPage owned = parse(body);
  for (const Link& link : owned.page.links)
    seen.push_back({std::string(link.url), std::string(link.text), std::string(link.rel),
                    std::string(parser::to_string(link.source))});
  return seen;
}

TEST(PageLinkTest, ComeFromAllElementsThatLink) {
  EXPECT_THAT(
      links_of(
          "<link rel=StyleSheet href=s.css><meta http-equiv=refresh content='3;url=m'>"
          "<a href='a' rel=' NoFollow\n ugc '> An <b>anchor</b> </a><map><area href=r alt=Area>"
          "</map><iframe src=i></iframe>"),
      ElementsAre(Seen{"https://example.com/dir/s.css", "", "stylesheet", "link"},
                  Seen{"https://example.com/dir/m", "", "", "meta_refresh"},
                  Seen{"https://example.com/dir/a", "An anchor", "nofollow ugc", "a"},
                  Seen{"https://example.com/dir/r", "Area", "", "area"},
                  Seen{"https://example.com/dir/i", "", "", "iframe"}));
  EXPECT_THAT(links_of("<frameset><frame src=one><frame src=two></frameset>"),
              ElementsAre(Seen{"https://example.com/dir/one", "", "", "frame"},
                          Seen{"https://example.com/dir/two", "", "", "frame"}));
}

TEST(PageLinkTest, BaseCountsForLinksBeforeIt) {
  EXPECT_THAT(urls_of("<a href=x>x</a><base target=t><base href=//other.example/b/><base href=/c/>"
                      "<a href=y>y</a><link rel=next href=/z>"),
              ElementsAre("https://other.example/b/x", "https://other.example/b/y",
                          "https://other.example/z"));
}

TEST(PageLinkTest, WhatCannotBeCrawledIsLeftOut) {
  EXPECT_THAT(
      urls_of("<a href='mailto:a@b'>m</a><a href=javascript:x>j</a><a href='http://'>n</a>"
              "<a name=anchor>no href</a><a>nor here</a><iframe src=''></iframe>"
              "<iframe src=about:blank></iframe><link rel=dns-prefetch href=//cdn.example>"
              "<link rel='preconnect' href=//cdn.example><template><a href=t></a></template>"
              "<script>'<a href=s>'</script><!-- <a href=c> -->"),
      IsEmpty());
}

TEST(PageLinkTest, DuplicatesFragmentsAndHiddenOnesAreKept) {
  EXPECT_THAT(urls_of("<a href=x>1</a><a href=x>2</a><a href='#top'>t</a><a href=''>self</a>"
                      "<div hidden><a href=h>h</a></div>"),
              ElementsAre("https://example.com/dir/x", "https://example.com/dir/x",
                          "https://example.com/dir/page#top", "https://example.com/dir/page",
                          "https://example.com/dir/h"));
}

TEST(PageLinkTest, AnImageSpeaksForALinkWithoutText) {
  const std::vector<Seen> links = links_of(
      "<a href=1><img alt=' The \n logo '></a><a href=2><img alt=logo> text</a>"
      "<a href=3><img><img alt=second></a><img alt=outside><a href=4> </a>");
  ASSERT_EQ(links.size(), 4u);
  EXPECT_EQ(links[0].text, "The logo");
  EXPECT_EQ(links[1].text, "text");
  EXPECT_EQ(links[2].text, "second");
  EXPECT_EQ(links[3].text, "");
}

TEST(PageLinkTest, AnchorTextStaysWithItsLink) {
  const std::vector<Seen> links = links_of(
      "<a href=1>one</a>,<a href=2>two<div>lines</div></a>"
      "<a href=3>outer<svg><a href=4>inner</a></svg>end</a><div hidden><a href=5>five</a>");
  ASSERT_EQ(links.size(), 5u);
  EXPECT_EQ(links[0].text, "one");
  EXPECT_EQ(links[1].text, "two lines");
  EXPECT_EQ(links[2].text, "outerinnerend");
  EXPECT_EQ(links[3].text, "inner");
  EXPECT_EQ(links[4].text, "five");
}

TEST(PageLinkTest, LinksBeyondTheBoundAreCounted) {
  const OwnedPage owned = parse(repeat("<a href=x>y</a>", parser::kMaxLinks + 5));
  EXPECT_EQ(owned.page.links.size(), parser::kMaxLinks);
  EXPECT_EQ(owned.page.links_cut, 5u);
}

TEST(PageLinkTest, LinksThatAreNoHttpUrlAreCounted) {
  const OwnedPage owned = parse(
      "<a href=x></a><a href=mailto:a@b></a><a href='javascript:f()'></a><a href=http://%zz/></a>"
      "<a href=/" +
      repeat("a", 10'000) + "></a>");
  EXPECT_EQ(owned.page.links.size(), 1u);
  EXPECT_EQ(owned.page.links_ignored, 4u);
}

TEST(PageLinkTest, ALongAnchorIsCut) {
  const OwnedPage owned =
      parse("<a href=x rel='" + repeat("r", 5000) + "'>" + repeat("\u2603", 5000) + "</a>");
  ASSERT_EQ(owned.page.links.size(), 1u);
  EXPECT_EQ(owned.page.links[0].text.size(), parser::kMaxAnchorBytes - 1);
  EXPECT_EQ(owned.page.links[0].rel.size(), parser::kMaxAnchorBytes);
}

TEST(PageLinkTest, WithoutAUsablePageUrlAbsoluteLinksRemain) {
  const OwnedPage owned = parse("<a href=x></a><a href=http://a.example/></a>", "", "nonsense");
  ASSERT_EQ(owned.page.links.size(), 1u);
  EXPECT_EQ(owned.page.links[0].url, "http://a.example/");
}

// HTML Standard, "shared declarative refresh steps".
TEST(RefreshTest, AllFormsOfTheStandard) {
  using parser::refresh_url;
  EXPECT_EQ(refresh_url("5; url=x"), "x");
  EXPECT_EQ(refresh_url("5; url='x y' z"), "x y");
  EXPECT_EQ(refresh_url(" 0.5 ;URL = \"x\""), "x");
  EXPECT_EQ(refresh_url("0,x"), "x");
  EXPECT_EQ(refresh_url("0 x"), "x");
  EXPECT_EQ(refresh_url("0;url"), "url");
  EXPECT_EQ(refresh_url("0;urlx=1"), "urlx=1");
  EXPECT_EQ(refresh_url("0;url='x"), "x") << "an open quote";
  EXPECT_EQ(refresh_url("5"), "");
  EXPECT_EQ(refresh_url("5;"), "");
  EXPECT_EQ(refresh_url("url=x"), "") << "no time";
  EXPECT_EQ(refresh_url("5x"), "");
  EXPECT_EQ(refresh_url(""), "");
}

// ---- Pages that mean harm

TEST(HostilePageTest, ManyNestedElementsAreWalked) {
  const OwnedPage owned = parse(repeat("<span>", 100'000) + "deep");
  EXPECT_EQ(owned.page.elements, 100'003u);
  EXPECT_EQ(owned.page.text, "deep");
}

TEST(HostilePageTest, ALargeAttributeIsRead) {
  const std::string value(1u << 20, 'v');
  const OwnedPage owned =
      parse("<a href='" + value + "' title='" + value + "'>x</a><p style='" + value + "'>y");
  EXPECT_THAT(owned.page.links, IsEmpty()) << "longer than a URL may be";
  EXPECT_EQ(owned.page.text, "x\ny");
}

TEST(HostilePageTest, AnchorsInAnchorsCostNoMoreThanOthers) {
  const OwnedPage owned = parse(repeat("<svg><a href=x>", 2000) + repeat("word ", 2000));
  EXPECT_EQ(owned.page.links.size(), 2000u);
  EXPECT_EQ(owned.page.links.front().text.size(), parser::kMaxAnchorBytes);
}

TEST(HostilePageTest, NoiseIsParsedWithoutHarm) {
  const std::vector<std::string_view> pieces{"<a href=x>",
                                             "</a>",
                                             "<table>",
                                             "<td>",
                                             "</table>",
                                             "<p>",
                                             "<b>",
                                             "</b>",
                                             "<i>",
                                             "</i>",
                                             "<select>",
                                             "<option>",
                                             "<svg>",
                                             "<math>",
                                             "<template>",
                                             "</template>",
                                             "<frameset>",
                                             "<frame src=f>",
                                             "<form>",
                                             "</p>",
                                             "<br>",
                                             "&amp;",
                                             "\xFF",
                                             "text ",
                                             "<!--",
                                             "-->",
                                             "<pre>\n",
                                             "<title>",
                                             "</title>",
                                             "<base href=b>",
                                             "<meta http-equiv=refresh content='1;url=r'>",
                                             "<script>",
                                             "</script>",
                                             "\n",
                                             "\0x"};
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string body;
    for (auto count = random() % 60; count > 0; --count) body += pieces[random() % pieces.size()];
    const OwnedPage owned = parse(body);
    ASSERT_EQ(parser::valid_utf8_prefix(owned.page.text), owned.page.text.size()) << body;
  }
}

// ---- Text, SimHash, digest by themselves

TEST(TextWriterTest, CutsAtItsLimit) {
  parser::TextWriter writer(5);
  writer.write("ab", 2);
  writer.write(" cdef", 5);
  writer.write("gh", 2);
  EXPECT_EQ(writer.text(), "ab cd");
  writer.clear();
  writer.write("again", 5);
  EXPECT_EQ(writer.text(), "again");
}

std::string words(std::uint32_t seed, int count) {
  std::mt19937 random(seed);
  std::string text;
  for (int i = 0; i < count; ++i)
    text.append("w").append(std::to_string(random() % 5000)).append(" ");
  return text;
}

int distance(std::string_view a, std::string_view b) {
  return std::popcount(parser::simhash(a) ^ parser::simhash(b));
}

TEST(SimHashTest, TextsThatShareMostOfTheirWordsAreNear) {
  const std::string text = words(1, 1000);
  std::string edited = text;
  edited.replace(edited.find(' ', 2000) + 1, 4, "Edit");
  EXPECT_LE(distance(text, edited), 6);
  EXPECT_GE(distance(text, words(2, 1000)), 16);
}

TEST(SimHashTest, CaseAndKindOfSeparatorDoNotMatter) {
  EXPECT_EQ(parser::simhash("The Quick\nbrown\tfox"), parser::simhash("the quick brown FOX"));
  EXPECT_NE(parser::simhash("the quick brown fox"), parser::simhash("the brown quick fox"));
}

TEST(SimHashTest, IsZeroOnlyWhereThereAreNoWords) {
  EXPECT_EQ(parser::simhash(""), 0u);
  EXPECT_EQ(parser::simhash(" \n"), 0u);
  EXPECT_NE(parser::simhash("one"), 0u);
  EXPECT_NE(parser::simhash("one two"), parser::simhash("one"));
}

TEST(SimHashTest, ChineseIsSplitByCharacters) {
  std::string text;
  std::mt19937 random(3);
  for (int i = 0; i < 1000; ++i) {
    text += '\xE4' + std::string(1, static_cast<char>(0xB8 + random() % 8)) +
            static_cast<char>(0x80 + random() % 64);
  }
  std::string edited = text;
  edited.replace(1500, 3, "\u4E00");
  EXPECT_LE(distance(text, edited), 6);
}

TEST(SimHashTest, AWordWithoutEndIsHashedByItsEnd) {
  EXPECT_EQ(parser::simhash(std::string(100'000, 'a')), parser::simhash(std::string(50'000, 'a')));
}

TEST(SimHashTest, DoesNotDependOnHowTheTextFallsIntoBlocks) {
  // One more shingle, far in front, moves every later word by one place in its block.
  const std::string text = words(5, 20'000);
  EXPECT_LE(distance(text, std::string("x ").append(text)), 3);
}

TEST(DigestTest, IsSha256) {
  EXPECT_EQ(parser::sha256_hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(parser::sha256_hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
