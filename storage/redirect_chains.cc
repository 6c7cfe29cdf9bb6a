#include "storage/redirect_chains.h"

#include <set>

namespace storage {
namespace {

// Walks from `start` to a URL that is settled already or that redirects nowhere, and settles all on
// the way; so each URL is walked over once, however many chains run through it.
void settle(UrlId start, const std::map<UrlId, UrlId>& next,
            std::map<UrlId, RedirectChain>& settled) {
  std::vector<UrlId> path;
  std::map<UrlId, std::size_t> place;
  UrlId at = start;
  while (next.contains(at) && !settled.contains(at) && place.emplace(at, path.size()).second) {
    path.push_back(at);
    at = next.at(at);
  }
  RedirectChain tail{at, at, 0, false};
  if (const auto known = settled.find(at); known != settled.end()) {
    tail = known->second;
  } else if (const auto met = place.find(at); met != place.end()) {
    // The path came back to itself: all behind `met` is the loop, seen alike from each of its URLs.
    const auto length = static_cast<std::uint32_t>(path.size() - met->second);
    for (; path.size() > met->second; path.pop_back())
      settled[path.back()] = {path.back(), path.back(), length, true};
    tail = settled[at];
  }
  for (; !path.empty(); path.pop_back()) {
    ++tail.hops;
    tail.start = path.back();
    settled[path.back()] = tail;
  }
}

}  // namespace

std::vector<RedirectChain> redirect_chains(const std::map<UrlId, UrlId>& next) {
  std::set<UrlId> targets;
  for (const auto& [from, to] : next) targets.insert(to);
  std::map<UrlId, RedirectChain> settled;
  std::map<UrlId, RedirectChain> chains;
  for (const auto& [from, to] : next) {
    if (targets.contains(from)) continue;
    settle(from, next, settled);
    chains[from] = settled.at(from);
  }
  // What is left unsettled are loops that nothing leads into.
  for (const auto& [from, to] : next) {
    if (settled.contains(from)) continue;
    settle(from, next, settled);
    chains[from] = settled.at(from);
  }
  std::vector<RedirectChain> in_order;
  in_order.reserve(chains.size());
  for (const auto& [start, chain] : chains) in_order.push_back(chain);
  return in_order;
}

ReportEnd fill_redirect_chains(const Database& db, Table& table, std::uint64_t limit) {
  std::map<UrlId, UrlId> next;
  Statement hops(db,
                 "SELECT url_id, redirect_to FROM pages WHERE redirect_to IS NOT NULL "
                 "ORDER BY url_id");
  while (hops.step())
    next.emplace_hint(next.end(), static_cast<UrlId>(hops.column_int(0)),
                      static_cast<UrlId>(hops.column_int(1)));
  Statement ends(db,
                 "SELECT s.url, ?3, e.url, p.status, e.state, e.reason, ?4 FROM urls s "
                 "JOIN urls e ON e.id = ?2 LEFT JOIN pages p ON p.url_id = e.id WHERE s.id = ?1");
  ReportEnd end;
  for (const RedirectChain& chain : redirect_chains(next)) {
    if (table.full(limit)) {
      end.more = true;
      break;
    }
    ends.bind(1, chain.start).bind(2, chain.end);
    ends.bind(3, std::int64_t{chain.hops}).bind(4, std::int64_t{chain.loop});
    if (ends.step()) push_cells(table, ends);
    ends.reset();
  }
  return end;
}

}  // namespace storage
