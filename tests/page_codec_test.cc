#include "parser/page_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "parser/page.h"
#include "parser/url.h"

namespace {

using parser::Link;
using parser::LinkSource;
using parser::ParsedPage;

// A frame in a buffer of its exact size, so that a byte read too far is found, and what it says.
struct OwnedPage {
  std::unique_ptr<char[]> frame;
  std::size_t size = 0;
  ParsedPage page;
};

bool decode_page(OwnedPage& owned) {
  return parser::decode_page({owned.frame.get(), owned.size}, owned.page);
}

ParsedPage sample() {
  ParsedPage page;
  page.title = "A title";
  page.lang = "de";
  page.charset = "UTF-8";
  page.description = "What it is about";
  page.canonical = "https://example.com/";
  page.robots = "noindex, nofollow";
  page.base = "https://example.com/base/";
  page.text = "The text\nof the page";
  page.simhash = 0x0123'4567'89AB'CDEF;
  page.elements = 17;
  page.links_ignored = 5;
  page.links = {{"https://example.com/a#b", "A", "nofollow", LinkSource::kA},
                {"http://example.com/", "", "", LinkSource::kMetaRefresh},
                {"https://example.com/c", "C", "next", LinkSource::kLink}};
  return page;
}

std::string encode(const ParsedPage& page, std::uint32_t links_cut = 0) {
  std::string frame;
  parser::FrameWriter writer(frame, page);
  for (const Link& link : page.links) EXPECT_TRUE(writer.add_link(link));
  writer.finish(links_cut, page.links_ignored);
  return frame;
}

OwnedPage own(std::string_view frame) {
  OwnedPage owned;
  owned.size = frame.size();
  owned.frame = std::make_unique_for_overwrite<char[]>(frame.size());
  frame.copy(owned.frame.get(), frame.size());
  return owned;
}

bool inside(const OwnedPage& owned, std::string_view view) {
  return view.empty() || (view.data() >= owned.frame.get() &&
                          view.data() + view.size() <= owned.frame.get() + owned.size);
}

bool all_inside(const OwnedPage& owned) {
  const ParsedPage& page = owned.page;
  for (const std::string_view view : {page.title, page.lang, page.charset, page.description,
                                      page.canonical, page.robots, page.base, page.text})
    if (!inside(owned, view)) return false;
  for (const Link& link : page.links)
    if (!inside(owned, link.url) || !inside(owned, link.text) || !inside(owned, link.rel) ||
        parser::to_string(link.source).empty())
      return false;
  return true;
}

TEST(PageCodecTest, APageArrivesAsItWasSent) {
  const ParsedPage sent = sample();
  OwnedPage owned = own(encode(sent, 3));
  ASSERT_TRUE(decode_page(owned));
  const ParsedPage& page = owned.page;
  EXPECT_EQ(page.title, sent.title);
  EXPECT_EQ(page.lang, sent.lang);
  EXPECT_EQ(page.charset, sent.charset);
  EXPECT_EQ(page.description, sent.description);
  EXPECT_EQ(page.canonical, sent.canonical);
  EXPECT_EQ(page.robots, sent.robots);
  EXPECT_EQ(page.base, sent.base);
  EXPECT_EQ(page.text, sent.text);
  EXPECT_EQ(page.simhash, sent.simhash);
  EXPECT_EQ(page.elements, sent.elements);
  EXPECT_EQ(page.links_cut, 3u);
  EXPECT_EQ(page.links_ignored, 5u);
  ASSERT_EQ(page.links.size(), sent.links.size());
  for (std::size_t i = 0; i < page.links.size(); ++i) {
    EXPECT_EQ(page.links[i].url, sent.links[i].url);
    EXPECT_EQ(page.links[i].text, sent.links[i].text);
    EXPECT_EQ(page.links[i].rel, sent.links[i].rel);
    EXPECT_EQ(page.links[i].source, sent.links[i].source);
  }
  EXPECT_TRUE(all_inside(owned));
}

TEST(PageCodecTest, ViewsStayValidWhenThePageIsMoved) {
  OwnedPage owned = own(encode(sample()));
  ASSERT_TRUE(decode_page(owned));
  const OwnedPage moved = std::move(owned);
  EXPECT_EQ(moved.page.title, "A title");
  EXPECT_TRUE(all_inside(moved));
}

TEST(PageCodecTest, EveryTruncationIsRejected) {
  const std::string frame = encode(sample());
  for (std::size_t size = 0; size < frame.size(); ++size) {
    OwnedPage owned = own(std::string_view(frame).substr(0, size));
    EXPECT_FALSE(decode_page(owned)) << size;
    EXPECT_TRUE(owned.page.links.empty());
  }
  OwnedPage longer = own(frame + "x");
  EXPECT_FALSE(decode_page(longer)) << "a byte too many";
}

TEST(PageCodecTest, NoChangedByteLeadsOutOfTheFrame) {
  const std::string frame = encode(sample());
  for (std::size_t at = 0; at < frame.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = frame;
      changed[at] = static_cast<char>(value);
      OwnedPage owned = own(changed);
      if (decode_page(owned)) {
        ASSERT_TRUE(all_inside(owned)) << at << ' ' << value;
      }
    }
  }
}

TEST(PageCodecTest, NoiseIsNeverReadOutsideItself) {
  std::mt19937 random(20240501);
  const std::string frame = encode(sample());
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = frame.substr(0, random() % (frame.size() + 1));
    for (auto changes = random() % 8; changes > 0 && !changed.empty(); --changes)
      changed[random() % changed.size()] = static_cast<char>(random());
    OwnedPage owned = own(changed);
    if (decode_page(owned)) {
      ASSERT_TRUE(all_inside(owned));
    }
  }
}

TEST(PageCodecTest, AFrameThatPassesABoundIsRejected) {
  const auto refused = [](const ParsedPage& page) {
    OwnedPage owned = own(encode(page));
    return !decode_page(owned);
  };
  const std::string long_title(parser::kMaxTitleBytes + 1, 't');
  ParsedPage page = sample();
  page.title = long_title;
  EXPECT_TRUE(refused(page));
  page = sample();
  const std::string long_anchor(parser::kMaxAnchorBytes + 1, 'a');
  page.links[1].text = long_anchor;
  EXPECT_TRUE(refused(page));
  page = sample();
  const std::string long_url = "http://example.com/" + std::string(parser::kMaxUrlLength, 'u');
  page.links[1].url = long_url;
  EXPECT_TRUE(refused(page));
  page = sample();
  page.links.assign(parser::kMaxLinks + 1, page.links[0]);
  EXPECT_TRUE(refused(page));
}

TEST(PageCodecTest, AUrlThatNoParserOfOursWritesIsRejected) {
  for (const std::string_view url :
       {"", "ftp://example.com/", "file:///etc/passwd", "http://example.com/a b",
        "http://example.com/\n", "http://example.com/\u00E9", "javascript:alert(1)"}) {
    ParsedPage page = sample();
    page.links[0].url = url;
    OwnedPage owned = own(encode(page));
    EXPECT_FALSE(decode_page(owned)) << url;
  }
}

TEST(PageCodecTest, AnnouncedLinksThatAreNotThereReserveNothing) {
  ParsedPage page = sample();
  page.links.clear();
  std::string frame = encode(page);
  const std::uint32_t announced = parser::kMaxLinks;
  std::memcpy(frame.data() + 20, &announced, sizeof announced);
  OwnedPage owned = own(frame);
  EXPECT_FALSE(decode_page(owned));
  EXPECT_EQ(owned.page.links.capacity(), 0u);
}

TEST(PageCodecTest, LinksThatDoNotFitTheFrameAreLeftOut) {
  ParsedPage page;
  std::string frame;
  parser::FrameWriter writer(frame, page);
  const std::string url = "http://example.com/" + std::string(8000, 'u');
  const Link link{url, "", "", LinkSource::kA};
  std::size_t written = 0;
  while (written < parser::kMaxLinks && writer.add_link(link)) ++written;
  writer.finish(7);
  EXPECT_LT(written, parser::kMaxLinks);
  EXPECT_LE(frame.size(), parser::kMaxFrameBytes);
  OwnedPage owned = own(frame);
  ASSERT_TRUE(decode_page(owned));
  EXPECT_EQ(owned.page.links.size(), written);
  EXPECT_EQ(owned.page.links_cut, 7u);
}

TEST(PageCodecTest, SourcesHaveTheWordsOfTheFile) {
  EXPECT_EQ(parser::to_string(LinkSource::kA), "a");
  EXPECT_EQ(parser::to_string(LinkSource::kArea), "area");
  EXPECT_EQ(parser::to_string(LinkSource::kIframe), "iframe");
  EXPECT_EQ(parser::to_string(LinkSource::kFrame), "frame");
  EXPECT_EQ(parser::to_string(LinkSource::kLink), "link");
  EXPECT_EQ(parser::to_string(LinkSource::kMetaRefresh), "meta_refresh");
}

}  // namespace
