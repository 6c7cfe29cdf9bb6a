#include "crawler/parse/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace crawler {
namespace {

std::chrono::microseconds to_micros(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

// Milliseconds for poll(): not before `due` has passed, -1 for no end.
int poll_timeout(WorkerProcess::Time due) {
  if (due == WorkerProcess::Time::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - WorkerProcess::Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

// What posix_spawn() is given, released with it.
class SpawnSettings {
 public:
  // `channel` becomes the worker's standard input.
  explicit SpawnSettings(int channel) {
    posix_spawnattr_init(&attributes);
    // A process group of its own: an interrupt typed at the terminal is for the crawl, which then
    // decides when its workers end.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, channel, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    // Not every library makes its descriptors close-on-exec, and a worker may hold none of them.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
};

// Whether the process ends by itself within `grace`.
bool ends_within(pid_t pid, std::chrono::milliseconds grace) {
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) return false;
  const auto due = WorkerProcess::Clock::now() + grace;
  pollfd ended{pidfd, POLLIN, 0};
  int count = 0;
  do count = poll(&ended, 1, poll_timeout(due));
  while (count < 0 && errno == EINTR);
  close(pidfd);
  return count == 1;
}

}  // namespace

// ---- Start --------------------------------------------------------------------------------------

WorkerProcess::WorkerProcess(const std::string& program, std::chrono::milliseconds deadline)
    : program_(program), deadline_(deadline) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "making a socketpair for a parser");
  const SpawnSettings settings(ends[1]);
  std::array<char*, 2> argv{const_cast<char*>(program.c_str()), nullptr};
  const int error = posix_spawn(&pid_, program.c_str(), &settings.actions, &settings.attributes,
                                argv.data(), environ);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    throw std::system_error(error, std::generic_category(), "starting " + program);
  }
  socket_ = ends[0];
}

WorkerProcess::~WorkerProcess() {
  if (pid_ > 0) reap(std::chrono::milliseconds(0));
}

std::chrono::microseconds WorkerProcess::cpu() const {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_nsec / 1000);
}

// ---- Requests -----------------------------------------------------------------------------------

void WorkerProcess::send(const ParseJob& job) {
  requests_.push_back({&job,
                       {.url_bytes = static_cast<std::uint32_t>(job.url.size()),
                        .content_type_bytes = static_cast<std::uint32_t>(job.content_type.size()),
                        .body_bytes = static_cast<std::uint32_t>(job.body->size()),
                        .kind = job.kind,
                        .method = job.method}});
  if (requests_.size() == 1) begin_job();
  flush();
}

void WorkerProcess::flush() {
  while (has_unsent()) {
    Request& request = requests_[sent_whole_];
    std::array<iovec, 4> parts{
        {{&request.header, sizeof request.header},
         {const_cast<char*>(request.job->url.data()), request.job->url.size()},
         {const_cast<char*>(request.job->content_type.data()), request.job->content_type.size()},
         {const_cast<char*>(request.job->body->data()), request.job->body->size()}}};
    std::size_t left = 0;
    std::size_t skip = sent_bytes_;
    for (iovec& part : parts) {
      const std::size_t skipped = std::min(skip, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + skipped;
      part.iov_len -= skipped;
      skip -= skipped;
      left += part.iov_len;
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t sent = sendmsg(socket_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      broken_ = errno != EAGAIN;  // then receive() meets the end of the worker too
      return;
    }
    sent_bytes_ += static_cast<std::size_t>(sent);
    if (static_cast<std::size_t>(sent) == left) {
      ++sent_whole_;
      sent_bytes_ = 0;
    }
  }
}

void WorkerProcess::begin_job() {
  job_begun_ = Clock::now();
  deadline_.begin(job_begun_, cpu());
  extended_ = false;
}

// ---- Answers ------------------------------------------------------------------------------------

// kAnswer: all of it is there.
WorkerProcess::Event WorkerProcess::receive_greeting() {
  std::array<char, parser::kWorkerGreeting.size()> come;
  while (!has_started()) {
    const ssize_t count =
        recv(socket_, come.data(), parser::kWorkerGreeting.size() - greeted_, MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return Event::kNothing;
    if (count <= 0) return Event::kEnded;
    const std::string_view bytes(come.data(), static_cast<std::size_t>(count));
    if (!parser::kWorkerGreeting.substr(greeted_).starts_with(bytes)) return reject_reply();
    greeted_ += bytes.size();
  }
  return Event::kAnswer;
}

WorkerProcess::Event WorkerProcess::receive(ParseResult& answer) {
  if (!has_started())
    if (const Event event = receive_greeting(); event != Event::kAnswer) return event;
  constexpr std::size_t kHeader = sizeof reply_;
  while (received_ < kHeader || received_ < kHeader + reply_.frame_bytes) {
    const bool in_header = received_ < kHeader;
    char* const to = in_header ? reinterpret_cast<char*>(&reply_) + received_
                               : frame_.get() + (received_ - kHeader);
    const std::size_t room = (in_header ? kHeader : kHeader + reply_.frame_bytes) - received_;
    const ssize_t count = recv(socket_, to, room, MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return Event::kNothing;
    if (count <= 0) return Event::kEnded;
    received_ += static_cast<std::size_t>(count);
    if (received_ != kHeader) continue;
    // An answer to a job that the worker has not read whole is not an answer.
    if (sent_whole_ == 0 || reply_.frame_bytes > parser::kMaxDocumentBytes) return reject_reply();
    frame_ = std::make_unique_for_overwrite<char[]>(reply_.frame_bytes);
  }
  return finish_reply(answer);
}

WorkerProcess::Event WorkerProcess::finish_reply(ParseResult& answer) {
  received_ = 0;
  answer.kind = requests_.front().job->kind;
  answer.error = ParseError::kNone;
  answer.owned.frame = std::move(frame_);
  answer.owned.size = reply_.frame_bytes;
  answer.time = std::chrono::microseconds(reply_.parse_us);
  if (!parser::decode_document(answer.kind, answer.owned)) return reject_reply();
  requests_.pop_front();
  --sent_whole_;
  if (requests_.empty())
    deadline_.stop();
  else
    begin_job();
  return Event::kAnswer;
}

// weft-parser does not answer so: another program runs there now, and may do anything.
WorkerProcess::Event WorkerProcess::reject_reply() {
  kill(ParseError::kBadReply);
  return Event::kEnded;
}

void WorkerProcess::expire() {
  if (!deadline_.is_over(Clock::now(), cpu())) return;
  char byte = 0;
  const bool answer_waits = recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
  // Once a job: a worker that answers a byte at a time does not live on it.
  if (answer_waits && !std::exchange(extended_, true))
    deadline_.begin(Clock::now(), cpu());
  else
    kill(ParseError::kTimeout);
}

ParseResult WorkerProcess::wait() {
  ParseResult result;
  for (;;) {
    const Event event = receive(result);
    if (event == Event::kAnswer) return result;
    if (event == Event::kEnded) break;
    expire();
    flush();
    pollfd ready{socket_, static_cast<short>(has_unsent() ? POLLIN | POLLOUT : POLLIN), 0};
    poll(&ready, 1, poll_timeout(due()));
  }
  result.kind = requests_.front().job->kind;
  const WorkerEnd end = reap();
  end.require_usable();
  result.error = end.error;
  result.time = end.job_time;
  return result;
}

// ---- End ----------------------------------------------------------------------------------------

void WorkerProcess::kill(ParseError cause) {
  killed_for_ = cause;
  deadline_.stop();
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

void WorkerProcess::hang_up() {
  if (socket_ >= 0) close(std::exchange(socket_, -1));
}

WorkerEnd WorkerProcess::reap(std::chrono::milliseconds grace) {
  WorkerEnd end;
  end.job_time = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - job_begun_);
  hang_up();
  if (!ends_within(pid_, grace)) ::kill(pid_, SIGKILL);
  rusage usage{};
  while (wait4(pid_, &end.status, 0, &usage) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  end.cpu = to_micros(usage.ru_utime) + to_micros(usage.ru_stime);
  end.error = cause_of(end.status);
  end.program = program_;
  end.started = has_started();
  return end;
}

ParseError WorkerProcess::cause_of(int status) const {
  if (killed_for_ != ParseError::kNone) return killed_for_;
  const bool out_of_memory = WIFEXITED(status) && WEXITSTATUS(status) == parser::kWorkerOutOfMemory;
  return out_of_memory ? ParseError::kOutOfMemory : ParseError::kCrashed;
}

std::string WorkerEnd::describe() const {
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit code " + std::to_string(WEXITSTATUS(status));
}

void WorkerEnd::require_usable() const {
  if (WIFEXITED(status) && WEXITSTATUS(status) == parser::kWorkerNoSandbox)
    throw std::runtime_error(
        "this machine does not let weft-parser confine itself, and nothing is parsed unconfined: "
        "its message above names the step that failed");
  if (!started)
    throw std::runtime_error(program + " ended with " + describe() +
                             " before it was ready: it is not the weft-parser of weft " +
                             WEFT_VERSION + ", or cannot run here");
}

std::string find_parser_program() {
  namespace fs = std::filesystem;
  if (const char* named = std::getenv("WEFT_PARSER"); named != nullptr && *named != '\0') {
    if (access(named, X_OK) == 0) return named;
    throw std::runtime_error("WEFT_PARSER names " + std::string(named) +
                             ", which is not a program that can be run");
  }
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  for (const fs::path& path : {here / "weft-parser", here / "../libexec/weft/weft-parser"})
    if (access(path.c_str(), X_OK) == 0) return path.lexically_normal().string();
  throw std::runtime_error("weft-parser is neither beside weft in " + here.string() + " nor in " +
                           (here / "../libexec/weft").lexically_normal().string() +
                           ": install both programs, or set WEFT_PARSER to its path");
}

}  // namespace crawler
