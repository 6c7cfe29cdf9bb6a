// Fetches with coroutines: `concurrency` of them on the engine's thread, over one curl multi handle
// that Asio drives through libcurl's socket and timer callbacks. Never polls.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>

#include "crawler/fetch/fetcher.h"
#include "crawler/fetch/request_queue.h"

namespace crawler {

// `queue` and `options` outlive the fetcher, and `io` all of them: coroutines that wait in the
// queue go away with it. `concurrency` is lowered to what the limit of open files, which is raised
// as far as it goes, has room for. Throws std::runtime_error: the options name an unreadable CA
// file or a header that is none.
[[nodiscard]] std::unique_ptr<Fetcher> make_async_fetcher(boost::asio::io_context& io,
                                                          RequestQueue& queue,
                                                          const FetchOptions& options,
                                                          std::size_t concurrency,
                                                          Fetcher::OnFetched on_fetched);

}  // namespace crawler
