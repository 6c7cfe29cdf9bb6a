// weft search's filters, as a user meets them: the built program on a file of three hosts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/json.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using testing::HasSubstr;
using tests::Ended;
using tests::weft;

// Pages on several hosts, in several languages.
class SearchFilters : public testing::Test {
 protected:
  void SetUp() override {
    storage::Database db(path_, storage::Database::Mode::kCrawl);
    storage::start_run(db, "0.1.0", "weft crawl", "{}", 0);
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    const std::vector<std::string> origins{"http://example.com", "https://docs.example.com:8443",
                                           "http://notexample.com"};
    const std::vector<std::string> langs{"en", "en-GB", "de"};
    for (std::uint32_t id = 1; id <= 3; ++id) {
      tests::add_origin(seeds, id, origins[id - 1]);
      seeds.new_urls.push_back(tests::make_url(id, origins[id - 1] + "/Guide/page"));
      seeds.new_urls.back().host = storage::HostId{id};
      seeds.new_urls.back().origin = storage::OriginId{id};
    }
    writer.put(std::move(seeds));
    for (std::uint32_t id = 1; id <= 3; ++id) {
      writer.put(tests::make_page(id, id == 1 ? "Heron guide" : "Guide", "A heron in the text.", {},
                                  0, langs[id - 1]));
    }
    writer.close();
  }
  // The places of the pages found, in order.
  std::string found(const std::vector<std::string>& words) {
    std::vector<std::string> args{"search", path_, "--format", "tsv", "--no-headers"};
    args.insert(args.end(), words.begin(), words.end());
    const Ended ended = weft(args);
    EXPECT_EQ(ended.err, "");
    std::string places;
    for (std::size_t at = 0; at < ended.out.size(); at = ended.out.find('\n', at) + 1) {
      const std::string url = ended.out.substr(at, ended.out.find('\t', at) - at);
      places += url.find("docs.") != std::string::npos ? '2'
                : url.find("not") != url.npos          ? '3'
                                                       : '1';
    }
    EXPECT_EQ(ended.code, places.empty() ? 1 : 0);
    std::sort(places.begin(), places.end());
    return places;
  }
  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
};

TEST_F(SearchFilters, SiteTakesAHostAndThoseBelowIt) {
  EXPECT_EQ(found({"heron"}), "123");
  EXPECT_EQ(found({"heron", "site:example.com"}), "12");
  EXPECT_EQ(found({"heron", "site:EXAMPLE.com/Guide/"}), "12");
  EXPECT_EQ(found({"heron", "site:example.com/other/"}), "");
  EXPECT_EQ(found({"heron", "site:docs.example.com"}), "2");
  EXPECT_EQ(found({"heron", "site:docs.example.com:8443"}), "2");
  EXPECT_EQ(found({"heron", "site:docs.example.com:1"}), "");
  EXPECT_EQ(found({"heron", "site:com"}), "123");
  EXPECT_EQ(found({"heron", "site:xample.com"}), "");
  EXPECT_EQ(weft({"search", path_, "heron", "site:a b"}).code, 2);
}

TEST_F(SearchFilters, LangTakesItsRegionsToo) {
  EXPECT_EQ(found({"heron", "lang:en"}), "12");
  EXPECT_EQ(found({"heron", "lang:EN-gb"}), "2");
  EXPECT_EQ(found({"heron", "lang:e"}), "");
  EXPECT_EQ(found({"heron", "lang:%"}), "");
}

TEST_F(SearchFilters, InUrlAndInTitleLookThere) {
  EXPECT_EQ(found({"heron", "inurl:DOCS"}), "2");
  EXPECT_EQ(found({"heron", "inurl:guide/", "inurl:https"}), "2");
  for (const char* word : {"inurl:gu_de", "inurl:d%s", "inurl:\\Guide"})
    EXPECT_EQ(found({"heron", word}), "") << "no pattern: " << word;
  EXPECT_EQ(found({"intitle:heron"}), "1");
  EXPECT_EQ(found({"intitle:heron guide"}), "1") << "a phrase";
  EXPECT_EQ(found({"text", "intitle:guide", "lang:de"}), "3");
  EXPECT_EQ(found({"intitle:\" OR title : guide"}), "") << "nothing in it is obeyed";
}

TEST_F(SearchFilters, MayStandAlone) {
  EXPECT_EQ(found({"lang:de"}), "3");
  EXPECT_EQ(found({"site:example.com"}), "12");
  EXPECT_THAT(weft({"search", path_, "lang:de"}).out, HasSubstr("A heron in the text."));
}

TEST_F(SearchFilters, AWordWithAColonThatIsNoFilterIsAWord) {
  EXPECT_EQ(found({"site:"}), "");
  EXPECT_EQ(found({"other:heron"}), "");
  EXPECT_EQ(found({"--raw", "title:heron"}), "1");
}

TEST_F(SearchFilters, AfterAndBeforeTakeTheDayOfTheFetch) {
  EXPECT_EQ(found({"heron", "after:2026-01-01", "before:2026-01-02"}), "123");
  EXPECT_EQ(found({"after:2026"}), "123");
  EXPECT_EQ(found({"heron", "after:2026-01-02"}), "");
  EXPECT_EQ(found({"before:2026-01"}), "");
  EXPECT_EQ(weft({"search", path_, "after:dinner"}).err,
            "weft: after:dinner names no day; write 2026-01-31, 2026-01 or 2026\n");
}

// One page in several scripts, and one in plain English.
class SearchInScriptsWithoutSpaces : public testing::Test {
 protected:
  void SetUp() override {
    storage::Database db(path_, storage::Database::Mode::kCrawl);
    storage::start_run(db, "0.1.0", "weft crawl", "{}", 0);
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    tests::add_origin(seeds, 1, "http://a.example");
    for (std::uint32_t id = 1; id <= 3; ++id)
      seeds.new_urls.push_back(tests::make_url(id, "http://a.example/" + std::to_string(id)));
    writer.put(std::move(seeds));
    writer.put(tests::make_page(1, "東京都の天気", kLong));
    writer.put(tests::make_page(2, "Rain", "Rain in Tokyo, and a heron."));
    writer.put(tests::make_page(3, "서울 여행", "서울에서 부산까지 기차로 갑니다. heron"));
    writer.close();
  }
  // The only page's snippet, or how many there are.
  std::string snippet(const std::vector<std::string>& words) {
    std::vector<std::string> args{"search", path_, "--format", "jsonl"};
    args.insert(args.end(), words.begin(), words.end());
    const std::string out = weft(args).out;
    if (std::count(out.begin(), out.end(), '\n') != 1)
      return std::to_string(std::count(out.begin(), out.end(), '\n'));
    return tests::Json::parse(out)["snippet"];
  }
  const std::string kLong =
      "明日は雨でしょう。図書館で使用Python編程の本を借りて、家で読みました。" +
      [] {
        std::string text;
        for (int i = 0; i < 30; ++i) text += "新幹線は京都まで走ります。";
        return text;
      }() +
      "最後に空港へ行った。แม่น้ำไหลผ่าน";
  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
};

TEST_F(SearchInScriptsWithoutSpaces, LettersAreFoundInsideOfAnyRunAndMarkedWhereTheyStand) {
  EXPECT_THAT(snippet({"使用"}), HasSubstr("図書館で[使用]Python編程の本"));
  EXPECT_THAT(snippet({"Python編"}), HasSubstr("使用[Python編]程の本"));
  EXPECT_THAT(snippet({"python"}), HasSubstr("使用[Python]編程"));
  EXPECT_THAT(snippet({"空港へ"}), HasSubstr("…最後に[空港へ]行った。แม่น้ำไหลผ่าน"));
  EXPECT_THAT(snippet({"น้ำ"}), HasSubstr("แม่[น้ำ]ไหลผ่าน"));
  EXPECT_EQ(snippet({"울에"}), "서[울에]서 부산까지 기차로 갑니다. heron");
  EXPECT_EQ(snippet({"用使"}), "0");
  EXPECT_THAT(snippet({"intitle:東京", "雨"}), testing::StartsWith("明日は[雨]でしょう"));
  EXPECT_EQ(snippet({"intitle:使用"}), "0");
}

TEST_F(SearchInScriptsWithoutSpaces, MixesWithOtherWordsAndFts5Syntax) {
  EXPECT_EQ(snippet({"heron", "기차"}), "서울에서 부산까지 [기차]로 갑니다. [heron]");
  EXPECT_EQ(snippet({"--raw", "heron NOT 서울"}), "Rain in Tokyo, and a [heron].");
  EXPECT_THAT(snippet({"--raw", "title:東京 AND (\"図書館\" OR zebra)"}), HasSubstr("[図書館]で"));
  EXPECT_EQ(snippet({"--raw", "東京 OR 서울"}), "2");
  EXPECT_EQ(snippet({"--raw", "서울*"}), "[서울]에서 부산까지 기차로 갑니다. heron");
}

TEST_F(SearchInScriptsWithoutSpaces, ALongPageIsCutAroundWhatWasFound) {
  const std::string around = snippet({"空港"});
  EXPECT_TRUE(around.starts_with("…")) << around;
  EXPECT_LT(around.size(), 400u);
  EXPECT_THAT(snippet({"図書館"}), testing::EndsWith("…"));
}

}  // namespace
