// The parser of --parsers 0: in the crawl's own process, unconfined and without a deadline.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "crawler/parse/parser.h"

namespace crawler {

// Parses on the thread that runs `io`. A page that passes the bound on memory ends the process,
// exit code 2: there is no worker to end in its place. The file keeps what was committed.
[[nodiscard]] std::unique_ptr<Parser> make_inline_parser(boost::asio::io_context& io);

}  // namespace crawler
