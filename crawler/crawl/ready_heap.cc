#include "crawler/crawl/ready_heap.h"

#include <tuple>

namespace crawler {
namespace {

bool sooner(const ReadyHeap::Item& a, const ReadyHeap::Item& b) {
  return std::tie(a.time, a.order) < std::tie(b.time, b.order);
}

}  // namespace

void ReadyHeap::set(storage::HostId host, Time time) {
  const std::size_t index = to_number(host);
  if (index >= places_.size()) places_.resize(index + 1);
  std::size_t at = places_[index];
  if (at == 0) {
    items_.push_back({});
    at = items_.size();
  } else if (items_[at - 1].time == time) {
    return;
  }
  sift(at - 1, {time, ++last_order_, host});
}

void ReadyHeap::erase(storage::HostId host) {
  const std::size_t index = to_number(host);
  if (index >= places_.size() || places_[index] == 0) return;
  const std::size_t at = places_[index] - 1;
  places_[index] = 0;
  const Item last = items_.back();
  items_.pop_back();
  if (at < items_.size()) sift(at, last);
}

void ReadyHeap::place(std::size_t at, const Item& item) {
  items_[at] = item;
  places_[to_number(item.host)] = static_cast<std::uint32_t>(at + 1);
}

// Fills the hole at `at` with `item`, moving the hole up or down to where the item belongs.
void ReadyHeap::sift(std::size_t at, const Item& item) {
  while (at > 0 && sooner(item, items_[(at - 1) / 2])) {
    place(at, items_[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  for (;;) {
    std::size_t child = 2 * at + 1;
    if (child >= items_.size()) break;
    if (child + 1 < items_.size() && sooner(items_[child + 1], items_[child])) ++child;
    if (!sooner(items_[child], item)) break;
    place(at, items_[child]);
    at = child;
  }
  place(at, item);
}

}  // namespace crawler
