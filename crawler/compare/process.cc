#include "crawler/compare/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

namespace crawler {
namespace {

using std::chrono::microseconds;

constexpr int kNotStarted = 127;  // as shells have it

microseconds time_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + microseconds(time.tv_usec);
}

bool handed_on(std::string_view variable) {
  return !variable.starts_with("WEFT_") || variable.starts_with("WEFT_PARSER=");
}

// Between fork and exec only calls that are safe there; everything was made ready before.
[[noreturn]] void become(char* const* argv, char* const* environment, int in, int out, int err,
                         pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kNotStarted);  // it died before we asked
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execvpe(argv[0], argv, environment);
  const char* const why = std::strerror(errno);
  for (const char* const part : {static_cast<const char*>(argv[0]), ": ", why, "\n"})
    if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
  _exit(kNotStarted);
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : fd_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), path);
  }
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Signals::Signals() {
  sigemptyset(&held_);
  for (const int number : {SIGCHLD, SIGINT, SIGTERM}) sigaddset(&held_, number);
  sigprocmask(SIG_BLOCK, &held_, &before_);
}

Signals::~Signals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

std::optional<int> Signals::wait(std::chrono::milliseconds time) const {
  const timespec limit{time.count() / 1000, time.count() % 1000 * 1'000'000};
  const int number = sigtimedwait(&held_, nullptr, &limit);
  if (number < 0) return std::nullopt;
  return number;
}

ChildProcess::ChildProcess(const std::vector<std::string>& argv, const std::string& out_file,
                           const std::string& err_file) {
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable)
    if (handed_on(*variable)) environment.push_back(*variable);
  environment.push_back(nullptr);
  const Descriptor in("/dev/null", O_RDONLY);
  const Descriptor out(out_file, O_WRONLY | O_CREAT | O_TRUNC);
  const Descriptor err(err_file, O_WRONLY | O_CREAT | O_TRUNC);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0)
    become(arguments.data(), environment.data(), in.get(), out.get(), err.get(), parent);
  setpgid(pid_, pid_);  // the child does the same; whichever comes first
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);  // the group: what it has started goes with it
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::signal(int number) const {
  if (pid_ > 0) kill(-pid_, number);
}

std::optional<Usage> ChildProcess::ended() {
  Usage usage;
  rusage taken{};
  if (pid_ < 0 || wait4(pid_, &usage.status, WNOHANG, &taken) != pid_) return std::nullopt;
  kill(-pid_, SIGKILL);  // what it may have left behind
  pid_ = -1;
  usage.cpu = time_of(taken.ru_utime) + time_of(taken.ru_stime);
  usage.switches_waiting = static_cast<std::uint64_t>(taken.ru_nvcsw);
  usage.switches_forced = static_cast<std::uint64_t>(taken.ru_nivcsw);
  return usage;
}

}  // namespace crawler
