// What reports compute outside SQL: redirect chains, near-duplicates, PageRank.
#include <gtest/gtest.h>

#include <bit>
#include <numeric>
#include <random>
#include <sstream>

#include "storage/near_duplicates.h"
#include "storage/page_rank.h"
#include "storage/redirect_chains.h"
#include "tests/crawl_support.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using storage::RedirectChain;
using storage::UrlId;

std::string shown(const std::map<std::uint32_t, std::uint32_t>& redirects) {
  std::map<UrlId, UrlId> next;
  for (const auto& [from, to] : redirects) next[UrlId{from}] = UrlId{to};
  std::ostringstream out;
  for (const RedirectChain& chain : storage::redirect_chains(next))
    out << to_number(chain.start) << "->" << to_number(chain.end) << ':' << chain.hops
        << (chain.loop ? " loop;" : ";");
  return out.str();
}

TEST(RedirectChains, StartWhereNoRedirectLeads) {
  EXPECT_EQ(shown({}), "");
  EXPECT_EQ(shown({{1, 2}}), "1->2:1;");
  EXPECT_EQ(shown({{1, 2}, {2, 3}, {3, 9}}), "1->9:3;");
  EXPECT_EQ(shown({{5, 3}, {3, 9}, {4, 3}}), "4->9:2;5->9:2;");
}

TEST(RedirectChains, ALoopEndsWhereItWasEntered) {
  EXPECT_EQ(shown({{1, 1}}), "1->1:1 loop;");
  EXPECT_EQ(shown({{1, 2}, {2, 1}}), "1->1:2 loop;");
  EXPECT_EQ(shown({{1, 2}, {2, 3}, {3, 4}, {4, 3}}), "1->3:4 loop;");
  EXPECT_EQ(shown({{7, 8}, {8, 7}, {9, 8}}), "9->8:3 loop;") << "a loop that something leads into";
}

TEST(RedirectChains, ALongChainWithManyStartsTakesLinearTime) {
  std::map<UrlId, UrlId> next;
  constexpr std::uint32_t kLong = 200'000;
  for (std::uint32_t id = 1; id < kLong; ++id) next[UrlId{id}] = UrlId{id + 1};
  for (std::uint32_t i = 0; i < kLong; ++i)
    next[UrlId{kLong + 1 + i}] = UrlId{1};  // each leads into it
  const auto chains = storage::redirect_chains(next);
  ASSERT_EQ(chains.size(), kLong);
  EXPECT_EQ(chains.back().hops, kLong);
  EXPECT_EQ(chains.back().end, UrlId{kLong});
}

// Every pair, compared.
std::vector<std::uint32_t> groups_by_all_pairs(const std::vector<std::uint64_t>& hashes) {
  std::vector<std::uint32_t> group(hashes.size());
  std::iota(group.begin(), group.end(), 0u);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t a = 0; a < hashes.size(); ++a)
      for (std::size_t b = 0; b < hashes.size(); ++b)
        if (std::popcount(hashes[a] ^ hashes[b]) <= storage::kNearBits && group[b] < group[a]) {
          group[a] = group[b];
          changed = true;
        }
  }
  return group;
}

TEST(NearDuplicates, AreThoseThatComparingAllPairsFinds) {
  std::mt19937_64 random(4);
  std::vector<std::uint64_t> hashes;
  while (hashes.size() < 600) {
    std::uint64_t hash = random();
    hashes.push_back(hash);
    // Neighbours, and neighbours of these, at 1 to 5 bits anywhere.
    for (int near = 0; near < 3; ++near) {
      for (std::uint64_t bits = 1 + random() % 5; bits > 0; --bits) hash ^= 1ull << random() % 64;
      hashes.push_back(hash);
    }
  }
  const storage::NearHashes near = storage::near_hashes(hashes);
  EXPECT_TRUE(near.complete);
  EXPECT_EQ(near.group, groups_by_all_pairs(hashes));
  for (std::size_t a = 0; a < hashes.size(); ++a) {
    int nearest = 65;
    for (std::size_t b = 0; b < hashes.size(); ++b)
      if (a != b) nearest = std::min(nearest, std::popcount(hashes[a] ^ hashes[b]));
    EXPECT_EQ(near.distance[a], nearest <= storage::kNearBits ? nearest : 65) << a;
  }
}

TEST(NearDuplicates, HashesMadeToCollideDoNotHoldUpTheReport) {
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t i = 0; i < 20'000; ++i) hashes.push_back(i << 48);  // three bands all alike
  EXPECT_FALSE(storage::near_hashes(hashes, 1'000'000).complete);
}

TEST(NearDuplicates, ReportLeavesOutExactCopiesAndPagesWithoutWords) {
  tests::TempDir dir;
  const std::string path = dir.file("crawl.db");
  {
    storage::Database db(path, storage::Database::Mode::kCrawl);
    storage::start_run(db, "0.1.0", "weft crawl", "{}", 0);
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    tests::add_origin(seeds, 1, "http://a.example");
    const std::vector<std::pair<std::uint64_t, std::string>> pages{
        {0, "x"},        {0, "y"},        {0xf0f0, "same"}, {0xf0f0, "same"},
        {0xff0000, "1"}, {0xff0001, "2"}, {0xff001f, "3"},  {0xff0002, "4"}};
    for (std::uint32_t id = 1; id <= pages.size(); ++id)
      seeds.new_urls.push_back(tests::make_url(id, "http://a.example/" + std::to_string(id)));
    writer.put(std::move(seeds));
    for (std::uint32_t id = 1; id <= pages.size(); ++id) {
      storage::PageOutcome page = tests::make_page(id, "T", "t", {}, pages[id - 1].first);
      page.page.digest = pages[id - 1].second;
      writer.put(std::move(page));
    }
    writer.close();
  }
  EXPECT_EQ(tests::weft({"report", path, "near-duplicates", "--format", "csv"}).out,
            "group,pages,url,distance,title\n"
            "1,3,http://a.example/5,1,T\n"
            "1,3,http://a.example/6,1,T\n"
            "1,3,http://a.example/8,1,T\n");
}

TEST(PageRank, GivesTheKnownRanksOfASmallGraph) {
  // 1 -> 2, 3; 2 -> 3; 3 -> 1; 4 -> 3. Solved by hand from the paper's equations.
  storage::LinkGraph graph;
  graph.page = {false, true, true, true, true};
  graph.to = {UrlId{2}, UrlId{3}, UrlId{3}, UrlId{1}, UrlId{3}};
  graph.first = {0, 0, 2, 3, 4, 5};
  const std::vector<double> rank = storage::page_rank(graph);
  EXPECT_NEAR(rank[4], 0.0375, 1e-9);  // what everyone has
  EXPECT_NEAR(rank[1], 0.0375 + 0.85 * rank[3], 1e-9);
  EXPECT_NEAR(rank[2], 0.0375 + 0.85 * rank[1] / 2, 1e-9);
  EXPECT_NEAR(rank[3], 0.0375 + 0.85 * (rank[1] / 2 + rank[2] + rank[4]), 1e-9);
  EXPECT_NEAR(std::accumulate(rank.begin(), rank.end(), 0.0), 1, 1e-9);
  EXPECT_EQ(rank[0], 0) << "no page has number 0";
}

TEST(PageRank, LinksCountOnceAndOnlyBetweenPages) {
  tests::TempDir dir;
  const std::string path = dir.file("crawl.db");
  tests::make_crawl(path);  // 1 -> 2, 3, 4 (4 is out of scope); 2 -> 1; 3 is a 404
  const storage::Database db(path, storage::Database::Mode::kReadOnly);
  const storage::LinkGraph graph = storage::read_link_graph(db);
  EXPECT_EQ(graph.page, (std::vector<bool>{false, true, true, true}));
  EXPECT_EQ(graph.to, (std::vector{UrlId{2}, UrlId{3}, UrlId{1}}));
  EXPECT_EQ(graph.first, (std::vector<std::uint32_t>{0, 0, 2, 3, 3}));
}

TEST(PageRank, AFileWithMadeUpNumbersIsRefused) {
  for (const char* id : {"-5", "0", "4000000000", "9223372036854775807"}) {
    tests::TempDir dir;
    const std::string path = dir.file("crawl.db");
    tests::make_crawl(path);
    tests::sql(path, std::string("UPDATE pages SET url_id = ") + id + " WHERE url_id = 3");
    const tests::Ended ended = tests::weft({"report", path, "top-pages"});
    EXPECT_EQ(ended.code, 2) << id;
    EXPECT_NE(ended.err.find("is damaged"), std::string::npos) << ended.err;
  }
}

}  // namespace
