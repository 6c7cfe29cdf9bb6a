// weft parse FILE --url URL [--content-type TYPE] [--whole]: one page as weft sees it, as JSON. The
// page is parsed where the crawl parses pages: in a confined weft-parser, never in this process.
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "crawler/commands/commands.h"
#include "crawler/options/binding.h"
#include "crawler/parse/worker_process.h"
#include "parser/document.h"
#include "parser/url.h"
#include "parser/worker_protocol.h"
#include "storage/json_writer.h"

namespace crawler {
namespace {

// CPU time for the page. Longer than the crawl's, since no other page waits behind it.
constexpr std::chrono::seconds kDeadline{30};

struct Options {
  std::string file;
  std::string url;
  std::string content_type;
  bool whole = false;
};

[[noreturn]] void fail_errno(const std::string& doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

ParseResult run_worker(const ParseJob& job) {
  WorkerProcess worker(find_parser_program(), kDeadline);
  worker.send(job);
  return worker.wait();
}

parser::OwnedDocument parse_confined(ParseJob job) {
  if (job.body->size() > parser::kMaxWorkerBody || job.url.size() > parser::kMaxWorkerField ||
      job.content_type.size() > parser::kMaxWorkerField)
    throw std::runtime_error(fmt::format("the page may have {} bytes, its URL and its type {} each",
                                         parser::kMaxWorkerBody, parser::kMaxWorkerField));
  ParseResult result = run_worker(job);
  if (has_tokens_left(job, result.error)) {
    job.method = parser::Method::kTokens;
    result = run_worker(job);
  }
  if (result.error != ParseError::kNone)
    throw std::runtime_error("the page could not be parsed: " +
                             std::string(to_string(result.error)));
  return std::move(result.owned);
}

std::string read_body(const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  if (std::filesystem::is_directory(file)) throw std::runtime_error(file + ": is a directory");
  std::ifstream in(file, std::ios::binary);
  if (!in) fail_errno(file);
  std::string body{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) fail_errno(file);
  return body;
}

int run(Options options) {
  parser::Url url;
  if (const auto error = url.parse(options.url); error != parser::UrlError::kOk)
    throw std::runtime_error("--url: " + options.url + ": " + describe(error, options.url));
  options.url = url.href();
  const ParseJob job{options.url, options.content_type,
                     std::make_shared<const std::string>(read_body(options.file)),
                     parser::DocumentKind::kPage,
                     options.whole ? parser::Method::kWhole : parser::Method::kCondensed};
  const parser::OwnedDocument owned = parse_confined(job);
  const auto& page = std::get<parser::ParsedPage>(owned.document.content);

  std::string text;
  storage::JsonWriter json(text, storage::JsonLayout::kIndented);
  json.object([&] {
    json.member("url", options.url);
    json.member("title", page.title);
    json.member("lang", page.lang);
    json.member("charset", page.charset);
    json.member("description", page.description);
    json.member("canonical", page.canonical);
    json.member("robots", page.robots);
    json.member("base", page.base);
    json.member("text", page.text);
    json.member("elements", page.elements);
    json.member("reading", parser::to_string(page.reading));
    json.member("links_cut", page.links_cut);
    json.member("links_ignored", page.links_ignored);
    json.array("links", [&] {
      for (const parser::Link& link : page.links)
        json.object([&] {
          json.member("url", link.url);
          json.member("text", link.text);
          json.member("rel", link.rel);
          json.member("source", parser::to_string(link.source));
        });
    });
    json.member("digest", owned.document.digest);
    json.member("simhash", fmt::format("{:016x}", page.simhash));
  });
  std::cout << text << '\n';
  if (!std::cout.flush()) throw std::runtime_error("cannot write to stdout");
  return 0;
}

}  // namespace

Command parse_command() {
  const auto options = std::make_shared<Options>();
  Command command{.name = "parse",
                  .summary = "Print one page as weft sees it: title, text, links, as JSON."};
  command.options = {
      {.name = "file",
       .fills = file(options->file),
       .help = "The page's HTML, or - for standard input",
       .required = true},
      {.name = "--url",
       .fills = text(options->url),
       .type = "URL",
       .help = "The page's own URL, for its relative links",
       .required = true},
      {.name = "--content-type",
       .fills = text(options->content_type),
       .type = "TYPE",
       .help = "The Content-Type header's value, for its charset"},
      {.name = "--whole",
       .fills = flag(options->whole),
       .help = "Build the tree of the whole page. Else what decides no tree is left out first, and "
               "only the field `reading` differs"},
  };
  command.run = [options](const Command&) { return run(*options); };
  return command;
}

}  // namespace crawler
