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
#include "crawler/serve/desk.h"
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
// A connection that brings no request, or takes no byte of an answer, for so long is closed.
constexpr std::chrono::seconds kIdle{60};
// Connections at once: browsers keep six.
constexpr std::size_t kMostConnections = 64;
// What is still read of a request that was refused, so that its answer is not lost in a reset.
constexpr std::size_t kMostDrained = 64 << 10;  // bytes
constexpr std::chrono::seconds kDrainTime{1};

asio::ip::address loopback_address(const std::string& host) {
  error_code error;
  asio::ip::address address =
      asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error || !address.is_loopback())
    throw std::runtime_error(
        fmt::format("--host {} is no loopback address: weft serves this machine alone, at "
                    "127.0.0.1, ::1 or localhost",
                    host));
  return address;
}

// Nothing more comes from the client: it has closed the connection, or lost it.
bool has_hung_up(tcp::socket& socket) {
  char byte = 0;
  return recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

// One more, for as long as it is there.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

// An answer that a coroutine waits for, filled in on its own thread.
struct Pending {
  explicit Pending(const asio::any_io_executor& executor)
      : come(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer come;  // cancelled when `reply` is there
  std::optional<ApiReply> reply;
};

}  // namespace

class ServeServer::Server {
 public:
  explicit Server(const ServeOptions& options)
      : address_(loopback_address(options.host)), watch_(options.database), desk_(watch_) {
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
          fmt::format("cannot listen on {} port {}: {}; --port takes another, "
                      "0 for one that is free",
                      address_.to_string(), port, error.message()));
    port_ = acceptor_.local_endpoint().port();
  }

  // One connection, request after request.
  asio::awaitable<void> serve(beast::tcp_stream stream) {
    const Counted counted(connections_);
    if (connections_ > kMostConnections) {
      Reply busy = refused(http::status::service_unavailable, "too many connections are open");
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
        reply = long_one ? refused(http::status::request_header_fields_too_large,
                                   "the request is too long")
                         : refused(http::status::bad_request, "this is no request");
      } else if (parser.chunked() || parser.content_length().value_or(0) > 0) {
        const bool reading = is_reading(parser.get());
        reply = reading ? refused(http::status::bad_request, "a request here has no body",
                                  parser.get().target())
                        : only_reading(parser.get());
      } else {
        head = parser.get().method() == http::verb::head;
        open = parser.get().keep_alive();
        std::optional<Reply> known = answer_at_once(parser.get());
        if (!known) known = co_await ask(stream, parser.get());
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
    return refused(http::status::method_not_allowed, "only GET and HEAD are allowed here",
                   request.target());
  }

  // What can be said without a look into the file.
  std::optional<Reply> answer_at_once(const HttpRequest& request) {
    if (!is_reading(request)) return only_reading(request);
    const std::string_view target = request.target();
    if (!target.starts_with('/'))
      return refused(http::status::bad_request, "a request here names a path");
    if (!names_us(request))
      return refused(http::status::misdirected_request, "this is not " + url(), target);
    if (is_api(target)) {
      if (is_from_elsewhere(request))
        return refused(http::status::forbidden, "another site's page asks", target);
      std::optional<ApiReply> reply = desk_.answer_at_once(ApiRequest(target));
      return reply ? std::optional(from_api(std::move(*reply))) : std::nullopt;
    }
    const Asset* asset = find_asset(target.substr(0, target.find('?')));
    if (asset == nullptr) return refused(http::status::not_found, "there is nothing here");
    return Reply{http::status::ok, media_type(*asset), std::string(asset->bytes)};
  }

  // Whether the Host field is this machine under its own name, at our port. A page elsewhere whose
  // name was pointed to 127.0.0.1 sends that name (DNS rebinding).
  bool names_us(const HttpRequest& request) const {
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

  // A browser says when another site's page asks. It could not read the answer, but have us work.
  static bool is_from_elsewhere(const HttpRequest& request) {
    const std::string_view site = request["Sec-Fetch-Site"];
    return !site.empty() && site != "same-origin" && site != "none";
  }

  // Puts the question to the desk and waits; the client's going cuts it short.
  asio::awaitable<Reply> ask(beast::tcp_stream& stream, const HttpRequest& request) {
    const auto question = std::make_shared<Question>(ApiRequest(request.target()));
    const auto pending = std::make_shared<Pending>(stream.get_executor());
    question->done = [this, pending](ApiReply reply) {
      asio::post(context_, [pending, reply = std::move(reply)]() mutable {
        pending->reply = std::move(reply);
        pending->come.cancel();
      });
    };
    if (!desk_.put(question)) {
      const Refusal busy("too many questions wait already", "", "ask again in a moment", 503);
      co_return from_api(busy.reply());
    }
    stream.expires_never();
    tcp::socket& socket = stream.socket();
    // While there is no reply, this coroutine and with it the socket are there.
    socket.async_wait(tcp::socket::wait_read, [question, pending, &socket](error_code error) {
      if (!error && !pending->reply && has_hung_up(socket)) question->unwanted = true;
    });
    while (!pending->reply) co_await pending->come.async_wait(kAsTuple);
    error_code ignored;
    socket.cancel(ignored);
    co_return from_api(std::move(*pending->reply));
  }

  // Answers whether it could all be sent.
  asio::awaitable<bool> send(beast::tcp_stream& stream, Reply reply, bool head, bool keep_alive) {
    const HttpAnswer answer = to_http(std::move(reply), head, keep_alive);
    stream.expires_after(kIdle);
    const auto [error, size] = co_await http::async_write(stream, answer, kAsTuple);
    co_return !error;
  }

  // Ends a connection so that what was sent last arrives.
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
  asio::io_context context_{1};  // outlives the desk, whose threads post to it
  ServeDesk desk_;
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
