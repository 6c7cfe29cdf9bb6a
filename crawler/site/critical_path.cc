// An ideal crawl of the built-in site, played through without a socket or a clock.
#include <algorithm>
#include <deque>
#include <functional>
#include <queue>
#include <stdexcept>
#include <utility>

#include "crawler/site/pages.h"

namespace crawler {
namespace {

using std::chrono::microseconds;

// critical_path keeps a bit and an entry a page.
constexpr std::size_t kMostCounted = 50'000'000;

}  // namespace

microseconds critical_path(const SiteOptions& options, std::size_t per_host) {
  if (options.hosts > kMostCounted / std::max<std::size_t>(options.pages, 1))
    throw std::invalid_argument("the site is too large to compute its critical path");
  const DemoPages pages(options);
  struct Host {
    std::vector<bool> known;
    std::deque<std::size_t> waiting;
    std::size_t free = 0;  // none until robots.txt has come
  };
  struct End {
    microseconds at;
    std::uint64_t order;              // of starts: ties end in the order in which they started
    std::optional<std::size_t> page;  // none: robots.txt
    std::size_t host;
    bool operator>(const End& other) const {
      return std::pair(at, order) > std::pair(other.at, other.order);
    }
  };
  std::vector<Host> hosts(options.hosts);
  std::priority_queue<End, std::vector<End>, std::greater<>> running;
  std::uint64_t started = 0;
  for (std::size_t host = 0; host < hosts.size(); ++host) {
    hosts[host].known.resize(options.pages);
    hosts[host].known[0] = true;
    hosts[host].waiting.push_back(0);
    running.push({pages.latency(host, "/robots.txt"), started++, std::nullopt, host});
  }
  microseconds now{0};
  const auto fill = [&](std::size_t index) {
    Host& host = hosts[index];
    for (; host.free > 0 && !host.waiting.empty(); --host.free) {
      const std::size_t page = host.waiting.front();
      host.waiting.pop_front();
      running.push({now + pages.latency(index, pages.path({index, page})), started++, page, index});
    }
  };
  while (!running.empty()) {
    const End end = running.top();
    running.pop();
    now = end.at;
    hosts[end.host].free += end.page ? 1 : per_host;
    if (end.page) {
      for (const PageId to : pages.links({end.host, *end.page})) {
        if (hosts[to.host].known[to.page]) continue;
        hosts[to.host].known[to.page] = true;
        hosts[to.host].waiting.push_back(to.page);
        fill(to.host);
      }
    }
    fill(end.host);
  }
  return now;
}

}  // namespace crawler
