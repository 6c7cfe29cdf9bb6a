#include "storage/near_duplicates.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "storage/records.h"

namespace storage {
namespace {

constexpr int kBandBits = 16;
constexpr int kBands = 64 / kBandBits;
static_assert(kBands > kNearBits, "so that the bits that differ cannot touch every band");
constexpr int kNoNeighbour = 65;

std::uint32_t root(std::vector<std::uint32_t>& parent, std::uint32_t at) {
  while (parent[at] != at) at = parent[at] = parent[parent[at]];
  return at;
}

struct Group {
  std::vector<UrlId> urls;
  std::set<std::string> digests;
};

}  // namespace

NearHashes near_hashes(const std::vector<std::uint64_t>& hashes, std::uint64_t most) {
  NearHashes near;
  near.group.resize(hashes.size());
  std::iota(near.group.begin(), near.group.end(), 0u);
  near.distance.assign(hashes.size(), kNoNeighbour);
  std::vector<std::uint32_t> order = near.group;
  const auto compare = [&](std::uint32_t a, std::uint32_t b) {
    const int distance = std::popcount(hashes[a] ^ hashes[b]);
    if (distance > kNearBits) return;
    near.distance[a] = std::min(near.distance[a], distance);
    near.distance[b] = std::min(near.distance[b], distance);
    const std::uint32_t one = root(near.group, a);
    const std::uint32_t other = root(near.group, b);
    near.group[std::max(one, other)] = std::min(one, other);
  };
  for (int band = 0; band < kBands && near.complete; ++band) {
    const auto key = [&](std::uint32_t at) {
      return static_cast<std::uint16_t>(hashes[at] >> (band * kBandBits));
    };
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    for (std::size_t begin = 0, end = 0; begin < order.size() && near.complete; begin = end) {
      while (end < order.size() && key(order[end]) == key(order[begin])) ++end;
      for (std::size_t i = begin; i < end && near.complete; ++i) {
        near.complete = most >= end - i;
        if (!near.complete) break;
        most -= end - i;
        for (std::size_t k = i + 1; k < end; ++k) compare(order[i], order[k]);
      }
    }
  }
  for (std::uint32_t i = 0; i < near.group.size(); ++i) near.group[i] = root(near.group, i);
  return near;
}

ReportEnd fill_near_duplicates(const Database& db, Table& table, std::uint64_t limit) {
  struct Page {
    UrlId url;
    std::uint64_t hash;
    std::string digest;
  };
  std::vector<Page> pages;
  std::map<std::uint64_t, int> copies;  // pages of one and the same hash
  Statement read(db,
                 "SELECT url_id, simhash, coalesce(digest, '') FROM pages "
                 "WHERE simhash <> 0 ORDER BY url_id");  // 0: no words
  while (read.step()) {
    pages.push_back({static_cast<UrlId>(read.column_int(0)),
                     static_cast<std::uint64_t>(read.column_int(1)),
                     std::string(read.column_text(2))});
    ++copies[pages.back().hash];
  }
  std::vector<std::uint64_t> hashes;
  hashes.reserve(copies.size());
  for (const auto& [hash, count] : copies) hashes.push_back(hash);
  const NearHashes near = near_hashes(hashes);

  const auto place = [&hashes](std::uint64_t hash) {
    return static_cast<std::size_t>(std::lower_bound(hashes.begin(), hashes.end(), hash) -
                                    hashes.begin());
  };
  std::map<std::uint32_t, Group> by_root;
  std::map<UrlId, int> distance;
  for (const Page& page : pages) {
    const std::size_t at = place(page.hash);
    Group& group = by_root[near.group[at]];
    group.urls.push_back(page.url);
    group.digests.insert(page.digest);
    distance[page.url] = copies[page.hash] > 1 ? 0 : near.distance[at];
  }
  std::vector<const Group*> groups;
  for (const auto& [root, group] : by_root)
    if (group.digests.size() > 1) groups.push_back(&group);
  std::sort(groups.begin(), groups.end(), [](const Group* a, const Group* b) {
    return a->urls.size() != b->urls.size() ? a->urls.size() > b->urls.size()
                                            : a->urls.front() < b->urls.front();
  });

  Statement one(db,
                "SELECT ?2, ?3, u.url, ?4, p.title FROM urls u JOIN pages p ON p.url_id = u.id "
                "WHERE u.id = ?1");
  ReportEnd end;
  if (!near.complete)
    end.notice = "too many hashes share a band: not all were compared, groups may be missing";
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const UrlId url : groups[g]->urls) {
      if (table.full(limit)) {
        end.more = true;
        return end;
      }
      one.bind(1, url).bind(2, static_cast<std::int64_t>(g + 1));
      one.bind(3, static_cast<std::int64_t>(groups[g]->urls.size()));
      one.bind(4, std::int64_t{distance[url]});
      if (one.step()) push_cells(table, one);
      one.reset();
    }
  }
  return end;
}

}  // namespace storage
