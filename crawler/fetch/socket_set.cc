#include "crawler/fetch/socket_set.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace crawler {

SocketSet::SocketSet() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "making an epoll set");
}

SocketSet::~SocketSet() { ::close(epoll_); }

SocketSet::Entry& SocketSet::at(curl_socket_t socket) {
  const auto index = static_cast<std::size_t>(socket);
  if (index >= entries_.size()) entries_.resize(std::max(index + 1, entries_.size() * 2));
  return entries_[index];
}

void SocketSet::renew(curl_socket_t socket, bool told) {
  forget(socket);
  at(socket).wanted = 0;
  at(socket).told = told;
}

void SocketSet::forget(curl_socket_t socket) {
  Entry& entry = at(socket);
  // Fails where the socket was closed already; then it is gone from the set as well.
  if (entry.armed != 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
  entry.armed = 0;
  ++entry.generation;
}

bool SocketSet::watch(curl_socket_t socket, int what) {
  Entry& entry = at(socket);
  entry.wanted = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) entry.wanted |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) entry.wanted |= EPOLLOUT;
  if (entry.wanted == 0) {
    if (!entry.told) forget(socket);  // its end will not be told, so it is now or never
    return true;
  }
  // Of a socket whose end is not told, what was armed may be gone.
  if (entry.told && entry.wanted == entry.armed) return true;
  epoll_event event{};
  event.events = entry.wanted;
  event.data.u64 = (std::uint64_t{entry.generation} << 32) | static_cast<std::uint32_t>(socket);
  if ((entry.armed == 0 || epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) != 0) &&
      epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0)
    return false;
  entry.armed = entry.wanted;
  return true;
}

std::size_t SocketSet::collect() {
  const int count = epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), 0);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

std::optional<SocketSet::Ready> SocketSet::ready(std::size_t index) {
  const epoll_event& event = events_.at(index);
  const auto socket = static_cast<curl_socket_t>(event.data.u64 & 0xffff'ffffu);
  const Entry& entry = at(socket);
  if (entry.generation != event.data.u64 >> 32) return std::nullopt;
  if (entry.wanted == 0) {
    forget(socket);
    return std::nullopt;
  }
  const std::uint32_t bits = event.events;
  return Ready{socket, ((bits & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                           ((bits & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                           ((bits & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0)};
}

}  // namespace crawler
