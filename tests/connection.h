// A TCP connection to a server under test: bytes out as they are given, answers as they came.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support.h"

namespace tests {

// A plain TCP connection; what arrives is kept as it came.
class Connection {
 public:
  Connection(std::uint16_t port, const char* address = "127.0.1.1")
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(port);
    inet_pton(AF_INET, address, &peer.sin_addr);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) == 0;
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool connected() const { return connected_; }
  void send(std::string_view bytes) { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  void get(std::string_view path, std::string_view fields = {}) {
    send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n");
  }

  // Reads until `count` bytes are there, or until the peer closes; answers all that came.
  std::string read(std::size_t count = SIZE_MAX) {
    while (bytes_.size() < count && receive()) {
    }
    return bytes_;
  }
  // Reads one answer with a Content-Length and takes it away.
  std::string answer() {
    std::size_t end = 0;
    while ((end = bytes_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) throw std::runtime_error("no answer came, but: " + bytes_);
    end += 4;
    const std::string_view name = "Content-Length: ";
    const std::size_t at = bytes_.find(name);
    std::size_t length = 0;
    if (at < end) std::from_chars(bytes_.data() + at + name.size(), bytes_.data() + end, length);
    std::string whole = read(end + length).substr(0, end + length);
    bytes_.erase(0, whole.size());
    return whole;
  }
  bool was_reset() const { return reset_; }

 private:
  bool receive() {
    pollfd readable{fd_, POLLIN, 0};
    if (poll(&readable, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) <= 0)
      throw std::runtime_error("the server does not go on");
    char buffer[65536];
    const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
    reset_ = count < 0 && errno == ECONNRESET;
    if (count > 0) bytes_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  int fd_;
  bool connected_ = false;
  bool reset_ = false;
  std::string bytes_;
};

}  // namespace tests
