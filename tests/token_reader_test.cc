// Pages that are read by their tokens alone.
#include "parser/token_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parser/page.h"
#include "tests/fuzz/crashing_pages.h"
#include "tests/fuzz/malformed_pages.h"

namespace {

using parser::Method;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct OwnedPage {
  std::string frame;
  parser::ParsedPage page;
};

std::unique_ptr<OwnedPage> read(std::string_view body, Method method = Method::kTokens) {
  static parser::PageParser page_parser(std::abort);
  // In a buffer of its exact size, so that a byte read too far is found.
  const auto exact = std::make_unique_for_overwrite<char[]>(body.size());
  body.copy(exact.get(), body.size());
  auto owned = std::make_unique<OwnedPage>();
  page_parser.parse({"https://example.com/dir/page",
                     "text/html; charset=utf-8",
                     {exact.get(), body.size()},
                     method},
                    owned->frame);
  EXPECT_TRUE(parser::decode_page(owned->frame, owned->page)) << body;
  return owned;
}

std::string text_of(std::string_view body) { return std::string(read(body)->page.text); }
std::string title_of(std::string_view body) { return std::string(read(body)->page.title); }

// "SOURCE URL|TEXT|REL" of each link.
std::vector<std::string> links_of(std::string_view body, Method method = Method::kTokens) {
  std::vector<std::string> links;
  const auto owned = read(body, method);
  for (const parser::Link& link : owned->page.links)
    links.push_back(std::string(to_string(link.source)) + " " + std::string(link.url) + "|" +
                    std::string(link.text) + "|" + std::string(link.rel));
  return links;
}

// What a page of ordinary markup says, whichever way it is read.
std::string all_of(std::string_view body, Method method) {
  const auto owned = read(body, method);
  const parser::ParsedPage& page = owned->page;
  std::string all;
  for (const std::string_view field :
       {page.title, page.lang, page.description, page.canonical, page.robots, page.base, page.text})
    all.append(field).append("\n");
  for (const std::string& link : links_of(body, method)) all.append(link).append("\n");
  return all;
}

constexpr std::string_view kOrdinary = R"html(<!DOCTYPE html>
<html lang="de-AT"><head><meta charset=utf-8><title>A &amp; B &#8212; <i>no tag</i></title>
<base href="/base/"><link rel=canonical href=canonical><link rel="Style  Sheet" href=s.css>
<link rel=preconnect href=//other.example><meta name=description content="What &quot;it&quot; is">
<meta name=robots content=NoIndex><meta name=robots content=nofollow>
<meta http-equiv=refresh content="5; url=next"><style>p { content: "<a href=/no>" }</style>
<script>if (a < b) document.write("<a href=/no2>x</a>");</script></head>
<body><!-- <a href=/no3> --><h1>Head<em>line</em></h1><p class="a>b">Some   <b>words</b>
and <a href="x?a=1&amp;b=2" rel="Next  NoFollow">a <i>link</i> with <img alt=pic></a>.
<p><a href=image><img alt="only an image"></a> <a name=none>no link</a>
<pre>line one
 line two</pre><table><tr><td>a<td>b</tr><tr><td>c</td><td>d</td></tr></table>
<iframe src=frame><a href=/no4></iframe><map><area href=area alt="an area" rel=x></map>
<noscript><p>without script <a href=noscript>n</a></noscript>
<template><a href=/no5>t</a><template>x</template>y</template><textarea>
 typed &lt;b&gt;
 twice</textarea><svg><title>no title</title><a xlink:href=/svg>in svg</a></svg>
<ul><li>one<li>two</ul>1 < 2 &amp; 3 &nbsp;> 2<br>last</body></html>)html";

TEST(TokenReaderTest, AnOrdinaryPageSaysWhatItsTreeSays) {
  EXPECT_EQ(all_of(kOrdinary, Method::kTokens), all_of(kOrdinary, Method::kCondensed));
  const auto owned = read(kOrdinary);
  EXPECT_EQ(owned->page.reading, parser::Reading::kTokens);
  EXPECT_EQ(parsed_as(owned->page.reading), "tokens");
  EXPECT_EQ(owned->page.title, "A & B \u2014 <i>no tag</i>");
  EXPECT_EQ(owned->page.links.size(), 9u);
  EXPECT_GT(owned->page.elements, 30u);
}

TEST(TokenReaderTest, PagesOnWhichGumboCrashesHaveTheirLinks) {
  for (const std::string_view crash : fuzz::kCrashingPages) {
    const std::string body =
        "<title>T</title>" + std::string(crash) + "<p>words <a href=x>a link</a>";
    EXPECT_EQ(title_of(body), "T");
    EXPECT_EQ(text_of(body), "words a link");
    EXPECT_THAT(links_of(body), ElementsAre("a https://example.com/dir/x|a link|"));
  }
}

TEST(TokenReaderTest, ALinkEndsAtTheNextOneAndAtTheEndOfThePage) {
  EXPECT_THAT(
      links_of("<a href=1>one<a href=2>two<p>more"),
      ElementsAre("a https://example.com/dir/1|one|", "a https://example.com/dir/2|two more|"));
  EXPECT_THAT(links_of("</a><a>x</a>"), IsEmpty());
}

TEST(TokenReaderTest, TheFirstOfAnAttributeAndOfATitleAndOfABaseCounts) {
  EXPECT_THAT(links_of("<a href=1 HREF=2>x</a>"), ElementsAre("a https://example.com/dir/1|x|"));
  EXPECT_EQ(title_of("<title></title><title>a</title><title>b</title>"), "a");
  EXPECT_EQ(read("<html lang=a><html lang=b>")->page.lang, "a");
  EXPECT_THAT(links_of("<base href=/a/><base href=/b/><a href=x>x</a>"),
              ElementsAre("a https://example.com/a/x|x|"));
}

TEST(TokenReaderTest, WhatNothingEndsReachesToTheEndOfThePage) {
  EXPECT_EQ(text_of("a<script>b"), "a");
  EXPECT_EQ(text_of("a<!-- b"), "a");
  EXPECT_EQ(text_of("a<template>b"), "a");
  EXPECT_EQ(text_of("a<p class='b>c"), "a");
  EXPECT_EQ(text_of("a<plaintext><b>\nc"), "a\n<b>\nc");
  EXPECT_EQ(text_of("a<textarea>b"), "a\nb");
  EXPECT_EQ(title_of("<title>a"), "a");
  EXPECT_EQ(text_of("a<pre>b\nc"), "a\nb\nc");
}

TEST(TokenReaderTest, ForeignContent) {
  EXPECT_EQ(text_of("<svg><text><![CDATA[a <b> c]]></text></svg>"), "a <b> c");
  EXPECT_EQ(text_of("<svg><style/><text>a</text></svg>b"), "ab");
  EXPECT_EQ(text_of("a<![CDATA[b]]>c"), "ac") << "a comment elsewhere";
  EXPECT_EQ(title_of("<svg><title>icon</title></svg><title>page</title>"), "page");
  EXPECT_EQ(title_of("<svg><p><title>page</title>"), "page") << "<p> leaves it";
}

TEST(TokenReaderTest, ControlCharactersAndReferences) {
  EXPECT_EQ(text_of(std::string_view("a\0b<b>\0</b>", 11)), "ab");
  EXPECT_EQ(text_of("a&notin;&copy;&lt;&"), "a&notin;\u00A9<&");
  EXPECT_EQ(text_of("<p>\U0010FFFF &lt"), "\U0010FFFF &lt");
}

TEST(TokenReaderTest, EveryPrefixAndEveryMalformedPageIsAPage) {
  for (std::size_t bytes = 0; bytes <= kOrdinary.size(); ++bytes) read(kOrdinary.substr(0, bytes));
  fuzz::MalformedPages source(20'261'126);
  for (int i = 0; i < 20'000; ++i)
    EXPECT_EQ(read(source.next())->page.reading, parser::Reading::kTokens);
}

}  // namespace
