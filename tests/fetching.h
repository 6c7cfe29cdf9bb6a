// A fetcher at work in a test: the loop, the queue and the fetcher, in the roles that the engine
// has.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "crawler/fetch/async_fetcher.h"
#include "crawler/fetch/request_queue.h"
#include "crawler/fetch/thread_fetcher.h"
#include "tests/support.h"

namespace tests {

enum class Strategy { kAsync, kThreads };

inline crawler::FetchOptions fetch_options() {
  crawler::FetchOptions options;
  options.user_agent = "weft-test/1";
  return options;
}

class Fetching {
 public:
  explicit Fetching(Strategy strategy, crawler::FetchOptions options = fetch_options(),
                    std::size_t concurrency = 4)
      : options_(std::move(options)), queue_(kCapacity) {
    auto on_fetched = [this](crawler::FetchResult result) {
      results_.push_back(std::move(result));
      if (on_result) on_result();
    };
    fetcher_ = strategy == Strategy::kAsync
                   ? make_async_fetcher(io_, queue_, options_, concurrency, std::move(on_fetched))
                   : make_thread_fetcher(io_, queue_, options_, concurrency, std::move(on_fetched));
    fetcher_->start();
  }

  // Called after each result, on the loop's thread.
  std::function<void()> on_result;

  bool push(const std::string& url, std::uint64_t max_body = 0) {
    crawler::FetchRequest request;
    request.entry.url = url;
    request.max_body = max_body;
    return queue_.try_push(request);
  }

  // Runs the loop until so many results are there in all.
  std::vector<crawler::FetchResult>& run_until(std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (results_.size() < count) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("waited in vain for results: have " +
                                 std::to_string(results_.size()));
      io_.run_one_for(std::chrono::milliseconds(100));
    }
    return results_;
  }

  crawler::FetchResult get(const std::string& url, std::uint64_t max_body = 0) {
    push(url, max_body);
    run_until(results_.size() + 1);
    crawler::FetchResult result = std::move(results_.back());
    results_.pop_back();
    return result;
  }

  // Closes, and runs the loop to its natural end.
  void finish() {
    queue_.close();
    io_.run();
    queue_.join();
    fetcher_->join();
  }

  crawler::Fetcher& fetcher() { return *fetcher_; }
  crawler::RequestQueue& queue() { return queue_; }
  boost::asio::io_context& io() { return io_; }
  std::vector<crawler::FetchResult>& results() { return results_; }

 private:
  static constexpr std::size_t kCapacity = 10'000;

  const crawler::FetchOptions options_;
  boost::asio::io_context io_;
  crawler::RequestQueue queue_;
  std::unique_ptr<crawler::Fetcher> fetcher_;
  std::vector<crawler::FetchResult> results_;
};

}  // namespace tests
