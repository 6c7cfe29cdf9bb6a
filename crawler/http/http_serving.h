// What weft's own servers share: a loop that accepts connections, and what to make of the errors
// that come of them. On the thread of the executor at hand.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <exception>
#include <functional>

namespace crawler {

// An operation awaited so answers its error as a value.
inline constexpr auto kAsTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

// For co_spawn: a coroutine's failure is its server's.
void rethrow(const std::exception_ptr& failure);

// What came is no request, or too much of one; not: nothing came, or the client has gone.
[[nodiscard]] bool is_bad_request(const boost::system::error_code& error);

// Accepts for as long as its context runs, and starts what `serve` answers for each connection.
// `acceptor` outlives it.
using ServeConnection = std::function<boost::asio::awaitable<void>(boost::beast::tcp_stream)>;
boost::asio::awaitable<void> accept_all(boost::asio::ip::tcp::acceptor& acceptor,
                                        ServeConnection serve);

}  // namespace crawler
