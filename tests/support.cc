#include "tests/support.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

extern char** environ;

namespace tests {
namespace {

using SteadyClock = std::chrono::steady_clock;

[[noreturn]] void fail_errno(const std::string& doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

// Starts `argv` with the given descriptors as its standard ones.
pid_t spawn(const std::vector<std::string>& argv, int in, int out, int err) {
  std::vector<char*> args;
  for (const std::string& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_adddup2(&actions, err, 2);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, args[0], &actions, nullptr, args.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "starting " + argv[0]);
  return pid;
}

int open_file(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) fail_errno("opening " + path);
  return fd;
}

int exit_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "weft-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) fail_errno("making a temporary folder");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out) throw std::runtime_error("cannot write " + path);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

Ended run(const std::vector<std::string>& argv, std::string_view input) {
  TempDir dir;
  write_file(dir.file("in"), input);
  const int in = open_file(dir.file("in"), O_RDONLY);
  const int out = open_file(dir.file("out"), O_WRONLY | O_CREAT);
  const int err = open_file(dir.file("err"), O_WRONLY | O_CREAT);
  const pid_t pid = spawn(argv, in, out, err);
  for (const int fd : {in, out, err}) close(fd);
  int status = 0;
  const auto deadline = SteadyClock::now() + kPatience;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (SteadyClock::now() > deadline) {
      ADD_FAILURE() << argv[0] << " did not end within " << kPatience.count() << " s";
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return {exit_code(status), read_file(dir.file("out")), read_file(dir.file("err"))};
}

Ended weft(std::vector<std::string> args, std::string_view input) {
  args.insert(args.begin(), weft_program());
  return run(args, input);
}

Process::Process(const std::vector<std::string>& argv) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail_errno("making a pipe");
  const int in = open_file("/dev/null", O_RDONLY);
  const int err = open_file(dir_.file("err"), O_WRONLY | O_CREAT);
  pid_ = spawn(argv, in, ends[1], err);
  for (const int fd : {in, err, ends[1]}) close(fd);
  out_ = ends[0];
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_);
}

std::string Process::read_line() {
  const auto deadline = SteadyClock::now() + kPatience;
  for (;;) {
    const std::size_t end = pending_.find('\n');
    if (end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    pollfd poll_fd{out_, POLLIN, 0};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0 || poll(&poll_fd, 1, static_cast<int>(left.count())) <= 0)
      throw std::runtime_error("no line came");
    char buffer[4096];
    const ssize_t count = read(out_, buffer, sizeof buffer);
    if (count <= 0) throw std::runtime_error("the program ended: " + read_file(dir_.file("err")));
    pending_.append(buffer, static_cast<std::size_t>(count));
  }
}

void Process::signal(int number) { kill(pid_, number); }

Ended Process::wait() {
  int status = 0;
  wait_until([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, "the program's end");
  pid_ = -1;
  char buffer[4096];
  for (ssize_t count; (count = read(out_, buffer, sizeof buffer)) > 0;)
    pending_.append(buffer, static_cast<std::size_t>(count));
  return {exit_code(status), pending_, read_file(dir_.file("err"))};
}

std::vector<pid_t> children_of(pid_t pid) {
  const std::string task = std::to_string(pid);
  std::istringstream list(read_file("/proc/" + task + "/task/" + task + "/children"));
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

bool runs(pid_t pid) {
  std::error_code ignored;
  const std::string path = "/proc/" + std::to_string(pid) + "/status";
  if (!std::filesystem::exists(path, ignored)) return false;
  try {
    return read_file(path).find("State:\tZ") == std::string::npos;
  } catch (const std::runtime_error&) {
    return false;  // it ended between the two looks
  }
}

void wait_until(const std::function<bool()>& holds, std::string_view what) {
  const auto deadline = SteadyClock::now() + kPatience;
  while (!holds()) {
    if (SteadyClock::now() > deadline)
      throw std::runtime_error("waited in vain for " + std::string(what));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    fail_errno("finding a free port");
  close(fd);
  return ntohs(address.sin_port);
}

Nginx::Nginx(const Config& config) : tls_(config.tls) {
  if (tls_) {
    const Ended made =
        run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", dir_.file("key.pem"), "-out", ca_file()});
    if (made.code != 0) throw std::runtime_error("openssl: " + made.err);
  }
  // A port that was free may be taken by the time nginx binds it: then try another.
  for (int attempt = 0; attempt < 10; ++attempt) {
    port_ = free_port();
    const std::string port = std::to_string(port_);
    const std::string tls_lines =
        "ssl_certificate " + ca_file() + "; ssl_certificate_key " + dir_.file("key.pem") + ";";
    write_file(
        dir_.file("nginx.conf"),
        "daemon off; master_process off; pid " + dir_.file("pid") + "; error_log " +
            dir_.file("error.log") + " warn;\n" + "events { worker_connections 4096; }\nhttp {\n" +
            "include /etc/nginx/mime.types; default_type application/octet-stream;\n" +
            "access_log off; client_body_temp_path " + dir_.file("body") + "; proxy_temp_path " +
            dir_.file("proxy") + "; fastcgi_temp_path " + dir_.file("fastcgi") +
            "; uwsgi_temp_path " + dir_.file("uwsgi") + "; scgi_temp_path " + dir_.file("scgi") +
            ";\n" + config.http + "\nserver { listen 127.0.0.1:" + port +
            (tls_ ? " ssl http2" : "") + ";\n" + (tls_ ? tls_lines : "") + "root " + config.root +
            ";\n" + config.server + "\n}\n}\n");
    process_ = std::make_unique<Process>(std::vector<std::string>{
        "nginx", "-e", dir_.file("error.log"), "-c", dir_.file("nginx.conf")});
    bool ended = false;
    wait_until(
        [&] {
          siginfo_t info{};
          if (waitid(P_PID, static_cast<id_t>(process_->pid()), &info,
                     WEXITED | WNOHANG | WNOWAIT) == 0 &&
              info.si_pid != 0)
            return ended = true;
          const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
          sockaddr_in address{};
          address.sin_family = AF_INET;
          address.sin_port = htons(port_);
          address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
          const bool up = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
          close(fd);
          return up;
        },
        "nginx to listen");
    if (!ended) return;
  }
  throw std::runtime_error("nginx does not start: " + read_file(dir_.file("error.log")));
}

Nginx::~Nginx() = default;

std::string Nginx::url(std::string_view path) const {
  return (tls_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_) +
         std::string(path);
}

}  // namespace tests
