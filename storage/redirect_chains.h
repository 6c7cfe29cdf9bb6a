// Redirects as whole chains: where each starts, how many hops it has, where it ends.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "storage/records.h"
#include "storage/reports.h"

namespace storage {

struct RedirectChain {
  UrlId start = kNoUrl;
  UrlId end = kNoUrl;      // the first URL that does not redirect, or that is in the chain already
  std::uint32_t hops = 0;  // different hops from start to end
  bool loop = false;
};

// `next`: where each redirecting URL points. A chain starts at each URL that no redirect leads to;
// a loop that nothing leads into starts at its lowest id. In order of `start`; time and memory are
// linear in `next`, whatever its shape.
std::vector<RedirectChain> redirect_chains(const std::map<UrlId, UrlId>& next);

// The report "redirects".
ReportEnd fill_redirect_chains(const Database& db, Table& table, std::uint64_t limit);

}  // namespace storage
