// libcurl's sockets in an epoll set of their own, which Asio watches as one descriptor. Watching
// each through Asio would cost a system call and a handler for every wait; so it is one of each for
// a whole batch of sockets that are ready. Used by AsyncFetcher, on the engine's thread.
//
// A connection that is kept for the next request stays in the set: its socket costs no system call
// at all until it is closed, or its peer says something that nobody waits for.
#pragma once

#include <curl/curl.h>
#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace crawler {

class SocketSet {
 public:
  struct Ready {
    curl_socket_t socket;
    int action;  // CURL_CSELECT_*
  };

  // Throws std::system_error.
  SocketSet();
  ~SocketSet();
  SocketSet(const SocketSet&) = delete;
  SocketSet& operator=(const SocketSet&) = delete;

  // Readable while any socket is ready. Stays this set's.
  int descriptor() const { return epoll_; }

  // libcurl has opened a socket, or is about to close one that it told of: numbers come back, and
  // what was known of the last socket of that number is not true of the next.
  void opened(curl_socket_t socket) { renew(socket, true); }
  void closing(curl_socket_t socket) { renew(socket, false); }

  // `what`: CURL_POLL_*, as CURLMOPT_SOCKETFUNCTION gets it. False, with errno: the system refuses.
  [[nodiscard]] bool watch(curl_socket_t socket, int what);

  // Collects what is ready now; how many.
  std::size_t collect();
  // The index-th of those. Nothing if it is no longer what it was when it was collected, because
  // acting on one before has closed it.
  [[nodiscard]] std::optional<Ready> ready(std::size_t index);

 private:
  // Sockets that are handled in one go; more wait for the next, after other work had its turn.
  static constexpr std::size_t kEventsAtOnce = 256;

  struct Entry {
    std::uint32_t generation = 0;
    std::uint32_t armed = 0;   // what the epoll set has
    std::uint32_t wanted = 0;  // what libcurl wants
    bool told = false;         // closing() will be called for it
  };

  Entry& at(curl_socket_t socket);
  void renew(curl_socket_t socket, bool told);
  void forget(curl_socket_t socket);

  const int epoll_;
  std::vector<Entry> entries_;  // by descriptor
  std::array<epoll_event, kEventsAtOnce> events_{};
};

}  // namespace crawler
