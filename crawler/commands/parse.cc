// weft parse FILE --url URL [--content-type TYPE]: one page as weft sees it, as JSON. The page is
// parsed where the crawl parses pages: in a confined weft-parser, never in this process.
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "crawler/commands/commands.h"
#include "crawler/options/binding.h"
#include "crawler/parse/parser_pool.h"
#include "parser/digest.h"
#include "parser/page.h"
#include "parser/url.h"
#include "parser/worker_protocol.h"

namespace crawler {
namespace {

// For one page. Longer than the crawl's: nobody else waits.
constexpr std::chrono::seconds kDeadline{30};

struct Options {
  std::string file;
  std::string url;
  std::string content_type;
};

[[noreturn]] void fail_errno(const std::string& doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

// One weft-parser, ended with its life here.
class Worker {
 public:
  explicit Worker(const std::string& program) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      fail_errno("making a socket");
    socket_ = ends[0];
    const timeval deadline{kDeadline.count(), 0};
    for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO})
      setsockopt(socket_, SOL_SOCKET, direction, &deadline, sizeof deadline);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    std::string name = program;
    std::array<char*, 2> argv{name.data(), nullptr};
    const int error = posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) {
      close(socket_);
      throw std::system_error(error, std::generic_category(), "starting " + program);
    }
  }
  ~Worker() {
    close(socket_);
    if (pid_ > 0) end();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void send(const void* bytes, std::size_t count) {
    for (auto* at = static_cast<const char*>(bytes); count > 0;) {
      const ssize_t sent = ::send(socket_, at, count, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) fail();
      at += sent;
      count -= static_cast<std::size_t>(sent);
    }
  }

  void receive(void* bytes, std::size_t count) {
    for (auto* at = static_cast<char*>(bytes); count > 0;) {
      const ssize_t got = recv(socket_, at, count, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got == 0) errno = 0;
      if (got <= 0) fail();
      at += got;
      count -= static_cast<std::size_t>(got);
    }
  }

  [[noreturn]] static void fail_with(ParseError error) {
    throw std::runtime_error("the page could not be parsed: " + std::string(to_string(error)));
  }

 private:
  // It has nothing left to say, or will not say it.
  int end() {
    kill(pid_, SIGKILL);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return status;
  }

  // The worker is past the deadline, or hung up; then it has ended, or is about to, by itself.
  [[noreturn]] void fail() {
    if (errno == EAGAIN) fail_with(ParseError::kTimeout);
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT);
    const int status = end();
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == parser::kWorkerNoSandbox)
      throw std::runtime_error("the parser could not be confined");
    fail_with(code == parser::kWorkerOutOfMemory ? ParseError::kOutOfMemory : ParseError::kCrashed);
  }

  pid_t pid_ = -1;
  int socket_ = -1;
};

parser::OwnedPage parse_confined(const Options& options, const std::string& body) {
  if (body.size() > parser::kMaxWorkerBody || options.url.size() > parser::kMaxWorkerField ||
      options.content_type.size() > parser::kMaxWorkerField)
    throw std::runtime_error("the page, its URL or its type is too long");
  Worker worker(find_parser_program());
  const parser::WorkerRequest request{static_cast<std::uint32_t>(options.url.size()),
                                      static_cast<std::uint32_t>(options.content_type.size()),
                                      static_cast<std::uint32_t>(body.size())};
  worker.send(&request, sizeof request);
  worker.send(options.url.data(), options.url.size());
  worker.send(options.content_type.data(), options.content_type.size());
  worker.send(body.data(), body.size());

  parser::WorkerReply reply{};
  worker.receive(&reply, sizeof reply);
  if (reply.frame_bytes > parser::kMaxFrameBytes) Worker::fail_with(ParseError::kBadReply);
  parser::OwnedPage owned;
  owned.size = reply.frame_bytes;
  owned.frame = std::make_unique_for_overwrite<char[]>(owned.size);
  worker.receive(owned.frame.get(), owned.size);
  if (!parser::decode_page(owned)) Worker::fail_with(ParseError::kBadReply);
  return owned;
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
  const std::string body = read_body(options.file);
  const parser::OwnedPage owned = parse_confined(options, body);
  const parser::ParsedPage& page = owned.page;

  std::array<char, 17> simhash{};
  std::snprintf(simhash.data(), simhash.size(), "%016llx",
                static_cast<unsigned long long>(page.simhash));
  nlohmann::ordered_json json{{"url", options.url},
                              {"title", page.title},
                              {"lang", page.lang},
                              {"charset", page.charset},
                              {"description", page.description},
                              {"canonical", page.canonical},
                              {"robots", page.robots},
                              {"base", page.base},
                              {"text", page.text},
                              {"elements", page.elements},
                              {"links_cut", page.links_cut},
                              {"links_ignored", page.links_ignored},
                              {"links", nlohmann::ordered_json::array()},
                              {"digest", parser::sha256_hex(body)},
                              {"simhash", simhash.data()}};
  for (const parser::Link& link : page.links)
    json["links"].push_back({{"url", link.url},
                             {"text", link.text},
                             {"rel", link.rel},
                             {"source", parser::to_string(link.source)}});
  std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
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
  };
  command.run = [options](const Command&) { return run(*options); };
  return command;
}

}  // namespace crawler
