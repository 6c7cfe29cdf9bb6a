#include "crawler/fetch/async_fetcher.h"

#include <curl/curl.h>
#include <fcntl.h>

#include <algorithm>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "crawler/fetch/curl_request.h"
#include "crawler/fetch/socket_set.h"
#include "crawler/process/open_files.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

// Connections at least, so that a host that is not being asked just now finds its own still open;
// each costs a descriptor, and some 40 kB under TLS.
constexpr std::size_t kKeptConnections = 1024;
// How often deadlines are looked at: an eighth of the shortest limit, within these bounds.
constexpr milliseconds kShortestSweep{5};
constexpr milliseconds kLongestSweep{250};

[[noreturn]] void fail(int error, const char* doing) {
  throw std::system_error(error, std::generic_category(), doing);
}

struct MultiCleanup {
  void operator()(CURLM* multi) const {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, nullptr);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, nullptr);
    curl_multi_cleanup(multi);
  }
};

class Core;

// A transfer and the coroutine that waits for it.
class Operation final : public Transfer {
 public:
  Operation(Core& core, const TransferSettings& settings) : Transfer(settings), core_(core) {}
  ~Operation();

  enum class End { kDone, kExpired, kCancelled };
  End end = End::kDone;
  CURLcode code = CURLE_OK;
  std::optional<std::size_t> index;  // among those under way
  std::optional<asio::any_completion_handler<void()>> waiter;

 private:
  Core& core_;
};

// What the coroutines share, and own together: the last that ends takes it along.
class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, RequestQueue& queue, const FetchOptions& options,
       std::size_t concurrency, Fetcher::OnFetched on_fetched)
      : io_(io),
        queue_(queue),
        connections_(connections_for(concurrency)),
        concurrency_(std::clamp<std::size_t>(concurrency, 1, connections_)),
        on_fetched_(std::move(on_fetched)),
        settings_(options, concurrency_, nullptr,
                  {[this](curl_socket_t socket) { sockets_.opened(socket); },
                   [this](curl_socket_t socket) { sockets_.closing(socket); }}),
        multi_(curl_multi_init()),
        readable_(io),
        curl_timer_(io),
        sweep_timer_(io),
        sweep_every_(sweep_interval(options)) {
    if (!multi_) throw std::bad_alloc();
    CURLM* const multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Core::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Core::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(connections_));
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(connections_));
  }

  void start() {
    readable_.assign(dup_of(sockets_.descriptor()));
    watch();
    running_ = concurrency_;
    for (std::size_t i = 0; i < concurrency_; ++i)
      asio::co_spawn(io_, work(shared_from_this()),
                     [self = shared_from_this()](const std::exception_ptr& error) {
                       if (--self->running_ == 0) self->stop();
                       if (error) std::rethrow_exception(error);
                     });
  }

  void cancel() {
    cancelled_ = true;
    while (!under_way_.empty()) {
      Operation& operation = *under_way_.back();
      auto waiter = take(operation, Operation::End::kCancelled, CURLE_OK);
      // Not from here: the engine may be in the middle of something.
      asio::post(io_, [waiter = std::move(waiter)]() mutable { std::move(waiter)(); });
    }
  }

  // Frees what waits, whose frames own this in turn.
  void drop() {
    stop();
    std::vector<asio::any_completion_handler<void()>> waiters;
    while (!under_way_.empty())
      waiters.push_back(take(*under_way_.back(), Operation::End::kCancelled, CURLE_OK));
  }

  void stop() {
    error_code ignored;
    readable_.close(ignored);
    curl_timer_.cancel();
    sweep_timer_.cancel();
  }

  Fetcher::Stats stats() const { return {in_flight_, most_in_flight_, {}}; }

  // Takes the operation out of libcurl's hands, to be resumed by what this returns.
  asio::any_completion_handler<void()> take(Operation& operation, Operation::End end,
                                            CURLcode code) {
    forget(operation);
    operation.end = end;
    operation.code = code;
    auto waiter = std::move(*operation.waiter);
    operation.waiter.reset();
    return waiter;
  }

  void forget(Operation& operation) {
    if (!operation.index) return;
    curl_multi_remove_handle(multi_.get(), operation.handle());
    under_way_[*operation.index] = under_way_.back();
    under_way_[*operation.index]->index = operation.index;
    under_way_.pop_back();
    operation.index.reset();
  }

 private:
  // Under way and kept together; fewer where the limit of open files is low.
  static std::size_t connections_for(std::size_t concurrency) {
    return std::min(std::max(concurrency, kKeptConnections),
                    files_for_connections(raise_open_files()));
  }

  static milliseconds sweep_interval(const FetchOptions& options) {
    milliseconds shortest = milliseconds::max();
    for (const milliseconds limit :
         {options.first_byte_timeout, options.total_timeout, options.stalled_timeout})
      if (limit.count() > 0) shortest = std::min(shortest, limit);
    return std::clamp(shortest / 8, kShortestSweep, kLongestSweep);
  }

  // Asio closes what it watches, and the set closes itself.
  static int dup_of(int descriptor) {
    const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) fail(errno, "watching the sockets");
    return copy;
  }

  static asio::awaitable<void> work(std::shared_ptr<Core> self) {
    std::unique_ptr<Operation> operation;  // made for the first request, then used for all
    while (std::optional<FetchRequest> request = co_await self->queue_.async_pop()) {
      self->most_in_flight_ = std::max(self->most_in_flight_, ++self->in_flight_);
      if (!operation) operation = std::make_unique<Operation>(*self, self->settings_);
      operation->begin(std::move(*request));
      operation->end = Operation::End::kCancelled;
      if (!self->cancelled_) co_await self->transfer(*operation);
      FetchResult result = judge(*operation);
      --self->in_flight_;
      self->on_fetched_(std::move(result));
      self->queue_.done();
    }
  }

  static FetchResult judge(Operation& operation) {
    switch (operation.end) {
      case Operation::End::kDone:
        return operation.finish(operation.code);
      case Operation::End::kExpired:
        return operation.expire();
      case Operation::End::kCancelled:
        break;
    }
    return operation.abandon();
  }

  asio::awaitable<void> transfer(Operation& operation) {
    operation.index = under_way_.size();
    under_way_.push_back(&operation);
    const CURLMcode code = curl_multi_add_handle(multi_.get(), operation.handle());
    if (code != CURLM_OK)
      throw std::runtime_error(std::string("libcurl: ") + curl_multi_strerror(code));
    schedule_sweep();
    auto wait = [&operation](auto handler) { operation.waiter.emplace(std::move(handler)); };
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(wait),
                                                                       asio::use_awaitable);
  }

  // ---- Events ----

  void watch() {
    readable_.async_wait(asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this()](error_code error) {
                           if (error) return;
                           self->on_readable();
                           if (self->readable_.is_open()) self->watch();
                         });
  }

  void on_readable() {
    const std::size_t count = sockets_.collect();
    for (std::size_t i = 0; i < count; ++i)
      if (const auto ready = sockets_.ready(i)) act(ready->socket, ready->action);
    resume_ended();
  }

  void act(curl_socket_t socket, int action) {
    int running = 0;
    curl_multi_socket_action(multi_.get(), socket, action, &running);
    if (refused_ != 0) fail(std::exchange(refused_, 0), "watching a socket");
  }

  void resume_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      auto waiter = take(*static_cast<Operation*>(transfer), Operation::End::kDone, code);
      std::move(waiter)();
    }
  }

  // libcurl's callbacks: they note, and never call libcurl.
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept {
    Core& core = *static_cast<Core*>(self);
    if (!core.sockets_.watch(socket, what)) core.refused_ = errno;
    return 0;
  }

  static int on_timer(CURLM*, long timeout_ms, void* self) noexcept {
    Core& core = *static_cast<Core*>(self);
    core.curl_due_ = timeout_ms < 0 ? Time::max() : Clock::now() + milliseconds(timeout_ms);
    if (timeout_ms == 0)
      core.act_soon();
    else
      core.schedule_curl();
    return 0;
  }

  // Many transfers that start in one turn of the loop are one call.
  void act_soon() {
    if (std::exchange(soon_, true)) return;
    asio::post(io_, [self = shared_from_this()] {
      self->soon_ = false;
      self->on_curl_due();
    });
  }

  void on_curl_due() {
    curl_due_ = Time::max();
    act(CURL_SOCKET_TIMEOUT, 0);
    resume_ended();
  }

  // The timer is set again only for something earlier: libcurl moves its time with every request,
  // nearly always to later, and the timer finds that out when it rings.
  void schedule_curl() {
    if (curl_due_ >= curl_armed_) return;
    curl_armed_ = curl_due_;
    curl_timer_.expires_at(curl_armed_);
    curl_timer_.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      self->curl_armed_ = Time::max();
      if (Clock::now() >= self->curl_due_) self->on_curl_due();
      self->schedule_curl();
    });
  }

  void schedule_sweep() {
    if (std::exchange(sweeping_, true)) return;
    sweep_timer_.expires_after(sweep_every_);
    sweep_timer_.async_wait([self = shared_from_this()](error_code error) {
      if (error) return;
      self->sweeping_ = false;
      self->sweep();
      if (!self->under_way_.empty()) self->schedule_sweep();
    });
  }

  void sweep() {
    const Time now = Clock::now();
    std::vector<asio::any_completion_handler<void()>> expired;
    for (std::size_t i = under_way_.size(); i-- > 0;)
      if (under_way_[i]->deadline() <= now)
        expired.push_back(take(*under_way_[i], Operation::End::kExpired, CURLE_OK));
    for (auto& waiter : expired) std::move(waiter)();
  }

  asio::io_context& io_;
  RequestQueue& queue_;
  const std::size_t connections_;
  const std::size_t concurrency_;
  const Fetcher::OnFetched on_fetched_;
  SocketSet sockets_;  // before what closes sockets
  const TransferSettings settings_;
  std::unique_ptr<CURLM, MultiCleanup> multi_;
  asio::posix::stream_descriptor readable_;  // the socket set
  asio::steady_timer curl_timer_;
  asio::steady_timer sweep_timer_;
  const milliseconds sweep_every_;

  Time curl_due_ = Time::max();    // when libcurl wants to be called
  Time curl_armed_ = Time::max();  // when curl_timer_ rings
  bool soon_ = false;
  bool sweeping_ = false;
  bool cancelled_ = false;
  int refused_ = 0;  // errno of a socket that could not be watched
  std::vector<Operation*> under_way_;
  std::size_t running_ = 0;  // coroutines
  std::size_t in_flight_ = 0;
  std::size_t most_in_flight_ = 0;
};

Operation::~Operation() { core_.forget(*this); }

class AsyncFetcher final : public Fetcher {
 public:
  explicit AsyncFetcher(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  ~AsyncFetcher() override { core_->drop(); }
  AsyncFetcher(const AsyncFetcher&) = delete;
  AsyncFetcher& operator=(const AsyncFetcher&) = delete;

  void start() override { core_->start(); }
  void cancel() override { core_->cancel(); }
  void join() override { core_->stop(); }
  Stats stats() const override { return core_->stats(); }

 private:
  const std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<Fetcher> make_async_fetcher(asio::io_context& io, RequestQueue& queue,
                                            const FetchOptions& options, std::size_t concurrency,
                                            Fetcher::OnFetched on_fetched) {
  return std::make_unique<AsyncFetcher>(
      std::make_shared<Core>(io, queue, options, concurrency, std::move(on_fetched)));
}

}  // namespace crawler
