#include "parser/sandbox.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <system_error>

#include "parser/arena.h"

namespace parser {
namespace {

#ifdef WEFT_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Address space beside the arena: 60 MiB of libraries, the stack, a body of the crawl's default
// limit several times over (as received, decoded, as text, as a frame), and a frame of
// kMaxFrameBytes while it grows. A page that needs more ends as out_of_memory.
constexpr rlim_t kAddressSpaceBytes = kArenaBytes + (rlim_t{512} << 20);
// gumbo destroys a <body> that a <frameset> replaces by recursion, 32 bytes a level, and the arena
// holds 3.7 million levels. More than 128 MiB the kernel does not keep free below the stack.
constexpr rlim_t kStackBytes = rlim_t{120} << 20;

[[noreturn]] void fail(const std::string& step, int error = errno) {
  throw std::runtime_error(step + ": " + std::generic_category().message(error));
}

void limit(int resource, rlim_t value, const char* name) {
  rlimit now{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &now) != 0) fail(name);
  if (now.rlim_max < value) value = now.rlim_max;
  const rlimit wanted{value, value};
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) != 0) fail(name);
}

void limit_resources() {
  limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
  limit(RLIMIT_STACK, kStackBytes, "RLIMIT_STACK");
  if (kSanitized) return;
  limit(RLIMIT_AS, kAddressSpaceBytes, "RLIMIT_AS");
  limit(RLIMIT_FSIZE, 0, "RLIMIT_FSIZE");
  limit(RLIMIT_NOFILE, 0, "RLIMIT_NOFILE");
  limit(RLIMIT_NPROC, 0, "RLIMIT_NPROC");
}

// The socket knows which process made it. If that is no longer the parent, the crawl died before
// PR_SET_PDEATHSIG was in force, and nothing would ever end this process.
void die_with_parent(int channel) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("PR_SET_PDEATHSIG");
  ucred maker{};
  socklen_t size = sizeof maker;
  if (getsockopt(channel, SOL_SOCKET, SO_PEERCRED, &maker, &size) != 0)
    fail("standard input is not the crawl's socket");
  if (maker.pid != getppid()) throw std::runtime_error("the crawl that started it has ended");
}

void close_descriptors(int channel) {
  const auto keep = static_cast<unsigned>(channel);
  if (channel != STDIN_FILENO) throw std::runtime_error("the channel is not standard input");
  if (close_range(keep + 1, STDERR_FILENO - 1, 0) != 0 ||
      close_range(STDERR_FILENO + 1, ~0u, 0) != 0)
    fail("close_range");
}

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_KILL_PROCESS)) {
    if (context_ == nullptr) fail("seccomp_init", ENOMEM);
  }
  ~Filter() { seccomp_release(context_); }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  template <class... Conditions>
  void allow(int call, Conditions... conditions) {
    const int error =
        seccomp_rule_add(context_, SCMP_ACT_ALLOW, call, sizeof...(conditions), conditions...);
    if (error != 0) fail("seccomp_rule_add", -error);
  }

  void load() {
    const int error = seccomp_load(context_);
    if (error != 0) fail("seccomp_load", -error);
  }

 private:
  scmp_filter_ctx context_;
};

// Any other system call kills the worker: nothing that it runs makes one.
void filter_system_calls() {
  // Written out: the library's macros for a condition are C99's compound literals.
  const scmp_arg_cmp no_exec{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
  const scmp_arg_cmp itself{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0};
  Filter filter;
  // The channel, and a last message on stderr.
  filter.allow(SCMP_SYS(read));
  filter.allow(SCMP_SYS(recvfrom));
  filter.allow(SCMP_SYS(write));
  filter.allow(SCMP_SYS(writev));
  filter.allow(SCMP_SYS(sendto));
  // Memory, none of it executable.
  filter.allow(SCMP_SYS(brk));
  filter.allow(SCMP_SYS(mmap), no_exec);
  filter.allow(SCMP_SYS(mprotect), no_exec);
  filter.allow(SCMP_SYS(mremap));
  filter.allow(SCMP_SYS(munmap));
  filter.allow(SCMP_SYS(madvise));
  // The C library's locks, clocks and random bytes.
  filter.allow(SCMP_SYS(futex));
  filter.allow(SCMP_SYS(clock_gettime));
  filter.allow(SCMP_SYS(gettimeofday));
  filter.allow(SCMP_SYS(getrandom));
  filter.allow(SCMP_SYS(restart_syscall));
  filter.allow(SCMP_SYS(rt_sigreturn));
  // Ending itself: exit, and abort()'s signal to its own process.
  filter.allow(SCMP_SYS(exit));
  filter.allow(SCMP_SYS(exit_group));
  filter.allow(SCMP_SYS(rt_sigprocmask));
  filter.allow(SCMP_SYS(getpid));
  filter.allow(SCMP_SYS(gettid));
  filter.allow(SCMP_SYS(tgkill), itself);
  filter.load();
}

}  // namespace

void enter_sandbox(int channel) {
  die_with_parent(channel);
  close_descriptors(channel);
  limit_resources();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("PR_SET_NO_NEW_PRIVS");
  if (!kSanitized) filter_system_calls();
}

const char* describe_sandbox() {
  return kSanitized ? "sanitized build: no limit on address space and files, no system call filter"
                    : "confined";
}

}  // namespace parser
