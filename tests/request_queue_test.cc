#include "crawler/fetch/request_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support.h"

namespace asio = boost::asio;
using crawler::FetchRequest;
using crawler::RequestQueue;

namespace {

FetchRequest numbered(unsigned number) {
  FetchRequest request;
  request.entry.id = crawler::UrlId{number};
  request.entry.url = "http://host/" + std::to_string(number);
  return request;
}

bool push(RequestQueue& queue, unsigned number) {
  FetchRequest request = numbered(number);
  return queue.try_push(request);
}

// Pops until the queue is closed, as a fetcher's coroutine does.
asio::awaitable<void> consume(RequestQueue& queue, std::vector<unsigned>& got) {
  while (std::optional<FetchRequest> request = co_await queue.async_pop()) {
    got.push_back(to_number(request->entry.id));
    queue.done();
  }
}

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

TEST(RequestQueue, HandsOutInOrderAndRefusesMoreThanItsCapacity) {
  RequestQueue queue(2);
  EXPECT_TRUE(push(queue, 1));
  EXPECT_TRUE(push(queue, 2));
  FetchRequest third = numbered(3);
  EXPECT_FALSE(queue.try_push(third));
  EXPECT_EQ(third.entry.url, "http://host/3") << "a refused request is untouched";
  EXPECT_EQ(queue.pop()->entry.id, crawler::UrlId{1});
  EXPECT_TRUE(queue.try_push(third));
  EXPECT_EQ(queue.pop()->entry.id, crawler::UrlId{2});
  EXPECT_EQ(queue.pop()->entry.id, crawler::UrlId{3});
}

TEST(RequestQueue, ClosedItHandsOutWhatItHasAndTakesNoMore) {
  RequestQueue queue(4);
  push(queue, 1);
  queue.close();
  EXPECT_FALSE(push(queue, 2));
  EXPECT_EQ(queue.pop()->entry.id, crawler::UrlId{1});
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_EQ(queue.pop(), std::nullopt) << "and says so each time";
}

TEST(RequestQueue, DrainTakesBackWhatNobodyPopped) {
  RequestQueue queue(4);
  for (unsigned i = 1; i <= 3; ++i) push(queue, i);
  static_cast<void>(queue.pop());
  const std::vector<FetchRequest> rest = queue.drain();
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0].entry.id, crawler::UrlId{2});
  EXPECT_EQ(rest[1].entry.id, crawler::UrlId{3});
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(RequestQueue, CloseWakesThreadsThatWait) {
  RequestQueue queue(1);
  std::atomic<int> ended{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      EXPECT_EQ(queue.pop(), std::nullopt);
      ++ended;
    });
  queue.close();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ended, 4);
}

// Each thread keeps its own connections, so who is given a request decides how many are opened.
TEST(RequestQueue, AThreadIsGivenTheHostThatItAskedLastAndElseTheOneLongestIdleIs) {
  RequestQueue queue(4);
  std::vector<std::string> got(3);
  std::vector<std::thread> threads;
  const auto wait_for = [&](std::size_t waiting) {
    tests::wait_until([&] { return queue.stats().waiting == waiting; }, "the threads to wait");
  };
  for (std::size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&queue, &mine = got[i], origin = static_cast<crawler::OriginId>(i + 1)] {
      std::optional<FetchRequest> request = queue.pop(origin);
      if (!request) return;
      mine = request->entry.url;
      queue.done();
    });
    wait_for(i + 1);
  }
  const auto push_for = [&](crawler::OriginId origin, const char* url) {
    FetchRequest request;
    request.entry.origin = origin;
    request.entry.url = url;
    return queue.try_push(request);
  };
  EXPECT_TRUE(push_for(crawler::OriginId{2}, "http://second/"));
  EXPECT_TRUE(push_for(crawler::OriginId{2}, "http://second/again"));
  EXPECT_EQ(queue.stats().waiting, 1u);
  EXPECT_TRUE(push_for(crawler::OriginId{3}, "http://third/"));
  queue.close();
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(got, testing::ElementsAre("http://second/again", "http://second/", "http://third/"));
}

TEST(RequestQueue, JoinWaitsForEveryPoppedRequestToBeAnswered) {
  RequestQueue queue(4);
  push(queue, 1);
  push(queue, 2);
  std::atomic<int> answered{0};
  std::thread consumer([&] {
    while (queue.pop()) {
      ++answered;
      queue.done();
    }
  });
  queue.close();
  queue.join();
  EXPECT_EQ(answered, 2);
  consumer.join();
}

TEST(RequestQueue, JoinOfAnUnusedQueueEndsAtOnceWhenClosed) {
  RequestQueue queue(1);
  queue.close();
  queue.join();
}

TEST(RequestQueue, CoroutinesGetEveryRequestOnce) {
  asio::io_context io;
  RequestQueue queue(100);
  std::vector<unsigned> got;
  for (int i = 0; i < 5; ++i) asio::co_spawn(io, consume(queue, got), rethrow);
  asio::post(io, [&] {
    for (unsigned i = 1; i <= 100; ++i) EXPECT_TRUE(push(queue, i));
    queue.close();
  });
  io.run();
  ASSERT_EQ(got.size(), 100u);
  EXPECT_EQ(std::set<unsigned>(got.begin(), got.end()).size(), 100u);
  queue.join();
}

TEST(RequestQueue, ACoroutineThatWaitsKeepsTheLoopRunning) {
  asio::io_context io;
  RequestQueue queue(1);
  std::vector<unsigned> got;
  asio::co_spawn(io, consume(queue, got), rethrow);
  std::thread producer([&] {
    // Only once the loop has nothing but the waiting coroutine.
    std::atomic<bool> idle{false};
    asio::post(io, [&] { asio::post(io, [&] { idle = true; }); });
    tests::wait_until([&] { return idle.load(); }, "the loop to be idle");
    push(queue, 7);
    queue.close();
  });
  io.run();
  producer.join();
  EXPECT_THAT(got, testing::ElementsAre(7u));
}

TEST(RequestQueue, TheConsumerThatCameLastIsServedFirst) {
  asio::io_context io;
  RequestQueue queue(10);
  std::vector<unsigned> first, second;
  asio::co_spawn(io, consume(queue, first), rethrow);
  asio::co_spawn(io, consume(queue, second), rethrow);
  io.poll();
  for (unsigned i = 1; i <= 3; ++i) {
    push(queue, i);
    io.poll();
  }
  queue.close();
  io.run();
  EXPECT_THAT(first, testing::IsEmpty());
  EXPECT_THAT(second, testing::ElementsAre(1u, 2u, 3u));
}

TEST(RequestQueue, ACancelledWaitEndsAndLosesNothing) {
  asio::io_context io;
  RequestQueue queue(10);
  asio::cancellation_signal signal;
  std::vector<unsigned> got;
  bool aborted = false;
  asio::co_spawn(io, consume(queue, got),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) {
                   try {
                     rethrow(error);
                   } catch (const boost::system::system_error& thrown) {
                     aborted = thrown.code() == asio::error::operation_aborted;
                   }
                 }));
  io.poll();
  signal.emit(asio::cancellation_type::terminal);
  io.restart();
  io.run();
  EXPECT_TRUE(aborted);
  push(queue, 1);
  EXPECT_EQ(queue.pop()->entry.id, crawler::UrlId{1});
}

TEST(RequestQueue, CancellingAfterARequestWasHandedOverDoesNotLoseIt) {
  asio::io_context io;
  RequestQueue queue(10);
  asio::cancellation_signal signal;
  std::vector<unsigned> got;
  asio::co_spawn(io, consume(queue, got),
                 asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  io.poll();
  push(queue, 5);
  signal.emit(asio::cancellation_type::terminal);
  io.restart();
  io.run();
  EXPECT_THAT(got, testing::ElementsAre(5u));
}

TEST(RequestQueue, ThreadsAndCoroutinesShareItWithoutLossOrRepeat) {
  constexpr unsigned kRequests = 20'000;
  asio::io_context io;
  RequestQueue queue(16);
  std::vector<unsigned> by_coroutines;
  for (int i = 0; i < 8; ++i) asio::co_spawn(io, consume(queue, by_coroutines), rethrow);
  std::vector<std::vector<unsigned>> by_threads(4);
  std::vector<std::thread> threads;
  for (auto& got : by_threads)
    threads.emplace_back([&] {
      while (auto request = queue.pop()) {
        got.push_back(to_number(request->entry.id));
        queue.done();
      }
    });
  std::thread loop([&] { io.run(); });
  for (unsigned i = 0; i < kRequests; ++i)
    while (!push(queue, i)) std::this_thread::yield();
  queue.close();
  queue.join();
  loop.join();
  for (std::thread& thread : threads) thread.join();
  std::vector<unsigned> all = by_coroutines;
  for (const auto& got : by_threads) all.insert(all.end(), got.begin(), got.end());
  std::sort(all.begin(), all.end());
  std::vector<unsigned> expected(kRequests);
  std::iota(expected.begin(), expected.end(), 0u);
  EXPECT_EQ(all, expected);
  EXPECT_EQ(queue.stats().popped, kRequests);
}

TEST(RequestQueue, MeasuresDepthAndWaiting) {
  RequestQueue queue(4);
  push(queue, 1);
  push(queue, 2);
  EXPECT_EQ(queue.stats().depth, 2u);
  const auto pushed = crawler::Clock::now();
  tests::wait_until([&] { return crawler::Clock::now() - pushed >= std::chrono::milliseconds(1); },
                    "1 ms");
  static_cast<void>(queue.pop());
  const RequestQueue::Stats stats = queue.stats();
  EXPECT_EQ(stats.depth, 1u);
  EXPECT_EQ(stats.most_depth, 2u);
  EXPECT_EQ(stats.popped, 1u);
  EXPECT_GE(stats.waited, std::chrono::milliseconds(1));
}

TEST(RequestQueue, DroppedWhileCoroutinesWaitItFreesThem) {
  asio::io_context io;
  std::vector<unsigned> got;
  {
    RequestQueue queue(1);
    asio::co_spawn(io, consume(queue, got), rethrow);
    io.poll();
  }
  io.restart();
  io.run();
  EXPECT_THAT(got, testing::IsEmpty());
}

}  // namespace
