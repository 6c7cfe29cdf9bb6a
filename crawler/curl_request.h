// One transfer: a libcurl easy handle, filled from a FetchRequest and judged into a FetchResult.
//
// Both fetchers use it, so that what is sent, which limits hold and which word a failure gets is
// decided in one place. A Transfer belongs to one thread at a time and may be used for one request
// after another: it keeps its handle, so connections and buffers are reused.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <string>

#include "crawler/fetcher.h"

namespace crawler {

// curl_global_init, once for the process, before any thread. Throws std::runtime_error.
void init_curl();

class Transfer {
 public:
  // `options` outlives this. `share` may be null.
  Transfer(const FetchOptions& options, CURLSH* share);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const;
  // Sets the handle up for `request`; CURLOPT_PRIVATE is this.
  void begin(FetchRequest request);
  // What came of it. `code` is libcurl's word for the transfer's end.
  FetchResult finish(CURLcode code);
  // finish() for one that was cancelled.
  FetchResult abandon();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Names and TLS sessions shared between threads, with a lock for each kind of data.
class CurlShare {
 public:
  CurlShare();
  ~CurlShare();
  CurlShare(const CurlShare&) = delete;
  CurlShare& operator=(const CurlShare&) = delete;
  CURLSH* handle() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crawler
