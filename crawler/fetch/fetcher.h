// The first of weft's two seams: something that pulls requests from the queue and answers each
// exactly once. AsyncFetcher does it with coroutines on the engine's thread, ThreadFetcher with
// threads.
//
// Both fill libcurl's easy handles through curl_request.h, so that what goes out and how it is
// judged is the same. A server's failure is a word in the result; our machine's failure is an
// exception.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/fetch/entry.h"
#include "crawler/options/fetch_options.h"
#include "storage/outcome.h"
#include "storage/records.h"

namespace crawler {

struct FetchRequest {
  Entry entry;
  bool is_sitemap = false;  // robots.txt or an index of sitemaps names its URL
  std::uint64_t max_body =
      0;             // bytes; 0: the options' (robots.txt and sitemaps have another bound)
  Time queued_at{};  // set by the queue
};

struct FetchResult {
  FetchRequest request;
  // kNone: a response was received whole, of any status. Else why there is none: one of the failed
  // reasons from kNameNotResolved to kProxyFailed.
  storage::Reason error = storage::Reason::kNone;
  bool cancelled = false;    // by cancel(): neither a response nor a failure
  std::string error_detail;  // libcurl's message
  int status = 0;
  std::shared_ptr<const std::string> head;  // status line and header fields of the final response,
                                            // as received: ends in an empty line
  std::shared_ptr<const std::string>
      body;  // decoded of its Content-Encoding; never null where error is kNone
  std::string content_type;
  std::string location;     // of a redirect, as sent
  std::string retry_after;  // as sent
  std::string protocol;     // "http/1.0", "http/1.1", "h2"
  std::string address;      // the peer's IP
  std::uint64_t wire_bytes = 0;
  storage::Timings timings;
  storage::WallTime started_at = 0;
};

class Fetcher {
 public:
  // Called on the engine's thread, once for every request that was popped.
  using OnFetched = std::function<void(FetchResult)>;

  struct Stats {
    std::size_t in_flight = 0;
    std::size_t most_in_flight = 0;
    std::chrono::microseconds cpu{0};  // of the fetcher's own threads; 0 for async, which has none
  };

  virtual ~Fetcher() = default;

  // Starts pulling from the queue that the fetcher was made with.
  virtual void start() = 0;
  // Ends every transfer at once: each is answered `cancelled`, and so is whatever is popped later.
  // The queue is closed by its owner.
  virtual void cancel() = 0;
  // After the queue was closed and every answer has been given: ends threads and coroutines. Blocks
  // until the threads have ended. Called on the engine's thread.
  virtual void join() = 0;
  virtual Stats stats() const = 0;
};

}  // namespace crawler
