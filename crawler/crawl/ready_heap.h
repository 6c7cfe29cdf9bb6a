// The hosts that have something to hand out, by the time at which they may be asked. Part of the
// Frontier.
//
// A binary heap that knows where each host is in it, so that a host is moved or taken out in
// O(log hosts) and is never there twice. Hosts of the same time come out in the order in which
// they were put in, which makes it a round where there is no delay between requests.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "storage/records.h"

namespace crawler {

class ReadyHeap {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Item {
    Time time;
    std::uint64_t order;  // of those of the same time
    storage::HostId host;
  };

  bool empty() const { return items_.empty(); }
  const Item& top() const { return items_.front(); }

  // Puts the host in, or moves it. One that is there with the same time keeps its place.
  void set(storage::HostId host, Time time);
  // Takes the host out, if it is there.
  void erase(storage::HostId host);

 private:
  void place(std::size_t at, const Item& item);
  void sift(std::size_t at, const Item& item);

  std::vector<Item> items_;
  std::vector<std::uint32_t> places_;  // by host: its place in items_ plus one, or 0
  std::uint64_t last_order_ = 0;
};

}  // namespace crawler
