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

inline Frontier::Admit up_to_depth(std::uint16_t most) {
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

// The rows that a crawl would have in its file.
class File {
 public:
  struct Row {
    HostId host;
    std::uint16_t depth;
    std::string url;
    State state;
    Reason reason;
  };

  // Adds to the frontier and writes what it asks to have written.
  Frontier::Added add(Frontier& frontier, const std::string& url, std::uint16_t depth = 0) {
    Frontier::Added added = frontier.add(url, depth);
    if (added.is_new)
      rows_[added.id] = {added.host, depth, std::string(added.url), added.state, added.reason};
    if (added.new_host) hosts_[added.host] = frontier.origin(added.host);
    return added;
  }

  void settle(UrlId id) { rows_.at(id).state = State::kDone; }

  std::vector<QueuedUrl> read(const QueuedRange& range) const {
    std::map<std::uint64_t, QueuedUrl> found;
    for (const auto& [id, row] : rows_) {
      const std::uint64_t rank = rank_of(range.order, id, row.depth);
      if (row.host == range.host && row.state == State::kQueued && rank >= range.from_rank)
        found[rank] = {id, row.depth, 0, row.url};
    }
    std::vector<QueuedUrl> batch;
    for (auto& [rank, queued] : found)
      if (batch.size() < range.limit) batch.push_back(std::move(queued));
    return batch;
  }

  // What a crawl that goes on tells its frontier.
  void resume(Frontier& frontier) const {
    for (const auto& [id, origin] : hosts_) {
      std::uint64_t queued = 0;
      for (const auto& [ignored, row] : rows_)
        queued += row.host == id && row.state == State::kQueued;
      frontier.restore_host(id, origin, queued);
    }
    for (const auto& [id, row] : rows_) frontier.restore_seen(id, row.url, row.depth, row.reason);
  }

  const std::map<UrlId, Row>& rows() const { return rows_; }

 private:
  std::map<UrlId, Row> rows_;
  std::map<HostId, std::string> hosts_;
};

inline Entry entry_of(const Frontier::Next& next) {
  const Entry* entry = std::get_if<Entry>(&next);
  if (entry == nullptr) {
    ADD_FAILURE() << "no entry, but alternative " << next.index();
    return {};
  }
  return *entry;
}

// Hands out everything at one moment, refills answered at once, and settles each; the paths in
// their order.
inline std::vector<std::string> drain(Frontier& frontier, File& file, Time now = kStart) {
  std::vector<std::string> urls;
  for (;;) {
    const Frontier::Next next = frontier.next(now);
    if (const auto* refill = std::get_if<Frontier::Refill>(&next)) {
      frontier.restore(refill->range, file.read(refill->range));
    } else if (const auto* entry = std::get_if<Entry>(&next)) {
      urls.push_back(entry->url);
      frontier.release(*entry);
      file.settle(entry->id);
      frontier.done(*entry);
    } else {
      EXPECT_TRUE(std::holds_alternative<Frontier::Empty>(next)) << next.index();
      return urls;
    }
  }
}

}  // namespace crawler
