// The URLs of one host that wait: the best-ranked in a heap here, the rest in the file alone. Part
// of the Frontier.
//
// `spilled_from` is the line between the two: every waiting URL of a lower rank is here, and none
// at or above it. spill() lowers the line, a refill raises it. The file is read on another thread
// while the crawl goes on, so what comes back is a picture of some moment between begin_refill()
// and restore(). It is put right with what was noted meanwhile:
//
//   ended since the refill was asked for       may stand in the picture: dropped
//   handed out and unfinished                  stands in the picture: dropped
//   added at or above the line                 may be missing: the picture counts up to there alone
//   the line lowered by a spill                the picture has a gap before it: dropped whole
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "storage/records.h"

namespace crawler {

using UrlIds = boost::unordered_flat_set<storage::UrlId>;

class HostQueue {
 public:
  struct Waiting {
    std::uint64_t rank = 0;
    storage::UrlId id = storage::kNoUrl;
    storage::OriginId origin = storage::kNoOrigin;
    std::uint16_t depth = 0;
    std::uint8_t redirects = 0;
    std::uint8_t attempt = 1;
    std::string url;
  };

  // URLs that the file alone has, from a crawl that goes on.
  void resume(std::uint64_t in_file);

  // Takes a URL in; one at or above the line is counted and left to the file.
  void push(Waiting url);
  // The best-ranked one here. Only where in_memory() is not 0.
  const Waiting& best() const { return items_.front(); }
  Waiting pop();

  std::uint64_t size() const { return items_.size() + in_file_; }
  std::size_t in_memory() const { return items_.size(); }
  std::uint64_t in_file() const { return in_file_; }
  bool refilling() const { return refill_ != nullptr; }

  // Forgets all but the `keep` best-ranked: they are in the file already.
  void spill(std::size_t keep);

  // What to read next; until restore() this is refilling().
  storage::QueuedRange begin_refill(storage::HostId host, storage::Order order, std::size_t limit);
  // A URL of this host has ended.
  void finished(storage::UrlId id);
  // `batch` is in the order of its ranks; fewer than range.limit means that the file has no more.
  void restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch,
               const UrlIds& unfinished);

 private:
  static constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

  struct Refill {
    std::uint64_t late_from = kNowhere;  // lowest rank added to the file since it was asked for
    UrlIds finished;
  };

  std::vector<Waiting> items_;  // a heap, lowest rank first
  std::uint64_t spilled_from_ = kNowhere;
  std::uint64_t in_file_ = 0;  // waiting URLs that are not here
  std::unique_ptr<Refill> refill_;
};

}  // namespace crawler
