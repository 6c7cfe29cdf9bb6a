#include "crawler/fetch/thread_fetcher.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <vector>

#include "crawler/fetch/concurrency.h"
#include "crawler/fetch/curl_request.h"
#include "crawler/process/open_files.h"
#include "crawler/process/process_usage.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// A TLS handshake in libcurl and OpenSSL takes some 30 kB of stack; the rest is reserve. The
// default of 8 MB would be 6 GB of address space for 800 threads.
constexpr std::size_t kStackBytes = 256u << 10;
// Connections that one thread keeps open for later, if there are descriptors for it.
constexpr std::size_t kMostKeptConnections = 32;
// A thread that waits for bytes looks up this often even if nothing happens and no limit is set.
constexpr milliseconds kLongestWait{10'000};

struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, MultiCleanup>;

void check(CURLMcode code) {
  if (code != CURLM_OK)
    throw std::runtime_error(std::string("libcurl: ") + curl_multi_strerror(code));
}

// What the threads share. A posted result keeps it alive.
struct Shared {
  Shared(asio::io_context& io_, RequestQueue& queue_, const FetchOptions& options,
         std::size_t threads_, Fetcher::OnFetched on_fetched_)
      : io(io_),
        queue(queue_),
        threads(std::max<std::size_t>(threads_, 1)),
        on_fetched(std::move(on_fetched_)),
        settings(options, threads, names_and_sessions.handle(), {}) {
    const std::size_t each = files_for_connections(raise_open_files()) / threads;
    if (each <= kFilesOfThread)
      throw std::system_error(EMFILE, std::generic_category(),
                              std::to_string(threads) + " threads that fetch");
    kept_connections = std::min(each - kFilesOfThread, kMostKeptConnections);
  }

  void answer(std::shared_ptr<Shared> self, FetchResult result) {
    asio::post(io, [self = std::move(self), result = std::move(result)]() mutable {
      self->on_fetched(std::move(result));
      self->queue.done();
    });
  }

  asio::io_context& io;
  RequestQueue& queue;
  const std::size_t threads;
  const Fetcher::OnFetched on_fetched;
  const CurlShare names_and_sessions;
  const TransferSettings settings;
  std::size_t kept_connections = 1;  // of each thread

  std::atomic<bool> cancelled{false};
  std::atomic<std::size_t> in_flight{0};
  std::atomic<std::size_t> most_in_flight{0};
  std::atomic<microseconds::rep> cpu{0};
  std::mutex mutex;
  std::unordered_set<CURLM*> multis;  // guarded by mutex: those to wake when all is cancelled
};

// One thread's handles. A multi handle with one transfer in it, because curl_easy_perform cannot be
// woken: it would notice a cancel up to a second late.
class Worker {
 public:
  explicit Worker(Shared& shared)
      : shared_(shared), multi_(curl_multi_init()), transfer_(shared.settings) {
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS,
                      static_cast<long>(shared_.kept_connections));
    const std::lock_guard lock(shared_.mutex);
    shared_.multis.insert(multi_.get());
  }
  ~Worker() {
    const std::lock_guard lock(shared_.mutex);
    shared_.multis.erase(multi_.get());
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  FetchResult fetch(FetchRequest request) {
    transfer_.begin(std::move(request));
    if (shared_.cancelled) return transfer_.abandon();
    check(curl_multi_add_handle(multi_.get(), transfer_.handle()));
    const std::optional<CURLcode> code = perform();
    curl_multi_remove_handle(multi_.get(), transfer_.handle());
    if (code) return transfer_.finish(*code);
    return shared_.cancelled ? transfer_.abandon() : transfer_.expire();
  }

 private:
  // Nothing: cancelled, or its deadline has passed.
  std::optional<CURLcode> perform() {
    for (;;) {
      int running = 0;
      check(curl_multi_perform(multi_.get(), &running));
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
        if (message->msg == CURLMSG_DONE) return message->data.result;
      const Time now = Clock::now();
      const Time deadline = transfer_.deadline();
      if (shared_.cancelled || now >= deadline) return std::nullopt;
      const auto wait = std::min<Clock::duration>(deadline - now, kLongestWait);
      const auto rounded_up = std::chrono::ceil<milliseconds>(wait).count();
      check(curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(rounded_up), nullptr));
    }
  }

  Shared& shared_;
  Multi multi_;
  Transfer transfer_;  // after multi_, so that it leaves before
};

void work(const std::shared_ptr<Shared>& shared) {
  std::optional<Worker> worker;  // made for the first request
  microseconds counted{0};
  OriginId warm = kNoOrigin;
  while (std::optional<FetchRequest> request = shared->queue.pop(warm)) {
    warm = request->entry.origin;
    const std::size_t now = ++shared->in_flight;
    std::size_t most = shared->most_in_flight;
    while (most < now && !shared->most_in_flight.compare_exchange_weak(most, now)) {
    }
    if (!worker) worker.emplace(*shared);
    FetchResult result = worker->fetch(std::move(*request));
    --shared->in_flight;
    const microseconds used = thread_cpu();
    shared->cpu += (used - std::exchange(counted, used)).count();
    shared->answer(shared, std::move(result));
  }
}

// A thread with a small stack that takes no signals: those are for the engine's thread.
class Thread {
 public:
  // Throws std::system_error.
  explicit Thread(std::shared_ptr<Shared> shared) {
    auto start = std::make_unique<Start>(Start{std::move(shared), {}});
    start->guard.emplace(start->shared->io.get_executor());
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int error = pthread_create(&thread_, &attributes, &Thread::run, start.get());
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (error != 0) throw std::system_error(error, std::generic_category(), "starting a thread");
    static_cast<void>(start.release());  // the thread's now
    joinable_ = true;
  }
  ~Thread() {
    if (joinable_) pthread_join(thread_, nullptr);
  }
  Thread(Thread&& other) noexcept
      : thread_(other.thread_), joinable_(std::exchange(other.joinable_, false)) {}
  Thread& operator=(Thread&&) = delete;

 private:
  struct Start {
    std::shared_ptr<Shared> shared;
    // The loop runs at least as long as a thread may post to it.
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard;
  };

  static void* run(void* argument) {
    const std::unique_ptr<Start> start(static_cast<Start*>(argument));
    try {
      work(start->shared);
    } catch (...) {
      // Our machine's failure: it ends the crawl, on the thread that can do so.
      asio::post(start->shared->io,
                 [error = std::current_exception()] { std::rethrow_exception(error); });
    }
    return nullptr;
  }

  pthread_t thread_{};
  bool joinable_ = false;
};

class ThreadFetcher final : public Fetcher {
 public:
  explicit ThreadFetcher(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  ~ThreadFetcher() override {
    cancel();
    shared_->queue.close();
    join();
  }
  ThreadFetcher(const ThreadFetcher&) = delete;
  ThreadFetcher& operator=(const ThreadFetcher&) = delete;

  // All at once: a machine that refuses so many says so here and not in the middle of a crawl. One
  // that waits costs two pages of stack; its handles are made when it gets a request.
  void start() override {
    threads_.reserve(shared_->threads);
    while (threads_.size() < shared_->threads) threads_.emplace_back(shared_);
  }

  void cancel() override {
    shared_->cancelled = true;
    const std::lock_guard lock(shared_->mutex);
    for (CURLM* multi : shared_->multis) curl_multi_wakeup(multi);
  }

  void join() override { threads_.clear(); }

  Stats stats() const override {
    return {shared_->in_flight, shared_->most_in_flight, microseconds(shared_->cpu)};
  }

 private:
  const std::shared_ptr<Shared> shared_;
  std::vector<Thread> threads_;
};

}  // namespace

std::unique_ptr<Fetcher> make_thread_fetcher(asio::io_context& io, RequestQueue& queue,
                                             const FetchOptions& options, std::size_t concurrency,
                                             Fetcher::OnFetched on_fetched) {
  return std::make_unique<ThreadFetcher>(
      std::make_shared<Shared>(io, queue, options, concurrency, std::move(on_fetched)));
}

}  // namespace crawler
