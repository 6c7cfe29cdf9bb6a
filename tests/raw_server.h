// A TCP server on loopback that says exactly what a test tells it to, however wrong: for what no
// proper server can be made to do. Each connection has a thread, which ends when the script does,
// when the client hangs up, or with the server.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace tests {

// One connection, as its script sees it.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}

  // The next request's head; "" when the client has hung up.
  std::string read_head() {
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
      char buffer[4096];
      const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
      if (count <= 0) return "";
      pending_.append(buffer, static_cast<std::size_t>(count));
    }
    std::string head = pending_.substr(0, end + 4);
    pending_.erase(0, end + 4);
    return head;
  }

  // False: the client has hung up.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  // Says nothing for so long. False: the client has hung up.
  bool stay_silent(int milliseconds) {
    pollfd poll_fd{fd_, POLLIN | POLLRDHUP, 0};
    return poll(&poll_fd, 1, milliseconds) == 0;
  }
  void wait_until_closed() { stay_silent(-1); }

  // The connection ends with a reset instead of in good order.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  const int fd_;
  std::string pending_;
};

class RawServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit RawServer(Script script) : script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, SOMAXCONN) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::system_error(errno, std::generic_category(), "listening");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  // Every connection gets the same bytes after its request, then is closed.
  explicit RawServer(std::string_view answer)
      : RawServer([bytes = std::string(answer)](Peer& peer) {
          peer.read_head();
          peer.send(bytes);
        }) {}

  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  std::uint16_t port() const { return port_; }
  // Connections that have been accepted so far.
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
  }

 private:
  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const std::lock_guard lock(mutex_);
      ++accepted_;
      open_.push_back(fd);
      threads_.emplace_back([this, fd] {
        Peer peer(fd);
        script_(peer);
        const std::lock_guard closing(mutex_);
        std::erase(open_, fd);
        close(fd);
      });
    }
  }

  const Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread acceptor_;
  mutable std::mutex mutex_;
  std::vector<int> open_;
  std::size_t accepted_ = 0;
  std::vector<std::thread> threads_;  // the acceptor's until it has ended
};

}  // namespace tests
