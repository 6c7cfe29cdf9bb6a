#include "parser/worker.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace parser {
namespace {

// Memory for requests and for replies that is kept from one to the next, in bytes: more than nearly
// every page needs, and little beside the arena.
constexpr std::size_t kKeptBytes = 1u << 20;

}  // namespace

// False at the end of input. In the middle of a request the crawl has died: not an error either.
bool WorkerChannel::read_whole(char* to, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t count = recv(fd_, to, bytes, MSG_WAITALL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    to += count;
    bytes -= static_cast<std::size_t>(count);
  }
  return true;
}

bool WorkerChannel::send_whole(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool WorkerChannel::greet() { return send_whole(kWorkerGreeting); }

bool WorkerChannel::read_request() {
  WorkerRequest header;
  if (!read_whole(reinterpret_cast<char*>(&header), sizeof header)) return false;
  if (header.url_bytes > kMaxWorkerField || header.content_type_bytes > kMaxWorkerField ||
      header.body_bytes > kMaxWorkerBody ||
      static_cast<std::size_t>(header.kind) >= kDocumentKinds ||
      static_cast<std::size_t>(header.method) >= kMethods) {
    exit_code_ = kWorkerBadRequest;
    return false;
  }
  const std::size_t bytes =
      std::size_t{header.url_bytes} + header.content_type_bytes + header.body_bytes;
  // One more for a NUL: what reads a byte too far finds an end.
  if (bytes + 1 > request_room_ || request_room_ > kKeptBytes) {
    request_.reset();
    request_room_ = std::max(bytes + 1, kKeptBytes);
    request_ = std::make_unique_for_overwrite<char[]>(request_room_);
  }
  if (!read_whole(request_.get(), bytes)) return false;
  request_[bytes] = '\0';
  kind_ = header.kind;
  const char* const url = request_.get();
  const char* const content_type = url + header.url_bytes;
  const char* const body = content_type + header.content_type_bytes;
  input_ = {{url, header.url_bytes},
            {content_type, header.content_type_bytes},
            {body, header.body_bytes},
            header.method};
  return true;
}

std::string& WorkerChannel::begin_reply() {
  if (reply_.capacity() > kKeptBytes) std::string().swap(reply_);
  reply_.assign(sizeof(WorkerReply), '\0');
  return reply_;
}

bool WorkerChannel::send_reply(std::uint32_t parse_us) {
  const WorkerReply header{static_cast<std::uint32_t>(reply_.size() - sizeof(WorkerReply)),
                           parse_us};
  std::memcpy(reply_.data(), &header, sizeof header);
  return send_whole(reply_);
}

int serve(int fd, DocumentParser& documents) {
  using Clock = std::chrono::steady_clock;
  WorkerChannel channel(fd);
  if (!channel.greet()) return channel.exit_code();
  while (channel.read_request()) {
    const Clock::time_point start = Clock::now();
    documents.parse(channel.kind(), channel.input(), channel.begin_reply());
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    if (!channel.send_reply(static_cast<std::uint32_t>(took.count()))) break;
  }
  return channel.exit_code();
}

void exit_out_of_memory() { _exit(kWorkerOutOfMemory); }

}  // namespace parser
