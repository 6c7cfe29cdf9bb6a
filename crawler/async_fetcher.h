// Fetches with coroutines: `concurrency` of them on the engine's thread, over one curl multi handle
// that Asio drives through libcurl's socket and timer callbacks. Never polls.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>

#include "crawler/fetcher.h"
#include "crawler/request_queue.h"

namespace crawler {

// `io`, `queue` and `options` outlive the fetcher.
std::unique_ptr<Fetcher> make_async_fetcher(boost::asio::io_context& io, RequestQueue& queue,
                                            const FetchOptions& options, std::size_t concurrency,
                                            Fetcher::OnFetched on_fetched);

}  // namespace crawler
