// The parser of a crawl: K worker processes (worker_process.h), each given a few documents ahead.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "crawler/parse/parser.h"

namespace crawler {

struct ParserPoolOptions {
  unsigned workers = 1;
  std::chrono::milliseconds deadline{5000};  // CPU time for one document, then SIGKILL
  std::string program;                       // path of weft-parser
};

// A page whose worker crashed, or passed its deadline or its memory, is given once more, to be read
// by its tokens alone (has_tokens_left()). Its job is answered once, with what that gives.
//
// Starts the first worker at once, on the calling thread, which must live as long as the pool: a
// machine on which none starts is known before anything is crawled. Throws std::system_error. A
// program that ends or answers without weft-parser's greeting, or that cannot confine itself, is a
// std::runtime_error out of the handler that `io` runs.
[[nodiscard]] std::unique_ptr<Parser> make_parser_pool(boost::asio::io_context& io,
                                                       ParserPoolOptions options);

}  // namespace crawler
