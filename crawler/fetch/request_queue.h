// The bounded producer-consumer queue between the engine and its fetchers.
//
// One producer, the engine's thread; many consumers: threads block in pop(), coroutines await
// async_pop(). A popped request is under way until its consumer calls done(), so that join() means
// "all answered", as in Python's queue.Queue. All members may be called from any thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "crawler/fetch/fetcher.h"

namespace crawler {

class RequestQueue {
 public:
  struct Stats {
    std::size_t depth = 0;
    std::size_t most_depth = 0;
    std::size_t waiting = 0;  // consumers that have nothing to do
    std::uint64_t popped = 0;
    std::chrono::microseconds waited{0};  // sum over popped requests of the time spent in the queue
  };

  explicit RequestQueue(std::size_t capacity);
  ~RequestQueue();
  RequestQueue(const RequestQueue&) = delete;
  RequestQueue& operator=(const RequestQueue&) = delete;

  // False, and `request` untouched: the queue is full or closed.
  [[nodiscard]] bool try_push(FetchRequest& request);

  // Waits for a request. Nothing: the queue is closed and empty. `warm`: the origin that this
  // thread has asked last and holds a connection to; it is the first to be given that origin's next
  // request.
  [[nodiscard]] std::optional<FetchRequest> pop(OriginId warm = kNoOrigin);
  boost::asio::awaitable<std::optional<FetchRequest>> async_pop();

  // The consumer has answered a request that it popped.
  void done();

  // No more pushes; what is queued is still handed out.
  void close();
  // As close(), and takes back what nobody has popped.
  [[nodiscard]] std::vector<FetchRequest> drain();
  // Blocks until the queue is closed and empty and every popped request was reported done().
  void join();

  Stats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace crawler
