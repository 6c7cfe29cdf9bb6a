// The worker's end of the protocol in worker_protocol.h: requests off a descriptor, replies onto
// it. Blocking, one thread. The crawl that sends the requests is trusted to mean well, and its
// bounds are checked all the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "parser/page.h"
#include "parser/sitemap.h"
#include "parser/worker_protocol.h"

namespace parser {

class WorkerChannel {
 public:
  // `fd` stays the caller's; it is in blocking mode.
  explicit WorkerChannel(int fd) : fd_(fd) {}

  // Waits for the next request. False at the end, when exit_code() says which.
  bool read_request();
  // Of the last request; valid until the next read_request().
  const PageInput& input() const { return input_; }
  WorkerJob job() const { return job_; }

  // Where the reply's frame is to be appended; clears what was there.
  std::string& begin_reply();
  // Sends what was appended since. False if the crawl is gone.
  bool send_reply(std::uint32_t parse_us);

  int exit_code() const { return exit_code_; }

 private:
  bool read_whole(char* to, std::size_t bytes);

  const int fd_;
  PageInput input_;
  WorkerJob job_ = WorkerJob::kPage;
  std::unique_ptr<char[]> request_;
  std::size_t request_room_ = 0;
  std::string reply_;
  int exit_code_ = kWorkerDone;
};

// Answers requests from `fd` until its end, each by the parser that it is for. Returns the exit
// code.
int serve(int fd, PageParser& pages, SitemapParser& sitemaps);

// Ends the process with kWorkerOutOfMemory.
[[noreturn]] void exit_out_of_memory();

}  // namespace parser
