// The second of weft's two seams: something that turns a response body into a ParsedPage, or a
// ParsedSitemap.
//
// ParserPool gives it to worker processes (`weft-parser`), so that bytes from strangers are never
// parsed in the crawl's own process; InlineParser does it on the spot, to show what that isolation
// costs. Both live on the engine's thread and call back on it, once a job, never from within
// submit().
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "parser/page.h"
#include "parser/sitemap.h"
#include "parser/worker_protocol.h"

namespace crawler {

// Why a page could not be parsed: the detail of storage::Reason::kParseFailed.
enum class ParseError : std::uint8_t { kNone, kTimeout, kCrashed, kOutOfMemory, kBadReply };
std::string_view to_string(ParseError error);  // "timeout", "crashed", "out_of_memory", "bad_reply"

struct ParseJob {
  std::string url;
  std::string content_type;
  std::shared_ptr<const std::string> body;
  parser::WorkerJob kind = parser::WorkerJob::kPage;
};

struct ParseResult {
  ParseError error = ParseError::kNone;
  parser::OwnedPage page;             // of kPage
  parser::OwnedSitemap sitemap;       // of kSitemap
  std::chrono::microseconds time{0};  // from the job's turn in the worker to its answer
};

class Parser {
 public:
  using OnParsed = std::function<void(ParseResult)>;

  // Asked before each fetch: two numbers.
  struct Backlog {
    std::size_t jobs = 0;   // not answered
    std::size_t bytes = 0;  // their bodies
  };
  // Asked ten times a second: reads the kernel's accounts.
  struct Usage {
    std::uint64_t restarts = 0;        // workers started again
    std::chrono::microseconds cpu{0};  // CPU time of all workers, ended ones included
    std::uint64_t peak_memory = 0;     // bytes, summed over the workers alive
  };

  virtual ~Parser() = default;
  virtual void submit(ParseJob job, OnParsed on_parsed) = 0;
  virtual Backlog backlog() const = 0;
  virtual Usage usage() const = 0;
};

struct ParserPoolOptions {
  unsigned workers = 1;
  std::chrono::milliseconds deadline{5000};  // for one page, then SIGKILL
  std::string program;                       // path of weft-parser
};

// Throws std::system_error where a worker cannot be started.
std::unique_ptr<Parser> make_parser_pool(boost::asio::io_context& io, ParserPoolOptions options);
std::unique_ptr<Parser> make_inline_parser(boost::asio::io_context& io);

// weft-parser beside the running program, or in ../libexec/weft, or $WEFT_PARSER. Throws if none is
// there.
std::string find_parser_program();

}  // namespace crawler
