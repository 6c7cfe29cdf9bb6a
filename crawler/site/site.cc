#include "crawler/site/site.h"

#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <chrono>
#include <csignal>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "crawler/http/http_serving.h"
#include "crawler/process/open_files.h"
#include "crawler/site/faults.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// A request's line and header fields: four times what browsers send.
constexpr std::uint32_t kMostRequest = 32u << 10;  // bytes
// A connection that brings no request, or takes no byte of an answer, for so long is closed.
constexpr std::chrono::seconds kIdle{60};
// Connections that wait to be accepted, a host; the kernel may allow fewer.
constexpr int kBacklog = 65'535;
// The system chose a port that another host's address does not have free: how often to try anew.
constexpr int kPortAttempts = 20;

}  // namespace

class DemoSite::Server {
 public:
  Server(const SiteOptions& options, std::size_t threads) {
    raise_open_files();
    for (std::size_t n = 0; n < threads; ++n)
      contexts_.push_back(std::make_unique<asio::io_context>(1));
    signals_.emplace(*contexts_.front(), SIGINT, SIGTERM);
    signals_->async_wait([this](error_code error, int) {
      if (!error) stop();
    });
    SiteOptions chosen = options;
    chosen.port = listen(options);
    pages_.emplace(chosen);
  }

  const DemoPages& pages() const { return *pages_; }

  void run() {
    for (std::size_t host = 0; host < acceptors_.size(); ++host)
      asio::co_spawn(acceptors_[host].get_executor(),
                     accept_all(acceptors_[host],
                                [this, host](beast::tcp_stream stream) {
                                  return serve(std::move(stream), host);
                                }),
                     rethrow);
    std::vector<std::jthread> threads;
    for (std::size_t n = 1; n < contexts_.size(); ++n)
      threads.emplace_back([this, n] { run(*contexts_[n]); });
    run(*contexts_.front());
    threads.clear();  // joins
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  // Opens an acceptor a host and answers their port.
  std::uint16_t listen(const SiteOptions& options) {
    for (int attempt = 1;; ++attempt) {
      std::uint16_t port = options.port;
      error_code error;
      std::size_t host = 0;
      for (; host < options.hosts && !error; ++host) port = listen(host, port, error);
      if (!error) return port;
      acceptors_.clear();
      const bool again = options.port == 0 && error == asio::error::address_in_use;
      if (!again || attempt == kPortAttempts)
        throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}",
                                             DemoPages::address(host - 1), port, error.message()));
    }
  }

  std::uint16_t listen(std::size_t host, std::uint16_t port, error_code& error) {
    const auto address = asio::ip::make_address_v4(DemoPages::address(host));
    tcp::acceptor& acceptor = acceptors_.emplace_back(*contexts_[host % contexts_.size()]);
    acceptor.open(tcp::v4(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind({address, port}, error);
    if (!error) acceptor.listen(kBacklog, error);
    return error ? port : acceptor.local_endpoint().port();
  }

  void run(asio::io_context& context) {
    try {
      context.run();
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stop();
    }
  }

  void stop() {
    for (const auto& context : contexts_) context->stop();
  }

  // One connection, request after request.
  asio::awaitable<void> serve(beast::tcp_stream stream, std::size_t host) {
    beast::flat_buffer buffer(kMostRequest);
    asio::steady_timer latency(stream.get_executor());
    for (bool open = true; open;) {
      http::request_parser<http::empty_body> parser;
      parser.header_limit(kMostRequest);
      stream.expires_after(kIdle);
      const auto [error, size] = co_await http::async_read(stream, buffer, parser, kAsTuple);
      if (error) {
        if (is_bad_request(error)) co_await refuse(stream, 400);
        break;
      }
      const http::request<http::empty_body>& request = parser.get();
      const bool head = request.method() == http::verb::head;
      if (!head && request.method() != http::verb::get) {
        co_await refuse(stream, 405);
        break;
      }
      const std::string_view target = request.target();
      const std::string_view path = target.substr(0, target.find('?'));
      const std::chrono::microseconds wait = pages_->latency(host, path);
      if (wait.count() > 0) {
        latency.expires_after(wait);
        co_await latency.async_wait(kAsTuple);
      }
      if (path.starts_with("/bad/")) {
        const FaultPlan plan = faults_.plan(host, target);
        open = co_await play(stream, plan, head) && request.keep_alive();
        continue;
      }
      const Conditions conditions{request[http::field::if_none_match],
                                  request[http::field::if_modified_since]};
      const std::string answer =
          to_http(pages_->answer(host, path, conditions), head, request.keep_alive());
      open = co_await send(stream, answer) && request.keep_alive();
    }
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  asio::awaitable<void> refuse(beast::tcp_stream& stream, unsigned status) {
    Answer answer;
    answer.status = status;
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = fmt::format("{} {}\n", status, reason_phrase(status));
    const std::string bytes = to_http(answer, false, false);
    co_await send(stream, bytes);
  }

  // Answers whether the connection may be used further.
  asio::awaitable<bool> play(beast::tcp_stream& stream, const FaultPlan& plan, bool head) {
    asio::steady_timer timer(stream.get_executor(), plan.delay);
    co_await timer.async_wait(kAsTuple);
    const std::size_t header_end = plan.start.find("\r\n\r\n");
    if (head && header_end != std::string::npos) {
      const std::string_view header = std::string_view(plan.start).substr(0, header_end + 4);
      co_return co_await send(stream, header) && plan.end == FaultPlan::End::kKeepAlive;
    }
    bool sent = co_await send(stream, plan.start);
    for (std::uint64_t n = 0; n < plan.pieces && sent; ++n) {
      if (plan.pause.count() > 0) {
        timer.expires_after(plan.pause);
        co_await timer.async_wait(kAsTuple);
      }
      sent = co_await send(stream, plan.piece);
    }
    if (sent) sent = co_await send(stream, plan.finish);
    if (plan.end == FaultPlan::End::kReset) {
      error_code ignored;  // closing discards what is unsent and sends RST
      stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);
      stream.socket().close(ignored);
    }
    co_return sent&& plan.end == FaultPlan::End::kKeepAlive;
  }

  asio::awaitable<bool> send(beast::tcp_stream& stream, std::string_view bytes) {
    stream.expires_after(kIdle);
    const auto [error, size] = co_await asio::async_write(
        stream, asio::const_buffer(bytes.data(), bytes.size()), kAsTuple);
    co_return !error;
  }

  std::vector<std::unique_ptr<asio::io_context>> contexts_;  // one a thread
  std::vector<tcp::acceptor> acceptors_;                     // one a host
  std::optional<asio::signal_set> signals_;
  std::optional<DemoPages> pages_;
  Faults faults_;
  std::mutex mutex_;
  std::exception_ptr failure_;  // guarded by mutex_ while threads run
};

DemoSite::DemoSite(const SiteOptions& options, std::size_t threads)
    : server_(std::make_unique<Server>(options, threads)) {}

DemoSite::~DemoSite() = default;

const DemoPages& DemoSite::pages() const { return server_->pages(); }

void DemoSite::run() { server_->run(); }

}  // namespace crawler
