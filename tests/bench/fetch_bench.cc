// How many requests a second each fetcher makes, beside a bare libcurl multi loop with the same
// number of connections: what the queue, the coroutines and the judging cost. Against an nginx of
// its own, or WEFT_BENCH_URL. `of_plain` is the ratio to the bare loop of the same run.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "crawler/fetch/curl_setup.h"
#include "crawler/process/open_files.h"
#include "tests/fetching.h"
#include "tests/support.h"

namespace {

constexpr std::size_t kConnections = 64;
constexpr std::size_t kRequests = 20'000;
constexpr std::size_t kPageBytes = 4'000;

const std::string& target() {
  static const std::string url = [] {
    if (const char* given = std::getenv("WEFT_BENCH_URL")) return std::string(given);
    static const tests::TempDir dir;
    tests::write_file(dir.file("page.html"), std::string(kPageBytes, 'x'));
    static const tests::Nginx nginx(
        {dir.path().string(), "keepalive_requests 1000000; open_file_cache max=10;", "", false});
    return nginx.url("/page.html");
  }();
  return url;
}

double& plain_rate() {
  static double rate = 0;
  return rate;
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// Reports requests a second, their ratio to the bare loop's, and this process's CPU time for each.
class Rate {
 public:
  explicit Rate(benchmark::State& state) : state_(state) {}
  double finish(std::size_t requests) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start_;
    const double rate = static_cast<double>(requests) / took.count();
    state_.SetItemsProcessed(static_cast<std::int64_t>(requests));
    if (plain_rate() > 0) state_.counters["of_plain"] = rate / plain_rate();
    state_.counters["cpu_us_each"] = (cpu_seconds() - cpu_) * 1e6 / static_cast<double>(requests);
    return rate;
  }

 private:
  benchmark::State& state_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const double cpu_ = cpu_seconds();
};

std::size_t count_bytes(char*, std::size_t, std::size_t size, void* total) {
  *static_cast<std::size_t*>(total) += size;
  return size;
}

void plain_multi(benchmark::State& state) {
  target();
  crawler::init_curl();
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi(curl_multi_init(),
                                                                    &curl_multi_cleanup);
  std::size_t bytes = 0, requests = 0;
  std::vector<CURL*> handles;
  for (std::size_t i = 0; i < kConnections; ++i) {
    handles.push_back(curl_easy_init());
    curl_easy_setopt(handles[i], CURLOPT_WRITEFUNCTION, &count_bytes);
    curl_easy_setopt(handles[i], CURLOPT_WRITEDATA, &bytes);
  }
  Rate rate(state);
  for (auto _ : state) {
    std::size_t started = 0, ended = 0;
    const auto start = [&](CURL* handle) {
      curl_easy_setopt(handle, CURLOPT_URL, target().c_str());
      curl_multi_add_handle(multi.get(), handle);
      ++started;
    };
    for (CURL* handle : handles) start(handle);
    while (ended < kRequests) {
      int running = 0, left = 0;
      curl_multi_perform(multi.get(), &running);
      while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
        if (message->data.result != CURLE_OK) throw std::runtime_error("a request failed");
        ++ended;
        CURL* const handle = message->easy_handle;
        curl_multi_remove_handle(multi.get(), handle);
        if (started < kRequests) start(handle);
      }
      if (ended < kRequests) curl_multi_poll(multi.get(), nullptr, 0, 1'000, nullptr);
    }
    requests += ended;
  }
  plain_rate() = rate.finish(requests);
  for (CURL* handle : handles) curl_easy_cleanup(handle);
}

void fetch(benchmark::State& state, tests::Strategy strategy) {
  target();
  tests::Fetching fetching(strategy, tests::fetch_options(), kConnections);
  std::size_t requests = 0;
  Rate rate(state);
  for (auto _ : state) {
    std::size_t pushed = 0;
    fetching.results().clear();
    fetching.on_result = [&] {
      const crawler::FetchResult& result = fetching.results().back();
      if (result.error != storage::Reason::kNone) throw std::runtime_error(result.error_detail);
      fetching.results().back().body.reset();
      if (pushed < kRequests && fetching.push(target())) ++pushed;
    };
    for (; pushed < 2 * kConnections; ++pushed) fetching.push(target());
    fetching.run_until(kRequests);
    requests += kRequests;
  }
  rate.finish(requests);
}

// A server, in a process of its own so that its memory is not counted here, that sends half of
// each response and the rest only when `clients` have come.
class HoldingServer {
 public:
  HoldingServer(std::size_t clients, std::size_t body_bytes) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, SOMAXCONN) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no server");
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    pid_ = fork();
    if (pid_ == 0) serve(clients, body_bytes);
  }
  ~HoldingServer() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(listener_);
  }
  HoldingServer(const HoldingServer&) = delete;
  HoldingServer& operator=(const HoldingServer&) = delete;
  const std::string& url() const { return url_; }

 private:
  [[noreturn]] void serve(std::size_t clients, std::size_t body_bytes) const {
    const std::string half(body_bytes / 2, 'x');
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(2 * half.size()) + "\r\n\r\n";
    std::vector<int> open;
    while (open.size() < clients) {
      open.push_back(accept(listener_, nullptr, nullptr));
      char request[2048];
      if (recv(open.back(), request, sizeof request, 0) <= 0) _exit(1);
      send(open.back(), head.data(), head.size(), MSG_NOSIGNAL);
      send(open.back(), half.data(), half.size(), MSG_NOSIGNAL);
    }
    for (const int fd : open) send(fd, half.data(), half.size(), MSG_NOSIGNAL);
    pause();
    _exit(0);
  }

  int listener_ = -1;
  pid_t pid_ = -1;
  std::string url_;
};

// Memory of this process while so many responses of 24 kB are half there, without what it had
// before.
void in_flight(benchmark::State& state, tests::Strategy strategy) {
  const auto clients = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    const double before = resident_mb();
    crawler::raise_open_files();
    const HoldingServer server(clients, 24'000);
    tests::Fetching fetching(strategy, tests::fetch_options(), clients);
    double most = 0;
    fetching.on_result = [&] {
      most = std::max(most, resident_mb());
      fetching.results().back().body.reset();
    };
    for (std::size_t i = 0; i < clients; ++i) fetching.push(server.url());
    fetching.run_until(clients);
    state.counters["rss_mb"] = most - before;
    state.counters["at_once"] = static_cast<double>(fetching.fetcher().stats().most_in_flight);
  }
}

BENCHMARK_CAPTURE(in_flight, async, tests::Strategy::kAsync)
    ->Arg(5'000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(in_flight, threads, tests::Strategy::kThreads)
    ->Arg(800)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(plain_multi)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fetch, async, tests::Strategy::kAsync)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fetch, threads, tests::Strategy::kThreads)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
