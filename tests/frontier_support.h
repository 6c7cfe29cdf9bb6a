// What the frontier's tests share: short ways to make one, and a made-up file behind it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "crawler/crawl/frontier.h"

namespace crawler {

using namespace std::chrono_literals;
using storage::Order;
using storage::QueuedRange;
using storage::QueuedUrl;
using storage::rank_of;
using storage::Reason;
using storage::State;

inline constexpr Time kStart = Time{} + 1h;

inline Reason admit_all(const parser::Url&, std::uint16_t) { return Reason::kNone; }

inline Frontier::Admission up_to_depth(std::uint16_t most) {
  return [most](const parser::Url&, std::uint16_t depth) {
    return depth > most ? Reason::kTooDeep : Reason::kNone;
  };
}

// No robots, no delay, all in memory: what a test is not about.
inline Frontier::Options plain(Order order = Order::kPriority) {
  return {.order = order, .per_host = 1000, .delay = 0ms, .robots = false, .fingerprint_seed = 1};
}

inline std::string url(int host, int page) {
  return "https://h" + std::to_string(host) + ".example/" + std::to_string(page);
}

// What a robots.txt of these lines, for all crawlers, allows.
inline RobotsAccess rules(const std::string& lines) {
  const std::string body = "User-agent: *\n" + lines + "\n";
  return {{Reason::kNone, {}, 200, body}, "weft"};
}

inline RobotsAccess unreachable(Reason error) { return {{error, {}, 0, {}}, "weft"}; }

// The rows that a crawl would have in its file.
class File {
 public:
  struct Row {
    HostId host;
    OriginId origin;
    std::uint16_t depth;
    std::string url;
    State state;
    Reason reason;
  };

  // Adds to the frontier and writes what it asks to have written.
  Frontier::Added add(Frontier& frontier, const std::string& url, std::uint16_t depth = 0) {
    Frontier::Added added = frontier.add(url, depth);
    if (added.is_new)
      rows_[added.id] = {added.place.host,       added.place.origin, depth,
                         std::string(added.url), added.state,        added.reason};
    if (added.place.new_host) hosts_[added.place.host] = frontier.host_name(added.place.host);
    if (added.place.new_origin)
      origins_[added.place.origin] = {added.place.host,
                                      std::string(frontier.origin(added.place.origin))};
    return added;
  }

  void finish(UrlId id) { rows_.at(id).state = State::kDone; }

  std::vector<QueuedUrl> read(const QueuedRange& range) const {
    std::map<std::uint64_t, QueuedUrl> found;
    for (const auto& [id, row] : rows_) {
      const std::uint64_t rank = rank_of(range.order, id, row.depth);
      if (row.host == range.host && row.state == State::kQueued && rank >= range.from_rank)
        found[rank] = {id, row.origin, row.depth, 0, row.url};
    }
    std::vector<QueuedUrl> batch;
    for (auto& [rank, queued] : found)
      if (batch.size() < range.limit) batch.push_back(std::move(queued));
    return batch;
  }

  // What a crawl that goes on tells its frontier.
  void resume(Frontier& frontier) const {
    for (const auto& [id, name] : hosts_) {
      std::uint64_t queued = 0;
      for (const auto& [ignored, row] : rows_)
        queued += row.host == id && row.state == State::kQueued;
      frontier.restore_host(id, name, queued);
    }
    for (const auto& [id, origin] : origins_)
      frontier.restore_origin(id, origin.first, origin.second);
    for (const auto& [id, row] : rows_) frontier.restore_seen(id, row.url, row.depth, row.reason);
  }

  const std::map<UrlId, Row>& rows() const { return rows_; }

 private:
  std::map<UrlId, Row> rows_;
  std::map<HostId, std::string> hosts_;
  std::map<OriginId, std::pair<HostId, std::string>> origins_;
};

inline Entry entry_of(const Frontier::Next& next) {
  const auto* fetch = std::get_if<Frontier::Fetch>(&next);
  if (fetch == nullptr) {
    ADD_FAILURE() << "nothing to fetch, but alternative " << next.index();
    return {};
  }
  return fetch->entry;
}

// Hands out everything at one moment, refills answered at once, and ends each; the URLs in
// their order.
inline std::vector<std::string> drain(Frontier& frontier, File& file, Time now = kStart) {
  std::vector<std::string> urls;
  for (;;) {
    const Frontier::Next next = frontier.next(now);
    if (const auto* refill = std::get_if<Frontier::Refill>(&next)) {
      frontier.restore(refill->range, file.read(refill->range));
    } else if (const auto* fetch = std::get_if<Frontier::Fetch>(&next)) {
      urls.push_back(fetch->entry.url);
      frontier.release(fetch->entry);
      file.finish(fetch->entry.id);
      frontier.done(fetch->entry);
    } else {
      EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(next)) << next.index();
      return urls;
    }
  }
}

}  // namespace crawler
