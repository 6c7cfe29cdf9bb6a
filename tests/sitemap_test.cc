// Sitemaps by https://www.sitemaps.org/protocol.html, well written, badly written and hostile, and
// the frame in which they travel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "parser/page.h"
#include "parser/sitemap.h"

namespace {

using parser::SitemapKind;
using parser::SitemapProblem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kNamespace = "http://www.sitemaps.org/schemas/sitemap/0.9";

// A frame in a buffer of its exact size, so that a byte read too far is found, and what it says.
struct OwnedSitemap {
  std::unique_ptr<char[]> frame;
  std::size_t size = 0;
  parser::ParsedSitemap sitemap;
};

bool decode_sitemap(OwnedSitemap& owned) {
  return parser::decode_sitemap({owned.frame.get(), owned.size}, owned.sitemap);
}

OwnedSitemap own(std::string_view frame) {
  OwnedSitemap owned;
  owned.size = frame.size();
  owned.frame = std::make_unique_for_overwrite<char[]>(frame.size());
  frame.copy(owned.frame.get(), frame.size());
  return owned;
}

std::string frame_of(std::string_view body) {
  static parser::SitemapParser sitemap_parser;
  const std::vector<char> exact(body.begin(), body.end());
  std::string frame;
  sitemap_parser.parse({exact.data(), exact.size()}, frame);
  return frame;
}

OwnedSitemap parse(std::string_view body) {
  OwnedSitemap owned = own(frame_of(body));
  EXPECT_TRUE(decode_sitemap(owned));
  return owned;
}

std::vector<std::string> urls_of(const OwnedSitemap& owned) {
  std::vector<std::string> urls;
  for (const parser::SitemapEntry& entry : owned.sitemap.entries) urls.emplace_back(entry.url);
  return urls;
}

std::string urlset(std::string_view inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"" + std::string(kNamespace) +
         "\">\n" + std::string(inside) + "\n</urlset>\n";
}

std::string entry(std::string_view loc) {
  return "<url><loc>" + std::string(loc) + "</loc></url>\n";
}

std::string many(std::size_t count) {
  std::string entries;
  for (std::size_t i = 0; i < count; ++i) entries += entry("https://h/" + std::to_string(i));
  return urlset(entries);
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void expect_unread(std::string_view body, SitemapProblem problem) {
  const OwnedSitemap owned = parse(body);
  EXPECT_EQ(owned.sitemap.problem, problem) << body.substr(0, 100);
  EXPECT_THAT(owned.sitemap.entries, IsEmpty()) << body.substr(0, 100);
}

// ---- the protocol -------------------------------------------------------------------------------

TEST(Sitemap, TheProtocolsOwnExampleIsReadWhole) {
  const OwnedSitemap owned =
      parse(urlset("<url>\n<loc>http://www.example.com/</loc>\n<lastmod>2005-01-01</lastmod>\n"
                   "<changefreq>monthly</changefreq>\n<priority>0.8</priority>\n</url>\n"
                   "<url><loc>http://www.example.com/catalog?item=12&amp;desc=vacation_hawaii</loc>"
                   "<lastmod>2004-12-23T18:00:15+00:00</lastmod><priority>0.3</priority></url>"));
  EXPECT_EQ(owned.sitemap.kind, SitemapKind::kUrls);
  EXPECT_EQ(owned.sitemap.problem, SitemapProblem::kNone);
  ASSERT_THAT(owned.sitemap.entries, SizeIs(2));
  EXPECT_EQ(owned.sitemap.entries[0].url, "http://www.example.com/");
  EXPECT_EQ(owned.sitemap.entries[0].lastmod, "2005-01-01");
  EXPECT_EQ(owned.sitemap.entries[0].priority, 800);
  EXPECT_EQ(owned.sitemap.entries[1].url,
            "http://www.example.com/catalog?item=12&desc=vacation_hawaii");
  EXPECT_EQ(owned.sitemap.entries[1].lastmod, "2004-12-23T18:00:15+00:00");
  EXPECT_EQ(owned.sitemap.entries[1].priority, 300);
}

TEST(Sitemap, AnIndexNamesOtherSitemaps) {
  const OwnedSitemap owned = parse(
      "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
      "<sitemap><loc>http://h/1.xml.gz</loc><lastmod>2004-10-01</lastmod></sitemap>"
      "<sitemap><loc>http://h/2.xml.gz</loc></sitemap></sitemapindex>");
  EXPECT_EQ(owned.sitemap.kind, SitemapKind::kIndex);
  EXPECT_THAT(urls_of(owned), ElementsAre("http://h/1.xml.gz", "http://h/2.xml.gz"));
}

TEST(Sitemap, TextHasAUrlALine) {
  const OwnedSitemap owned = parse(
      "\xef\xbb\xbfhttp://h/a\r\n\r\n  https://h/b?x=1  \nnot a "
      "URL\nmailto:a@h\nhttp://h/\xc3\xa9");
  EXPECT_EQ(owned.sitemap.kind, SitemapKind::kText);
  EXPECT_THAT(urls_of(owned), ElementsAre("http://h/a", "https://h/b?x=1", "http://h/%C3%A9"));
  EXPECT_EQ(owned.sitemap.ignored, 2u);
}

TEST(Sitemap, UrlsAreNormalizedAndRelativeOnesIgnored) {
  const OwnedSitemap owned =
      parse(urlset(entry("\n  HTTPS://Example.COM:443/a/../b#top \n") + entry("/relative") +
                   entry("ftp://h/") + entry("") + "<url><lastmod>2020</lastmod></url>"));
  EXPECT_THAT(urls_of(owned), ElementsAre("https://example.com/b"));
  EXPECT_EQ(owned.sitemap.ignored, 4u);
  EXPECT_EQ(owned.sitemap.problem, SitemapProblem::kNone);
}

TEST(Sitemap, OtherNamespacesAreTakenAtTheRootAndIgnoredInside) {
  const OwnedSitemap old = parse("<urlset xmlns='http://www.google.com/schemas/sitemap/0.84'>" +
                                 entry("http://h/old") + "</urlset>");
  EXPECT_THAT(urls_of(old), ElementsAre("http://h/old"));
  const OwnedSitemap none = parse("<urlset>" + entry("http://h/none") + "</urlset>");
  EXPECT_THAT(urls_of(none), ElementsAre("http://h/none"));
  const OwnedSitemap prefixed =
      parse("<s:urlset xmlns:s='urn:x'><s:url><s:loc>http://h/p</s:loc></s:url></s:urlset>");
  EXPECT_THAT(urls_of(prefixed), ElementsAre("http://h/p"));
  const OwnedSitemap images =
      parse("<urlset xmlns='" + std::string(kNamespace) + "' xmlns:image='urn:image'><url>" +
            "<image:loc>http://h/wrong</image:loc><loc>http://h/right</loc>" +
            "<image:image><image:loc>http://h/i.png</image:loc></image:image></url></urlset>");
  EXPECT_THAT(urls_of(images), ElementsAre("http://h/right"));
}

TEST(Sitemap, CdataEntitiesOfXmlAndCharacterReferencesAreText) {
  EXPECT_THAT(urls_of(parse(urlset(entry("<![CDATA[http://h/?a&b]]>") +
                                   entry("http://h/&#x61;?c&amp;d<!-- x -->e")))),
              ElementsAre("http://h/?a&b", "http://h/a?c&de"));
}

TEST(Sitemap, WhatIsNoDateAndNoPriorityIsLeftOut) {
  const OwnedSitemap owned = parse(urlset(
      "<url><loc>http://h/</loc><lastmod>yesterday\x7f</lastmod><priority>NaN</priority></url>"
      "<url><loc>http://h/2</loc><lastmod>2020-01-01T00:00:00.000000000000000+00:00</lastmod>"
      "<priority>1.1</priority></url>"));
  ASSERT_THAT(owned.sitemap.entries, SizeIs(2));
  for (const parser::SitemapEntry& one : owned.sitemap.entries) {
    EXPECT_EQ(one.lastmod, "");
    EXPECT_EQ(one.priority, std::nullopt);
  }
}

TEST(Sitemap, WhitespaceBeforeTheDeclarationIsForgiven) {
  EXPECT_THAT(urls_of(parse("\xef\xbb\xbf\r\n " + urlset(entry("http://h/")))),
              ElementsAre("http://h/"));
}

TEST(Sitemap, Utf16IsReadAndNoOtherEncoding) {
  const std::string text =
      "<?xml version='1.0' encoding='UTF-16'?><urlset>" + entry("http://h/wide") + "</urlset>";
  std::string wide = "\xff\xfe";
  for (const char c : text) wide.append(1, c).append(1, '\0');
  EXPECT_THAT(urls_of(parse(wide)), ElementsAre("http://h/wide"));
  expect_unread(
      "<?xml version='1.0' encoding='x-unheard-of'?><urlset>" + entry("http://h/") + "</urlset>",
      SitemapProblem::kNotASitemap);
}

// ---- gzip ---------------------------------------------------------------------------------------

TEST(SitemapGzip, AFileThatIsGzipItselfIsUnpacked) {
  EXPECT_THAT(urls_of(parse(gzip(urlset(entry("http://h/"))))), ElementsAre("http://h/"));
  EXPECT_THAT(urls_of(parse(gzip("http://h/a\n") + gzip("http://h/b\n"))),
              ElementsAre("http://h/a", "http://h/b"))
      << "two members are one file";
  const OwnedSitemap padded = parse(gzip("http://h/a\n") + std::string(100, '\0'));
  EXPECT_THAT(urls_of(padded), ElementsAre("http://h/a"));
  EXPECT_EQ(padded.sitemap.problem, SitemapProblem::kNone);
}

TEST(SitemapGzip, WhatCameBeforeTheDamageCounts) {
  const std::string packed = gzip(many(2000));
  const OwnedSitemap cut = parse(std::string_view(packed).substr(0, packed.size() / 2));
  EXPECT_EQ(cut.sitemap.problem, SitemapProblem::kBadGzip);
  EXPECT_GT(cut.sitemap.entries.size(), 100u);
  EXPECT_LT(cut.sitemap.entries.size(), 2000u);
  expect_unread("\x1f\x8b", SitemapProblem::kBadGzip);
  expect_unread("\x1f\x8bgarbage", SitemapProblem::kBadGzip);
}

TEST(SitemapGzip, ABombIsUnpackedToTheBoundAlone) {
  const std::string bomb = gzip(std::string(4 * parser::kMaxSitemapBytes, ' '));
  EXPECT_LT(bomb.size(), std::size_t{2} << 20);
  expect_unread(bomb, SitemapProblem::kTooLarge);
  const OwnedSitemap tail =
      parse(gzip(urlset(entry("http://h/first") + std::string(parser::kMaxSitemapBytes, ' '))));
  EXPECT_EQ(tail.sitemap.problem, SitemapProblem::kTooLarge);
  EXPECT_THAT(urls_of(tail), ElementsAre("http://h/first"));
}

// ---- bounds and hostile input
// -----------------------------------------------------------------------

TEST(SitemapBounds, AsManyUrlsAsTheProtocolAllowsAndNoMore) {
  const OwnedSitemap full = parse(many(parser::kMaxSitemapUrls));
  EXPECT_EQ(full.sitemap.problem, SitemapProblem::kNone);
  EXPECT_THAT(full.sitemap.entries, SizeIs(parser::kMaxSitemapUrls));
  const OwnedSitemap over = parse(many(parser::kMaxSitemapUrls + 1));
  EXPECT_EQ(over.sitemap.problem, SitemapProblem::kTooLarge);
  EXPECT_THAT(over.sitemap.entries, SizeIs(parser::kMaxSitemapUrls));
  std::string lines;
  for (std::size_t i = 0; i <= parser::kMaxSitemapUrls; ++i) lines += "http://h/x\n";
  EXPECT_EQ(parse(lines).sitemap.problem, SitemapProblem::kTooLarge);
}

TEST(SitemapBounds, AUrlThatIsTooLongIsIgnored) {
  const std::string longest(2 * parser::kMaxUrlInput, 'a');
  const OwnedSitemap xml = parse(urlset(entry("http://h/" + longest) + entry("http://h/b")));
  EXPECT_THAT(urls_of(xml), ElementsAre("http://h/b"));
  EXPECT_EQ(xml.sitemap.ignored, 1u);
  const OwnedSitemap text = parse("http://h/" + longest + "\nhttp://h/b");
  EXPECT_THAT(urls_of(text), ElementsAre("http://h/b"));
}

TEST(SitemapBounds, OneTokenOfFiftyMegabytesIsReadOnce) {
  const std::string text(parser::kMaxSitemapBytes - 1000, 'x');
  EXPECT_THAT(urls_of(parse(urlset("<!--" + text + "-->" + entry("http://h/")))),
              ElementsAre("http://h/"));
  EXPECT_EQ(parse("<urlset a='" + text).sitemap.problem, SitemapProblem::kNotASitemap);
}

TEST(SitemapHostile, ADocumentTypeIsRefusedBeforeItDeclaresAnything) {
  std::string laughs = "<?xml version='1.0'?><!DOCTYPE urlset [<!ENTITY a 'http://h/'>";
  for (char name = 'b'; name <= 'z'; ++name) {
    laughs += std::string("<!ENTITY ") + name + " '";
    for (int i = 0; i < 10; ++i) laughs += std::string("&") + static_cast<char>(name - 1) + ";";
    laughs += "'>";
  }
  expect_unread(laughs + "]><urlset>" + entry("&z;") + "</urlset>", SitemapProblem::kDoctype);
  expect_unread(
      "<!DOCTYPE urlset SYSTEM 'file:///etc/passwd'><urlset>" + entry("http://h/") + "</urlset>",
      SitemapProblem::kDoctype);
  expect_unread("<!DOCTYPE urlset [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset>" +
                    entry("http://h/&x;") + "</urlset>",
                SitemapProblem::kDoctype);
}

TEST(SitemapHostile, AnEntityThatNobodyDeclaredEndsTheReading) {
  const OwnedSitemap owned = parse(urlset(entry("http://h/a") + entry("http://h/&nbsp;")));
  EXPECT_EQ(owned.sitemap.problem, SitemapProblem::kBadXml);
  EXPECT_THAT(urls_of(owned), ElementsAre("http://h/a"));
}

TEST(SitemapHostile, DeepNestingEndsTheReading) {
  std::string deep = entry("http://h/a");
  for (int i = 0; i < 1'000'000; ++i) deep += "<x>";
  const OwnedSitemap owned = parse(urlset(deep));
  EXPECT_EQ(owned.sitemap.problem, SitemapProblem::kBadXml);
  EXPECT_THAT(urls_of(owned), ElementsAre("http://h/a"));
}

TEST(SitemapHostile, EveryTruncationKeepsWhatCameBefore) {
  const std::string whole = urlset(entry("http://h/a") + entry("http://h/b"));
  const std::size_t first = whole.find("</url>") + 6;
  const std::size_t root = whole.find('>', whole.find("<urlset")) + 1;
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    const OwnedSitemap owned = parse(std::string_view(whole).substr(0, size));
    EXPECT_EQ(owned.sitemap.problem,
              size < root ? SitemapProblem::kNotASitemap : SitemapProblem::kBadXml)
        << size;
    EXPECT_EQ(owned.sitemap.entries.empty(), size < first) << size;
  }
}

TEST(SitemapHostile, WhatIsNoSitemapSaysSo) {
  for (const std::string_view body :
       {std::string_view(), std::string_view("   \n"), std::string_view("<!doctype html><p>Hello"),
        std::string_view("<html><body>x</body></html>"), std::string_view("<html"),
        std::string_view("Not found"), std::string_view("\x89PNG\r\n\x1a\n\0\0", 10),
        std::string_view("<rss version='2.0'><channel><item><link>http://h/</link></item>"
                         "</channel></rss>"),
        std::string_view("\0\0\0\0", 4), std::string_view("<"), std::string_view("\xff\xfe", 2)})
    expect_unread(body, SitemapProblem::kNotASitemap);
}

TEST(SitemapHostile, BytesThatAreNoUtf8EndTheReading) {
  const OwnedSitemap owned = parse(urlset(entry("http://h/a") + entry("http://h/\xff\xfe")));
  EXPECT_EQ(owned.sitemap.problem, SitemapProblem::kBadXml);
  EXPECT_THAT(urls_of(owned), ElementsAre("http://h/a"));
}

// Fixed seeds: the same mutations on every machine.
TEST(SitemapHostile, MutationsNeverLeaveTheBounds) {
  std::mt19937 random(20240502);
  const std::string index =
      "<sitemapindex><sitemap><loc>http://h/1.xml</loc></sitemap></sitemapindex>";
  const std::vector<std::string> wholes{
      urlset(entry("http://h/a?b&amp;c") + entry("<![CDATA[http://h/]]>")), index,
      "http://h/a\nhttps://h/b\n", gzip(urlset(entry("http://h/a")))};
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = wholes[random() % wholes.size()];
    for (auto changes = random() % 6; changes > 0 && !changed.empty(); --changes) {
      const std::size_t at = random() % changed.size();
      switch (random() % 4) {
        case 0:
          changed.resize(at);
          break;
        case 1:
          changed.insert(at, changed.substr(at, random() % 40));
          break;
        case 2:
          changed.erase(at, random() % 10);
          break;
        default:
          changed[at] = static_cast<char>(random());
      }
    }
    ASSERT_TRUE(parse(changed).sitemap.entries.size() <= changed.size());
  }
}

// ---- the frame ----------------------------------------------------------------------------------

std::string sample_frame() {
  return frame_of(
      urlset("<url><loc>http://h/a</loc><lastmod>2020-01-01</lastmod>"
             "<priority>0.5</priority></url>" +
             entry("http://h/b") + entry("bad")));
}

bool all_inside(const OwnedSitemap& owned) {
  const auto inside = [&](std::string_view view) {
    return view.empty() || (view.data() >= owned.frame.get() &&
                            view.data() + view.size() <= owned.frame.get() + owned.size);
  };
  return std::all_of(owned.sitemap.entries.begin(), owned.sitemap.entries.end(),
                     [&](const auto& one) { return inside(one.url) && inside(one.lastmod); });
}

TEST(SitemapFrame, AMoveLeavesTheViewsValid) {
  OwnedSitemap owned = own(sample_frame());
  ASSERT_TRUE(decode_sitemap(owned));
  const OwnedSitemap moved = std::move(owned);
  EXPECT_THAT(urls_of(moved), ElementsAre("http://h/a", "http://h/b"));
  EXPECT_EQ(moved.sitemap.ignored, 1u);
  EXPECT_TRUE(all_inside(moved));
}

TEST(SitemapFrame, EveryTruncationIsRefused) {
  const std::string frame = sample_frame();
  for (std::size_t size = 0; size < frame.size(); ++size) {
    OwnedSitemap owned = own(std::string_view(frame).substr(0, size));
    EXPECT_FALSE(decode_sitemap(owned)) << size;
    EXPECT_TRUE(owned.sitemap.entries.empty());
  }
  OwnedSitemap longer = own(frame + "x");
  EXPECT_FALSE(decode_sitemap(longer)) << "a byte too many";
}

TEST(SitemapFrame, NoChangedByteLeadsOutOfTheFrameOrTheBounds) {
  const std::string frame = sample_frame();
  for (std::size_t at = 0; at < frame.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = frame;
      changed[at] = static_cast<char>(value);
      OwnedSitemap owned = own(changed);
      if (!decode_sitemap(owned)) continue;
      ASSERT_TRUE(all_inside(owned)) << at << ' ' << value;
      for (const parser::SitemapEntry& one : owned.sitemap.entries) {
        ASSERT_TRUE(one.url.starts_with("http://") || one.url.starts_with("https://"));
        ASSERT_LE(one.priority.value_or(0), 1000);
      }
    }
  }
}

TEST(SitemapFrame, AFrameOfAPageIsRefused) {
  static parser::PageParser page_parser(std::abort);
  std::string frame;
  page_parser.parse({"http://h/", "text/html", "<title>x</title><a href=y>"}, frame);
  OwnedSitemap owned = own(frame);
  EXPECT_FALSE(decode_sitemap(owned));
}

}  // namespace
