#include "crawler/fetch/request_queue.h"

#include <algorithm>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <utility>
#include <variant>

namespace crawler {
namespace asio = boost::asio;
using boost::system::error_code;

// Consumers that find the queue empty wait in one list, threads and coroutines alike, and a request
// goes straight into its consumer's hands, so nobody is woken in vain. Whose hands decides how many
// connections a crawl opens. Threads keep their own: a request goes to the thread that has asked
// its origin last, or to the one that has been idle longest, whose connections are the coldest.
// Coroutines share theirs: the one that came last is served first, so that under a small load the
// same few do all the work and the others never allocate a buffer.
class RequestQueue::Impl {
 public:
  using Popped = std::optional<FetchRequest>;

  explicit Impl(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

  bool try_push(FetchRequest& request) {
    std::unique_lock lock(mutex_);
    if (closed_ || queue_.size() >= capacity_) return false;
    request.queued_at = Clock::now();
    if (waiters_.empty()) {
      queue_.push_back(std::move(request));
      stats_.most_depth = std::max(stats_.most_depth, queue_.size());
      return true;
    }
    Waiter waiter = take_waiter(request.entry.origin);
    count_popped(request);
    lock.unlock();
    serve(std::move(waiter), error_code{}, std::move(request));
    return true;
  }

  Popped pop(OriginId warm) {
    std::unique_lock lock(mutex_);
    if (!queue_.empty()) return take_front();
    if (closed_) return std::nullopt;
    const auto self = std::make_shared<Thread>(warm);
    if (warm != kNoOrigin) warm_.emplace(warm, next_ticket_);
    waiters_.emplace(next_ticket_++, self);
    lock.unlock();
    self->served.acquire();
    return std::move(self->popped);
  }

  // Takes the front if that needs no waiting: nothing inside the outer optional means wait.
  std::optional<Popped> try_pop() {
    const std::lock_guard lock(mutex_);
    if (!queue_.empty()) return take_front();
    if (closed_) return Popped();
    return std::nullopt;
  }

  template <class Handler>
  void wait(Handler handler, const asio::any_io_executor& executor) {
    Coroutine waiter{std::move(handler), asio::make_work_guard(executor)};
    auto slot = asio::get_associated_cancellation_slot(waiter.handler);
    // Between try_pop() and here the engine may have pushed from another thread.
    std::unique_lock lock(mutex_);
    if (!queue_.empty()) {
      serve(std::move(waiter), error_code{}, take_front());
    } else if (closed_) {
      serve(std::move(waiter), error_code{}, std::nullopt);
    } else {
      const std::uint64_t ticket = next_ticket_++;
      waiters_.emplace(ticket, std::move(waiter));
      lock.unlock();
      if (slot.is_connected())
        slot.assign([this, ticket](asio::cancellation_type) { cancel(ticket); });
    }
  }

  void done() {
    const std::lock_guard lock(mutex_);
    --under_way_;
    if (all_answered()) answered_.notify_all();
  }

  std::vector<FetchRequest> close(bool take_back) {
    std::unique_lock lock(mutex_);
    closed_ = true;
    std::vector<FetchRequest> taken;
    if (take_back) {
      taken.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
      queue_.clear();
    }
    warm_.clear();
    for (auto& [ticket, waiter] : std::exchange(waiters_, {}))
      serve(std::move(waiter), error_code{}, std::nullopt);
    if (all_answered()) answered_.notify_all();
    return taken;
  }

  void join() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return all_answered(); });
  }

  Stats stats() const {
    const std::lock_guard lock(mutex_);
    Stats stats = stats_;
    stats.depth = queue_.size();
    stats.waiting = waiters_.size();
    return stats;
  }

 private:
  // Shared with the one who serves it, who may still be at it when the thread is gone.
  struct Thread {
    explicit Thread(OriginId warm_) : warm(warm_) {}
    const OriginId warm;
    Popped popped;  // written before `served` is released
    std::binary_semaphore served{0};
  };
  struct Coroutine {
    asio::any_completion_handler<void(error_code, Popped)> handler;
    asio::executor_work_guard<asio::any_io_executor> executor;
  };
  using Waiter = std::variant<std::shared_ptr<Thread>, Coroutine>;

  // There is one. O(log waiters), once a request.
  Waiter take_waiter(OriginId origin) {
    auto chosen = std::prev(waiters_.end());
    // The latest of those that have asked this origin: its connection is the least likely closed.
    const auto after = warm_.upper_bound({origin, std::numeric_limits<std::uint64_t>::max()});
    if (after != warm_.begin() && std::prev(after)->first == origin)
      chosen = waiters_.find(std::prev(after)->second);
    else if (std::holds_alternative<std::shared_ptr<Thread>>(waiters_.begin()->second))
      chosen = waiters_.begin();
    if (const auto* thread = std::get_if<std::shared_ptr<Thread>>(&chosen->second))
      warm_.erase({(*thread)->warm, chosen->first});
    return std::move(waiters_.extract(chosen).mapped());
  }

  // Without the mutex where that can be: a thread that wakes would only wait for it.
  static void serve(Waiter waiter, error_code error, Popped popped) {
    if (const auto* thread = std::get_if<std::shared_ptr<Thread>>(&waiter)) {
      (*thread)->popped = std::move(popped);
      (*thread)->served.release();
      return;
    }
    Coroutine& coroutine = std::get<Coroutine>(waiter);
    const asio::any_io_executor executor = coroutine.executor.get_executor();
    asio::post(executor,
               [coroutine = std::move(coroutine), error, popped = std::move(popped)]() mutable {
                 auto handler = std::move(coroutine.handler);
                 asio::get_associated_cancellation_slot(handler).clear();
                 coroutine.executor.reset();
                 std::move(handler)(error, std::move(popped));
               });
  }

  void cancel(std::uint64_t ticket) {
    const std::lock_guard lock(mutex_);
    // Not there: a request is on its way to this consumer, and is not to be lost.
    auto node = waiters_.extract(ticket);
    if (!node.empty())
      serve(std::move(node.mapped()), asio::error::operation_aborted, std::nullopt);
  }

  FetchRequest take_front() {
    FetchRequest request = std::move(queue_.front());
    queue_.pop_front();
    count_popped(request);
    return request;
  }

  void count_popped(const FetchRequest& request) {
    ++under_way_;
    ++stats_.popped;
    stats_.waited +=
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - request.queued_at);
  }

  bool all_answered() const { return closed_ && queue_.empty() && under_way_ == 0; }

  const std::size_t capacity_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable answered_;
  std::deque<FetchRequest> queue_;
  std::map<std::uint64_t, Waiter> waiters_;            // by ticket, so the last is the latest
  std::set<std::pair<OriginId, std::uint64_t>> warm_;  // origin and ticket of threads that wait
  std::uint64_t next_ticket_ = 0;
  std::uint64_t under_way_ = 0;
  bool closed_ = false;
  Stats stats_;
};

RequestQueue::RequestQueue(std::size_t capacity) : impl_(std::make_unique<Impl>(capacity)) {}
RequestQueue::~RequestQueue() = default;

bool RequestQueue::try_push(FetchRequest& request) { return impl_->try_push(request); }
std::optional<FetchRequest> RequestQueue::pop(OriginId warm) { return impl_->pop(warm); }
void RequestQueue::done() { impl_->done(); }
void RequestQueue::close() { impl_->close(false); }
std::vector<FetchRequest> RequestQueue::drain() { return impl_->close(true); }
void RequestQueue::join() { impl_->join(); }
RequestQueue::Stats RequestQueue::stats() const { return impl_->stats(); }

asio::awaitable<std::optional<FetchRequest>> RequestQueue::async_pop() {
  if (std::optional<Impl::Popped> popped = impl_->try_pop()) co_return std::move(*popped);
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto wait = [impl = impl_.get(), executor](auto handler) {
    impl->wait(std::move(handler), executor);
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                          void(error_code, Impl::Popped)>(std::move(wait),
                                                                          asio::use_awaitable);
}

}  // namespace crawler
