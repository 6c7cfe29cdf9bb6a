// One transfer: a libcurl easy handle, filled from a FetchRequest and judged into a FetchResult.
//
// Both fetchers use it, so that what is sent, which limits hold and which word a failure gets is
// decided in one place. A Transfer belongs to one thread at a time and may be used for one request
// after another: it keeps its handle, so connections and buffers are reused.
//
// libcurl itself watches the connect limit alone. The others are a deadline that its fetcher looks
// at: exact to the millisecond where libcurl's own stall check counts in seconds, and it costs
// no timer for each transfer.
#pragma once

#include <curl/curl.h>

#include <memory>

#include "crawler/fetch/curl_setup.h"
#include "crawler/fetch/fetcher.h"

namespace crawler {

class Transfer {
 public:
  // `settings` outlives this.
  explicit Transfer(const TransferSettings& settings);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const;
  // Sets the handle up for `request`; CURLOPT_PRIVATE is this.
  void begin(FetchRequest request);
  // When the transfer has failed unless something arrives before: moves as it does. Time::max()
  // where no limit is set.
  Time deadline() const;

  // What came of it; the handle is in no multi handle any more. Throws where our machine failed,
  // not the server. `code` is libcurl's word for the transfer's end.
  [[nodiscard]] FetchResult finish(CURLcode code);
  // The deadline has passed.
  [[nodiscard]] FetchResult expire();
  // It was cancelled.
  [[nodiscard]] FetchResult abandon();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crawler
