// The second of weft's two seams: something that turns a response body into a parser::Document.
//
// ParserPool gives it to worker processes (`weft-parser`), so that untrusted bytes are never parsed
// in the crawl's own process; InlineParser parses in this process, to show what that isolation
// costs. Both live on the engine's thread and call back on it, once a job, never from within
// submit().
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "parser/document.h"

namespace crawler {

// Why a document could not be parsed: the detail of storage::Reason::kParseFailed.
enum class ParseError : std::uint8_t { kNone, kTimeout, kCrashed, kOutOfMemory, kBadReply };
std::string_view to_string(ParseError error);  // "timeout", "crashed", "out_of_memory", "bad_reply"

struct ParseJob {
  std::string url;
  std::string content_type;
  std::shared_ptr<const std::string> body;
  parser::DocumentKind kind = parser::DocumentKind::kPage;
  parser::Method method = parser::Method::kCondensed;
};

// True where a page of which a worker made no answer is to be given once more, to be read by its
// tokens alone: the tree took the worker's life, its time or its memory.
[[nodiscard]] bool has_tokens_left(const ParseJob& job, ParseError error);

struct ParseResult {
  parser::DocumentKind kind = parser::DocumentKind::kPage;  // as in the job
  ParseError error = ParseError::kNone;
  parser::OwnedDocument owned;        // where there is no error: a document of this kind
  std::chrono::microseconds time{0};  // from when the worker reached the job to its answer
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
    std::uint64_t restarts = 0;        // workers that ended and were replaced
    std::chrono::microseconds cpu{0};  // CPU time of all workers, ended ones included
    std::uint64_t peak_memory = 0;     // bytes, summed over the workers alive
  };

  virtual ~Parser() = default;
  virtual void submit(ParseJob job, OnParsed on_parsed) = 0;
  virtual Backlog backlog() const = 0;
  virtual Usage usage() const = 0;
};

}  // namespace crawler
