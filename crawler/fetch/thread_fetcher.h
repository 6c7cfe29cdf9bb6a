// Fetches with `concurrency` threads, each with one easy handle and its own connections; names and
// TLS sessions are shared. Results are posted to `io`, which the engine's thread runs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>

#include "crawler/fetch/fetcher.h"
#include "crawler/fetch/request_queue.h"

namespace crawler {

// `io`, `queue` and `options` outlive the fetcher. Throws std::system_error where the machine
// refuses so many open files, as start() does where it refuses so many threads; std::runtime_error
// where the options name an unreadable CA file or a header that is none.
[[nodiscard]] std::unique_ptr<Fetcher> make_thread_fetcher(boost::asio::io_context& io,
                                                           RequestQueue& queue,
                                                           const FetchOptions& options,
                                                           std::size_t concurrency,
                                                           Fetcher::OnFetched on_fetched);

}  // namespace crawler
