#include "crawler/parse/inline_parser.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <string_view>
#include <utility>

#include "crawler/process/process_usage.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void end_out_of_memory() {
  constexpr std::string_view kMessage =
      "weft: a page needs more memory than the parser may take, and with --parsers 0 that ends the "
      "crawl; the same command with --parsers 1 goes on\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kMessage.data(), kMessage.size());
  _exit(2);
}

class InlineParser final : public Parser {
 public:
  explicit InlineParser(asio::io_context& io) : io_(io), parser_(&end_out_of_memory) {}

  void submit(ParseJob job, OnParsed on_parsed) override {
    ++backlog_.jobs;
    backlog_.bytes += job.body->size();
    asio::post(io_, [this, alive = std::weak_ptr(alive_), job = std::move(job),
                     on_parsed = std::move(on_parsed)] {
      if (alive.expired()) return;  // the parser was destroyed, and nobody waits for an answer
      ParseResult result = parse(job);
      --backlog_.jobs;
      backlog_.bytes -= job.body->size();
      on_parsed(std::move(result));
    });
  }

  Backlog backlog() const override { return backlog_; }
  Usage usage() const override { return usage_; }

 private:
  ParseResult parse(const ParseJob& job) {
    const auto begin = SteadyClock::now();
    const auto cpu_begin = thread_cpu();
    frame_.clear();
    parser_.parse(job.kind, {job.url, job.content_type, *job.body, job.method}, frame_);
    ParseResult result;
    result.kind = job.kind;
    result.owned.size = frame_.size();
    result.owned.frame = std::make_unique_for_overwrite<char[]>(frame_.size());
    std::copy(frame_.begin(), frame_.end(), result.owned.frame.get());
    if (!parser::decode_document(job.kind, result.owned)) result.error = ParseError::kBadReply;
    result.time = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begin);
    usage_.cpu += thread_cpu() - cpu_begin;
    return result;
  }

  asio::io_context& io_;
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  parser::DocumentParser parser_;
  std::string frame_;  // kept for its memory
  Backlog backlog_;
  Usage usage_;
};

}  // namespace

std::unique_ptr<Parser> make_inline_parser(asio::io_context& io) {
  return std::make_unique<InlineParser>(io);
}

}  // namespace crawler
