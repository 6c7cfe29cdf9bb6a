// Pages whose texts are nearly the same, found by their SimHashes.
//
// Two hashes that differ in three bits at most agree in one of four bands of sixteen bits at least
// (Manku, Jain and Das Sarma 2007), so only hashes that share a band are compared: a million pages
// cost some thirty million comparisons, where all pairs were half a million million.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/reports.h"

namespace storage {

inline constexpr int kNearBits = 3;

struct NearHashes {
  // By place in the input: the lowest place of its group, and how many bits its nearest neighbour
  // is away (65: there is none).
  std::vector<std::uint32_t> group;
  std::vector<int> distance;
  bool complete = true;  // false: the comparisons were cut at `most`
};

// Groups different hashes, each of which is within kNearBits of another of its group. `most`:
// comparisons after which it stops, because untrusted pages determine the hashes.
NearHashes near_hashes(const std::vector<std::uint64_t>& hashes,
                       std::uint64_t most = 2'000'000'000);

// The report "near-duplicates". Groups whose pages all have the same bytes are left out: they are
// duplicates.
ReportEnd fill_near_duplicates(const Database& db, Table& table, std::uint64_t limit);

}  // namespace storage
