#include "crawler/parse/parser_pool.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "crawler/process/process_usage.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

// Pages handed to a worker ahead of the one it is at, so that it finds the next one in its socket.
// More would only pile up behind a slow page while other workers are idle.
constexpr std::size_t kPagesAhead = 3;

// How long a worker that closed its socket may take to end before it is killed.
constexpr int kEndGraceMs = 200;

struct Job {
  ParseJob job;
  Parser::OnParsed on_parsed;
  parser::WorkerRequest header{};
};

std::chrono::microseconds to_micros(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

// One weft-parser process: its pid and our end of the socketpair. Ends the process with itself.
class Child {
 public:
  explicit Child(const std::string& program) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw std::system_error(errno, std::generic_category(), "making a socketpair for a parser");
    // A process group of its own: an interrupt typed at the terminal is for the crawl, which then
    // decides when its workers end.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    // Not every library's descriptors are close-on-exec, and a parser is to hold nobody's.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    std::array<char*, 2> argv{const_cast<char*>(program.c_str()), nullptr};
    const int error =
        posix_spawn(&pid_, program.c_str(), &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    if (error != 0) {
      close(ends[0]);
      throw std::system_error(error, std::generic_category(), "starting " + program);
    }
    socket_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (socket_ >= 0) close(socket_);
    if (pid_ > 0) end(0);
  }

  // Our end of the socketpair, handed over.
  int take_socket() { return std::exchange(socket_, -1); }
  void kill() const { ::kill(pid_, SIGKILL); }

  std::chrono::microseconds cpu() const {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_nsec / 1000);
  }
  std::uint64_t peak_memory() const { return memory_of(pid_).peak; }

  struct End {
    int status = 0;
    std::chrono::microseconds cpu{0};
  };
  // Waits up to `grace_ms` for the process to end by itself, then kills it.
  End end(int grace_ms) {
    const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    pollfd ended{pidfd, POLLIN, 0};
    if (pidfd < 0 || poll(&ended, 1, grace_ms) != 1) kill();
    if (pidfd >= 0) close(pidfd);
    End result;
    rusage usage{};
    while (wait4(pid_, &result.status, 0, &usage) < 0 && errno == EINTR) {
    }
    result.cpu = to_micros(usage.ru_utime) + to_micros(usage.ru_stime);
    pid_ = -1;
    return result;
  }

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
};

// Reads the frame that answers a job. False: it is none.
bool decode(parser::WorkerJob kind, std::unique_ptr<char[]> frame, std::size_t size,
            ParseResult& result) {
  if (kind == parser::WorkerJob::kSitemap) {
    result.sitemap.frame = std::move(frame);
    result.sitemap.size = size;
    return parser::decode_sitemap(result.sitemap);
  }
  result.page.frame = std::move(frame);
  result.page.size = size;
  return parser::decode_page(result.page);
}

class ParserPool;

// A process, the pages it has been given, and the two operations that are under way on its socket.
// Handlers hold it by shared_ptr, so that one that comes late finds `over` set and does nothing.
struct Worker : std::enable_shared_from_this<Worker> {
  Worker(asio::io_context& io, const std::string& program)
      : child(program),
        socket(io, asio::local::stream_protocol(), child.take_socket()),
        timer(io) {}

  Child child;
  asio::local::stream_protocol::socket socket;
  asio::steady_timer timer;
  std::deque<Job> jobs;     // in the order sent; the first is the one it is at
  std::size_t written = 0;  // of those, in the worker's socket whole
  std::size_t bytes = 0;    // their bodies
  bool writing = false;
  bool over = false;
  bool proven = false;  // has answered a page: it can be started on this machine
  ParseError killed_for = ParseError::kNone;
  SteadyClock::time_point turn{};  // when the first job's turn came
  parser::WorkerReply reply{};
  std::unique_ptr<char[]> frame;
};

class ParserPool final : public Parser {
 public:
  ParserPool(asio::io_context& io, ParserPoolOptions options)
      : io_(io), options_(std::move(options)) {
    add_worker();  // so that a machine on which no worker starts is told at once
  }

  ~ParserPool() override {
    for (const auto& worker : workers_) {
      worker->over = true;
      error_code ignored;
      worker->socket.close(ignored);
      worker->timer.cancel();
    }
    // Idle, it ends by itself at the end of its input; busy, nobody waits for its answer.
    for (const auto& worker : workers_) worker->child.end(worker->jobs.empty() ? kEndGraceMs : 0);
  }

  void submit(ParseJob job, OnParsed on_parsed) override {
    Job item{std::move(job), std::move(on_parsed), {}};
    item.header = {static_cast<std::uint32_t>(item.job.url.size()),
                   static_cast<std::uint32_t>(item.job.content_type.size()),
                   static_cast<std::uint32_t>(item.job.body->size()), item.job.kind};
    ++backlog_.jobs;
    backlog_.bytes += item.job.body->size();
    queue_.push_back(std::move(item));
    dispatch();
  }

  Backlog backlog() const override { return backlog_; }

  Usage usage() const override {
    Usage now = usage_;
    for (const auto& worker : workers_) {
      now.cpu += worker->child.cpu();
      now.peak_memory += worker->child.peak_memory();
    }
    return now;
  }

 private:
  void add_worker() {
    workers_.push_back(std::make_shared<Worker>(io_, options_.program));
    read_header(workers_.back());
  }

  // Gives waiting pages to workers, the least laden one first.
  void dispatch() {
    while (!queue_.empty()) {
      auto least =
          std::min_element(workers_.begin(), workers_.end(),
                           [](const auto& a, const auto& b) { return load(*a) < load(*b); });
      if (least == workers_.end() ||
          (!(*least)->jobs.empty() && workers_.size() < options_.workers)) {
        add_worker();
        continue;
      }
      Worker& worker = **least;
      if (worker.jobs.size() > kPagesAhead) return;
      worker.bytes += queue_.front().job.body->size();
      worker.jobs.push_back(std::move(queue_.front()));
      queue_.pop_front();
      if (worker.jobs.size() == 1) start_turn(*least);
      if (!worker.writing) write_next(*least);
    }
  }
  static std::pair<bool, std::size_t> load(const Worker& worker) {
    return {worker.jobs.size() > kPagesAhead, worker.bytes + worker.jobs.size()};
  }

  void write_next(const std::shared_ptr<Worker>& worker) {
    if (worker->written == worker->jobs.size()) return;
    const Job& job = worker->jobs[worker->written];
    worker->writing = true;
    const std::array<asio::const_buffer, 4> buffers{
        asio::buffer(&job.header, sizeof job.header), asio::buffer(job.job.url),
        asio::buffer(job.job.content_type), asio::buffer(*job.job.body)};
    // A write that fails is a worker that died: the read says so too, and deals with it.
    asio::async_write(worker->socket, buffers,
                      [this, worker](const error_code& error, std::size_t) {
                        worker->writing = false;
                        if (worker->over || error) return;
                        ++worker->written;
                        write_next(worker);
                      });
  }

  // The deadline counts from here: what waits behind a slow page is not slow itself.
  void start_turn(const std::shared_ptr<Worker>& worker) {
    worker->turn = SteadyClock::now();
    wait_for_answer(worker, false);
  }

  void wait_for_answer(const std::shared_ptr<Worker>& worker, bool extended) {
    worker->timer.expires_after(options_.deadline);
    worker->timer.async_wait([this, worker, extended](const error_code& error) {
      if (error || worker->over) return;
      // If this thread was late itself, the answer may have come and only not been read. Once: a
      // worker that keeps dribbling bytes is not to live on them.
      error_code ignored;
      if (!extended && worker->socket.available(ignored) > 0) return wait_for_answer(worker, true);
      worker->killed_for = ParseError::kTimeout;
      worker->child.kill();  // the read ends, and deals with it
    });
  }

  void read_header(const std::shared_ptr<Worker>& worker) {
    asio::async_read(
        worker->socket, asio::buffer(&worker->reply, sizeof worker->reply),
        [this, worker](const error_code& error, std::size_t) {
          if (worker->over) return;
          if (error) return bury(worker);
          // An answer to a page that it has not read whole is no answer.
          if (worker->written == 0 || worker->reply.frame_bytes > parser::kMaxFrameBytes)
            return reject(worker);
          read_frame(worker);
        });
  }

  void read_frame(const std::shared_ptr<Worker>& worker) {
    const std::size_t size = worker->reply.frame_bytes;
    worker->frame = std::make_unique_for_overwrite<char[]>(size);
    asio::async_read(worker->socket, asio::buffer(worker->frame.get(), size),
                     [this, worker](const error_code& error, std::size_t) {
                       if (worker->over) return;
                       if (error) return bury(worker);
                       ParseResult result;
                       if (!decode(worker->jobs.front().job.kind, std::move(worker->frame),
                                   worker->reply.frame_bytes, result))
                         return reject(worker);
                       result.time = std::chrono::microseconds(worker->reply.parse_us);
                       worker->proven = true;
                       Job job = take_first(*worker);
                       worker->timer.cancel();
                       if (!worker->jobs.empty()) start_turn(worker);
                       dispatch();
                       read_header(worker);
                       job.on_parsed(std::move(result));
                     });
  }

  Job take_first(Worker& worker) {
    Job job = std::move(worker.jobs.front());
    worker.jobs.pop_front();
    --worker.written;
    const std::size_t bytes = job.job.body->size();
    worker.bytes -= bytes;
    --backlog_.jobs;
    backlog_.bytes -= bytes;
    return job;
  }

  // An answer that no worker of ours gives: whatever runs there now is not to be trusted.
  void reject(const std::shared_ptr<Worker>& worker) {
    worker->killed_for = ParseError::kBadReply;
    worker->child.kill();
    bury(worker);
  }

  // A worker has died. The page it was at ends with it and is never tried again; those behind it
  // had not been begun and go to other workers. One that dies before it ever answered, with no page
  // to blame, would do so again and again.
  void bury(const std::shared_ptr<Worker>& worker) {
    worker->over = true;
    error_code ignored;
    worker->socket.close(ignored);
    worker->timer.cancel();
    const Child::End end = worker->child.end(kEndGraceMs);
    usage_.cpu += end.cpu;
    std::erase(workers_, worker);
    if (WIFEXITED(end.status) && WEXITSTATUS(end.status) == parser::kWorkerNoSandbox)
      throw std::runtime_error("the parser's sandbox cannot be put up on this machine (see above)");
    if (worker->jobs.empty() && !worker->proven)
      throw std::runtime_error("a parser ended before it was given a page: " +
                               describe(end.status));
    ++usage_.restarts;
    if (worker->jobs.empty()) return;  // it was idle: no page's fault; another starts when needed

    ParseResult result;
    result.time =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - worker->turn);
    result.error = worker->killed_for;
    if (result.error == ParseError::kNone) {
      const bool out_of_memory =
          WIFEXITED(end.status) && WEXITSTATUS(end.status) == parser::kWorkerOutOfMemory;
      result.error = out_of_memory ? ParseError::kOutOfMemory : ParseError::kCrashed;
    }
    worker->written = worker->jobs.size();  // nothing is written any more
    Job job = take_first(*worker);
    while (!worker->jobs.empty()) {
      queue_.push_front(std::move(worker->jobs.back()));
      worker->jobs.pop_back();
    }
    dispatch();
    job.on_parsed(std::move(result));
  }

  static std::string describe(int status) {
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit code " + std::to_string(WEXITSTATUS(status));
  }

  asio::io_context& io_;
  const ParserPoolOptions options_;
  std::vector<std::shared_ptr<Worker>> workers_;
  std::deque<Job> queue_;
  Backlog backlog_;
  Usage usage_;
};

// Without a process around it, a page that takes all memory takes the crawl with it: that is what
// --parsers 0 is there to show. The file keeps what was committed.
[[noreturn]] void die_of_memory() {
  constexpr std::string_view kMessage =
      "weft: a page needs more memory than the parser may take, and with --parsers 0 that ends the "
      "crawl; the same command with --parsers 1 goes on\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kMessage.data(), kMessage.size());
  _exit(2);
}

class InlineParser final : public Parser {
 public:
  explicit InlineParser(asio::io_context& io) : io_(io), parser_(&die_of_memory) {}

  void submit(ParseJob job, OnParsed on_parsed) override {
    ++backlog_.jobs;
    backlog_.bytes += job.body->size();
    asio::post(io_, [this, alive = std::weak_ptr(alive_), job = std::move(job),
                     on_parsed = std::move(on_parsed)] {
      if (alive.expired()) return;  // the parser is gone, and nobody waits for an answer
      const auto begin = SteadyClock::now();
      const auto cpu_begin = thread_cpu();
      frame_.clear();
      if (job.kind == parser::WorkerJob::kSitemap)
        sitemap_parser_.parse(*job.body, frame_);
      else
        parser_.parse({job.url, job.content_type, *job.body}, frame_);
      ParseResult result;
      auto frame = std::make_unique_for_overwrite<char[]>(frame_.size());
      std::copy(frame_.begin(), frame_.end(), frame.get());
      if (!decode(job.kind, std::move(frame), frame_.size(), result))
        result.error = ParseError::kBadReply;
      result.time =
          std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begin);
      usage_.cpu += thread_cpu() - cpu_begin;
      --backlog_.jobs;
      backlog_.bytes -= job.body->size();
      on_parsed(std::move(result));
    });
  }

  Backlog backlog() const override { return backlog_; }
  Usage usage() const override { return usage_; }

 private:
  asio::io_context& io_;
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  parser::PageParser parser_;
  parser::SitemapParser sitemap_parser_;
  std::string frame_;
  Backlog backlog_;
  Usage usage_;
};

}  // namespace

std::string_view to_string(ParseError error) {
  switch (error) {
    case ParseError::kNone:
      break;
    case ParseError::kTimeout:
      return "timeout";
    case ParseError::kCrashed:
      return "crashed";
    case ParseError::kOutOfMemory:
      return "out_of_memory";
    case ParseError::kBadReply:
      return "bad_reply";
  }
  return "";
}

std::unique_ptr<Parser> make_parser_pool(asio::io_context& io, ParserPoolOptions options) {
  return std::make_unique<ParserPool>(io, std::move(options));
}

std::unique_ptr<Parser> make_inline_parser(asio::io_context& io) {
  return std::make_unique<InlineParser>(io);
}

std::string find_parser_program() {
  namespace fs = std::filesystem;
  if (const char* named = std::getenv("WEFT_PARSER"); named != nullptr && *named != '\0') {
    if (access(named, X_OK) == 0) return named;
    throw std::runtime_error("WEFT_PARSER names " + std::string(named) +
                             ", which is no program that can be run");
  }
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  for (const fs::path& path : {here / "weft-parser", here / "../libexec/weft/weft-parser"})
    if (access(path.c_str(), X_OK) == 0) return path.lexically_normal().string();
  throw std::runtime_error("weft-parser is neither beside weft in " + here.string() + " nor in " +
                           (here / "../libexec/weft").lexically_normal().string() +
                           ": install both programs, or set WEFT_PARSER to its path");
}

}  // namespace crawler
