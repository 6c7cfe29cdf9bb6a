// A program of ours that is started, watched and ended: the built-in site, or one crawl.
//
// No child outlives weft: the destructor kills it, and so does the kernel (PR_SET_PDEATHSIG) where
// weft itself is killed; the parsers of a crawl end with it in the same way. A child is in its own
// process group, so that Ctrl-C reaches weft alone, which then decides. Waiting is for signals
// (SIGCHLD, SIGINT, SIGTERM), which Signals blocks meanwhile. One thread.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crawler {

// Blocks SIGCHLD, SIGINT and SIGTERM for as long as it lives; wait() accepts them.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next one of them, or nothing within `time`.
  std::optional<int> wait(std::chrono::milliseconds time) const;

 private:
  sigset_t held_{};
  sigset_t before_{};
};

// What a process that has ended, and all its children that it waited for, took of the machine.
struct Usage {
  int status = 0;  // as of wait(2)
  std::chrono::microseconds cpu{0};
  std::uint64_t switches_waiting = 0;  // context switches because there was nothing to do
  std::uint64_t switches_forced = 0;   // forced by the scheduler
};

class ChildProcess {
 public:
  // stdout goes to `out_file` and stderr to `err_file`; stdin is empty. WEFT_NAME variables, which
  // would change what is measured, are not handed on; WEFT_PARSER, which names the program, is.
  // Throws std::system_error.
  ChildProcess(const std::vector<std::string>& argv, const std::string& out_file,
               const std::string& err_file);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  // To its whole group; nothing where it has ended.
  void signal(int number) const;
  // Its end, where it has come.
  [[nodiscard]] std::optional<Usage> ended();

 private:
  pid_t pid_ = -1;  // -1: ended and waited for
};

}  // namespace crawler
