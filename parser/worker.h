// The worker's end of worker_protocol.h: reads requests from a descriptor and writes replies to it.
// Blocking, one thread. The crawl that sends the requests is trusted; their bounds are checked all
// the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "parser/document.h"
#include "parser/worker_protocol.h"

namespace parser {

class WorkerChannel {
 public:
  // `fd` stays the caller's; it is in blocking mode.
  explicit WorkerChannel(int fd) : fd_(fd) {}

  // Before the first request. False if the crawl is gone.
  [[nodiscard]] bool greet();
  // Waits for the next request. False: there is none any more; exit_code() says why.
  [[nodiscard]] bool read_request();
  // Of the last request; valid until the next read_request().
  const PageInput& input() const { return input_; }
  DocumentKind kind() const { return kind_; }

  // Where the reply's frame is to be appended; clears what was there.
  std::string& begin_reply();
  // Sends what was appended since. False if the crawl is gone.
  [[nodiscard]] bool send_reply(std::uint32_t parse_us);

  int exit_code() const { return exit_code_; }

 private:
  [[nodiscard]] bool read_whole(char* to, std::size_t bytes);
  [[nodiscard]] bool send_whole(std::string_view bytes);

  const int fd_;
  PageInput input_;
  DocumentKind kind_ = DocumentKind::kPage;
  std::unique_ptr<char[]> request_;
  std::size_t request_room_ = 0;
  std::string reply_;
  int exit_code_ = kWorkerDone;
};

// Answers requests from `fd` until its end. Returns the exit code.
[[nodiscard]] int serve(int fd, DocumentParser& documents);

// Ends the process with kWorkerOutOfMemory.
[[noreturn]] void exit_out_of_memory();

}  // namespace parser
