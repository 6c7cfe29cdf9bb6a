#include "crawler/serve/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "crawler/http/http_serving.h"
#include "crawler/serve/assets.h"
#include "crawler/serve/query_executor.h"
#include "crawler/serve/reply.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using HttpRequest = http::request<http::empty_body>;

// A request's line and header fields: an SQL statement of 40 KB, percent-encoded, among them.
constexpr std::uint32_t kMostRequest = 64u << 10;  // bytes
// A connection is closed that sends no request, or takes no byte of a reply, for so long.
constexpr std::chrono::seconds kIdle{60};
// Connections at once: browsers keep six.
constexpr std::size_t kMostConnections = 64;
// What is still read of a request that was rejected, so that the reply is not lost in a reset.
constexpr std::size_t kMostDrained = 64 << 10;  // bytes
constexpr std::chrono::seconds kDrainTime{1};

asio::ip::address loopback_address(const std::string& host) {
  error_code error;
  asio::ip::address address =
      asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error || !address.is_loopback())
    throw std::runtime_error(
        fmt::format("--host {} is not a loopback address: weft serves this machine only; use "
                    "127.0.0.1, ::1 or localhost",
                    host));
  return address;
}

// Whether the client has closed the connection or lost it.
bool has_hung_up(tcp::socket& socket) {
  char byte = 0;
  return recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

// Adds one to a count for as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

// A reply that a coroutine waits for, set on the thread of the coroutine.
struct Pending {
  explicit Pending(const asio::any_io_executor& executor)
      : ready(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer ready;  // cancelled when `reply` is set
  std::optional<ApiReply> reply;
};

}  // namespace

class ServeServer::Server {
 public:
  explicit Server(const ServeOptions& options)
      : address_(loopback_address(options.host)), watch_(options.database), executor_(watch_) {
    signals_.async_wait([this](error_code error, int) {
      if (!error) context_.stop();
    });
    listen(options.port);
  }

  std::string url() const {
    const std::string host =
        address_.is_v6() ? "[" + address_.to_string() + "]" : address_.to_string();
    return fmt::format("http://{}:{}/", host, port_);
  }

  void run() {
    asio::co_spawn(
        context_,
        accept_all(acceptor_,
                   [this](beast::tcp_stream stream) { return serve(std::move(stream)); }),
        rethrow);
    context_.run();
  }

 private:
  void listen(std::uint16_t port) {
    error_code error;
    acceptor_.open(address_.is_v6() ? tcp::v6() : tcp::v4(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind({address_, port}, error);
    if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    if (error)
      throw std::runtime_error(
          fmt::format("cannot listen on {} port {}: {}; choose another with --port, "
                      "or 0 for any that is free",
                      address_.to_string(), port, error.message()));
    port_ = acceptor_.local_endpoint().port();
  }

  // One connection, request after request.
  asio::awaitable<void> serve(beast::tcp_stream stream) {
    const Counted counted(connections_);
    if (connections_ > kMostConnections) {
      Reply busy = http_error(http::status::service_unavailable, "too many connections are open");
      co_await send(stream, std::move(busy), false, false);
      co_return;
    }
    beast::flat_buffer buffer(kMostRequest);
    for (bool open = true; open;) {
      http::request_parser<http::empty_body> parser;
      parser.header_limit(kMostRequest);
      stream.expires_after(kIdle);
      const auto [error, size] = co_await http::async_read_header(stream, buffer, parser, kAsTuple);
      if (error && !is_bad_request(error)) break;
      Reply reply;
      bool head = false;
      open = false;
      if (error) {
        const bool long_one =
            error == http::error::header_limit || error == http::error::buffer_overflow;
        reply = long_one ? http_error(http::status::request_header_fields_too_large,
                                      "the request is too long")
                         : http_error(http::status::bad_request, "this is not an HTTP request");
      } else if (parser.chunked() || parser.content_length().value_or(0) > 0) {
        const bool reading = is_reading(parser.get());
        reply = reading ? http_error(http::status::bad_request, "a request must have no body",
                                     parser.get().target())
                        : only_reading(parser.get());
      } else {
        head = parser.get().method() == http::verb::head;
        open = parser.get().keep_alive();
        std::optional<Reply> known = answer_at_once(parser.get());
        if (!known) known = co_await run_query(stream, parser.get());
        reply = std::move(*known);
      }
      open = co_await send(stream, std::move(reply), head, open) && open;
    }
    co_await drain(stream);
  }

  static bool is_reading(const HttpRequest& request) {
    return request.method() == http::verb::get || request.method() == http::verb::head;
  }

  static Reply only_reading(const HttpRequest& request) {
    return http_error(http::status::method_not_allowed, "only GET and HEAD are allowed",
                      request.target());
  }

  // The reply to a request that needs no look into the file.
  std::optional<Reply> answer_at_once(const HttpRequest& request) {
    if (!is_reading(request)) return only_reading(request);
    const std::string_view target = request.target();
    if (!target.starts_with('/'))
      return http_error(http::status::bad_request, "the request target must be a path");
    if (!has_our_host(request))
      return http_error(http::status::misdirected_request, "the Host field does not name " + url(),
                        target);
    if (is_api(target)) {
      if (is_from_elsewhere(request))
        return http_error(http::status::forbidden,
                          "requests from pages of other sites are not allowed", target);
      std::optional<ApiReply> reply = executor_.answer_at_once(ApiRequest(target));
      return reply ? std::optional(from_api(std::move(*reply))) : std::nullopt;
    }
    const Asset* asset = find_asset(target.substr(0, target.find('?')));
    if (asset == nullptr) return http_error(http::status::not_found, "there is no such page");
    return Reply{http::status::ok, media_type(*asset), std::string(asset->bytes)};
  }

  // Whether the Host field names a loopback address at our port. A page whose name was made to
  // resolve to 127.0.0.1 sends that name (DNS rebinding).
  bool has_our_host(const HttpRequest& request) const {
    if (request.count(http::field::host) != 1) return false;
    std::string_view host = request[http::field::host];
    const std::string port = fmt::format(":{}", port_);
    if (host.ends_with(port))
      host.remove_suffix(port.size());
    else if (port_ != 80)
      return false;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (beast::iequals(host, "localhost")) return true;
    error_code error;
    return asio::ip::make_address(host, error).is_loopback() && !error;
  }

  // Whether a browser says that a page of another site sent the request. Such a page could not read
  // the reply, but it could make us work.
  static bool is_from_elsewhere(const HttpRequest& request) {
    const std::string_view site = request["Sec-Fetch-Site"];
    return !site.empty() && site != "same-origin" && site != "none";
  }

  // Submits the query and waits for its reply; a client that goes away cancels it.
  asio::awaitable<Reply> run_query(beast::tcp_stream& stream, const HttpRequest& request) {
    const auto query = std::make_shared<Query>(ApiRequest(request.target()));
    const auto pending = std::make_shared<Pending>(stream.get_executor());
    query->done = [this, pending](ApiReply reply) {
      asio::post(context_, [pending, reply = std::move(reply)]() mutable {
        pending->reply = std::move(reply);
        pending->ready.cancel();
      });
    };
    if (!executor_.submit(query)) {
      const ApiError busy("too many queries are waiting", "", "try again in a few seconds", 503);
      co_return from_api(busy.reply());
    }
    stream.expires_never();
    tcp::socket& socket = stream.socket();
    // Until there is a reply, this coroutine lives, and with it the socket.
    socket.async_wait(tcp::socket::wait_read, [query, pending, &socket](error_code error) {
      if (!error && !pending->reply && has_hung_up(socket)) query->cancelled = true;
    });
    while (!pending->reply) co_await pending->ready.async_wait(kAsTuple);
    error_code ignored;
    socket.cancel(ignored);
    co_return from_api(std::move(*pending->reply));
  }

  // Returns whether all of it was sent.
  asio::awaitable<bool> send(beast::tcp_stream& stream, Reply reply, bool head, bool keep_alive) {
    const HttpResponse response = to_http(std::move(reply), head, keep_alive);
    stream.expires_after(kIdle);
    const auto [error, size] = co_await http::async_write(stream, response, kAsTuple);
    co_return !error;
  }

  // Closes a connection so that the last reply arrives.
  static asio::awaitable<void> drain(beast::tcp_stream& stream) {
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream.expires_after(kDrainTime);
    std::array<char, 4096> bytes;
    for (std::size_t read = 0; read < kMostDrained;) {
      const auto [error, size] = co_await stream.async_read_some(asio::buffer(bytes), kAsTuple);
      if (error) break;
      read += size;
    }
  }

  const asio::ip::address address_;
  FileWatch watch_;
  std::size_t connections_ = 0;
  asio::io_context context_{1};  // outlives the executor, whose threads post to it
  QueryExecutor executor_;
  asio::signal_set signals_{context_, SIGINT, SIGTERM};
  tcp::acceptor acceptor_{context_};
  std::uint16_t port_ = 0;
};

ServeServer::ServeServer(const ServeOptions& options)
    : server_(std::make_unique<Server>(options)) {}

ServeServer::~ServeServer() = default;

std::string ServeServer::url() const { return server_->url(); }

void ServeServer::run() { server_->run(); }

}  // namespace crawler
