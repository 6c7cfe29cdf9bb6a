#include "crawler/http/http_serving.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/error.hpp>
#include <chrono>
#include <utility>

namespace crawler {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

// Out of descriptors: when to try again.
constexpr std::chrono::milliseconds kAcceptPause{20};

}  // namespace

void rethrow(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

bool is_bad_request(const boost::system::error_code& error) {
  const boost::system::error_code example = http::error::bad_method;
  return error.category() == example.category() && error != http::error::end_of_stream &&
         error != http::error::partial_message;
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, ServeConnection serve) {
  asio::steady_timer pause(acceptor.get_executor());
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kAsTuple);
    if (error) {  // the peer has gone, or there are no descriptors left
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kAsTuple);
      continue;
    }
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(acceptor.get_executor(), serve(boost::beast::tcp_stream(std::move(socket))),
                   rethrow);
  }
}

}  // namespace crawler
