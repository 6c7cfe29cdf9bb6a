#include "crawler/crawl/host_queue.h"

#include <algorithm>
#include <utility>

namespace crawler {
namespace {

// std:: heaps have the greatest in front.
constexpr auto kWorse = [](const HostQueue::Waiting& a, const HostQueue::Waiting& b) {
  return a.rank > b.rank;
};
constexpr auto kBetter = [](const HostQueue::Waiting& a, const HostQueue::Waiting& b) {
  return a.rank < b.rank;
};

// A heap that once was larger than this gives its memory back when it runs empty.
constexpr std::size_t kKeptCapacity = 64;

}  // namespace

void HostQueue::resume(std::uint64_t in_file) {
  in_file_ = in_file;
  spilled_from_ = in_file == 0 ? kNowhere : 0;
}

void HostQueue::push(Waiting url) {
  if (url.rank >= spilled_from_) {
    ++in_file_;
    if (refill_) refill_->late_from = std::min(refill_->late_from, url.rank);
    return;
  }
  items_.push_back(std::move(url));
  std::push_heap(items_.begin(), items_.end(), kWorse);
}

HostQueue::Waiting HostQueue::pop() {
  std::pop_heap(items_.begin(), items_.end(), kWorse);
  Waiting best = std::move(items_.back());
  items_.pop_back();
  if (items_.empty() && items_.capacity() > kKeptCapacity) items_.shrink_to_fit();
  return best;
}

void HostQueue::spill(std::size_t keep) {
  if (keep >= items_.size()) return;
  const auto line = items_.begin() + static_cast<std::ptrdiff_t>(keep);
  std::nth_element(items_.begin(), line, items_.end(), kBetter);
  spilled_from_ = line->rank;
  in_file_ += items_.size() - keep;
  items_.erase(line, items_.end());
  items_.shrink_to_fit();
  std::make_heap(items_.begin(), items_.end(), kWorse);
}

storage::QueuedRange HostQueue::begin_refill(storage::HostId host, storage::Order order,
                                             std::size_t limit) {
  refill_ = std::make_unique<Refill>();
  return {host, order, spilled_from_, limit};
}

void HostQueue::finished(storage::UrlId id) {
  if (refill_) refill_->finished.insert(id);
}

void HostQueue::restore(const storage::QueuedRange& range, std::vector<storage::QueuedUrl> batch,
                        const UrlIds& unfinished) {
  const std::unique_ptr<Refill> refill = std::move(refill_);
  if (!refill || spilled_from_ < range.from_rank) return;
  const auto rank = [&](const storage::QueuedUrl& url) {
    return storage::rank_of(range.order, url.id, url.depth);
  };
  const bool last = batch.size() < range.limit;
  const std::uint64_t read_to = last ? kNowhere : rank(batch.back()) + 1;
  spilled_from_ = std::min(read_to, refill->late_from);
  const std::size_t before = items_.size();
  for (storage::QueuedUrl& url : batch) {
    if (rank(url) >= spilled_from_ || unfinished.contains(url.id) ||
        refill->finished.contains(url.id))
      continue;
    items_.push_back(
        {rank(url), url.id, url.origin, url.depth, url.redirects, 1, std::move(url.url)});
  }
  in_file_ -= std::min<std::uint64_t>(in_file_, items_.size() - before);
  // The file has been read to its end: should it hold less than was counted, the crawl ends all the
  // same.
  if (spilled_from_ == kNowhere) in_file_ = 0;
  if (in_file_ == 0) spilled_from_ = kNowhere;
  std::make_heap(items_.begin(), items_.end(), kWorse);
}

}  // namespace crawler
