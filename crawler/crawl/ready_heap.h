// The hosts that have something to hand out, by the time at which they may be asked. Part of the
// Frontier.
//
// A binary heap that knows where each host stands in it, so that a host is moved or taken out in
// O(log hosts) and never stands there twice. Hosts of the same time come out in the order in which
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
    std::uint64_t turn;  // orders those of the same time
    storage::HostId host;
  };

  bool empty() const { return items_.empty(); }
  const Item& top() const { return items_.front(); }

  // Puts the host in, or moves it. One that stands there with the same time keeps its turn.
  void set(storage::HostId host, Time time);
  // Takes the host out, if it is there.
  void erase(storage::HostId host);

 private:
  void place(std::size_t at, const Item& item);
  void settle(std::size_t at, const Item& item);

  std::vector<Item> items_;
  std::vector<std::uint32_t> places_;  // by host: its place in items_ plus one, or 0
  std::uint64_t turns_ = 0;
};

}  // namespace crawler
