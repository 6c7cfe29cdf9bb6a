// weft search's filters, as a user meets them: the built program on a file of three hosts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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
    storage::begin_run(db, "0.1.0", "weft crawl", "{}", 0);
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    const std::vector<std::string> origins{"http://example.com", "https://docs.example.com:8443",
                                           "http://notexample.com"};
    const std::vector<std::string> langs{"en", "en-GB", "de"};
    for (storage::UrlId id = 1; id <= 3; ++id) {
      seeds.new_hosts.push_back({id, origins[id - 1]});
      seeds.new_urls.push_back(tests::make_url(id, origins[id - 1] + "/Guide/page"));
      seeds.new_urls.back().host = id;
    }
    writer.put(std::move(seeds));
    for (storage::UrlId id = 1; id <= 3; ++id) {
      storage::PageOutcome page =
          tests::make_page(id, id == 1 ? "Heron guide" : "Guide", "A heron in the text.");
      page.page.lang = langs[id - 1];
      writer.put(std::move(page));
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

}  // namespace
