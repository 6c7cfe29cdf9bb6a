// PageRank over a crawl's links (Page, Brin, Motwani and Winograd 1999), in memory.
//
// Takes four bytes a link and about thirty a URL. One thread and a fixed order of additions: the
// same file gives the same figures, to the last bit.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/records.h"
#include "storage/reports.h"

namespace storage {

// The pairs of linked URLs, each once, without links of a page to itself: the targets of `id` are
// to[first[id]] ... to[first[id + 1] - 1]. Ids are those of the file.
struct LinkGraph {
  std::vector<std::uint32_t> first{0};
  std::vector<UrlId> to;
  std::vector<bool> page;  // by id: has a response; the others are left out
};

// Links of a, area, frames, meta refresh and redirects, between URLs that answered.
LinkGraph read_link_graph(const Database& db);

// By id; the ranks of all pages add up to 1. Damping 0.85; the rank of pages that link nowhere is
// shared out among all.
std::vector<double> page_rank(const LinkGraph& graph);

// The report "top-pages".
ReportEnd fill_top_pages(const Database& db, Table& table, std::uint64_t limit);

}  // namespace storage
