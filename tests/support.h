// What tests share: a folder that goes away, programs that are run or kept running, and waiting for
// events. Nothing here sleeps for a time and hopes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

// Longest that a test waits for an event before it fails; generous, because sanitizers are slow.
inline constexpr std::chrono::seconds kPatience{60};

// A fresh folder, removed with all that is in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Absolute paths of the built programs, and of the folder that holds README.md.
std::string weft_program();
std::string parser_program();      // weft-parser
std::string bad_worker_program();  // a weft-parser that misbehaves on demand: tests/bad_worker.cc
std::string source_dir();

void write_file(const std::string& path, std::string_view bytes);
std::string read_file(const std::string& path);

struct Ended {
  int code = 0;  // exit code, or 128 + signal
  std::string out;
  std::string err;
};

// Runs a program to its end; argv[0] is looked up in PATH. Killed, and the test failed, after
// kPatience.
Ended run(const std::vector<std::string>& argv, std::string_view input = {});
// The built weft, with arguments.
Ended weft(std::vector<std::string> args, std::string_view input = {});

// A program that runs until it is killed, by kill() or at the latest here.
class Process {
 public:
  explicit Process(const std::vector<std::string>& argv);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  // The next line of its stdout, without the line's end. Fails the test after kPatience or at its
  // end.
  std::string read_line();
  void signal(int number);
  // Waits for its end: exit code, or 128 + signal, and what is left of stdout; stderr whole.
  Ended wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  TempDir dir_;  // holds stderr
  std::string pending_;
};

// Processes that the main thread of `pid` has started and not yet waited for.
std::vector<pid_t> children_of(pid_t pid);
// Neither gone nor a zombie.
bool runs(pid_t pid);

// Calls `holds` until it answers true; fails the test after kPatience.
void wait_until(const std::function<bool()>& holds, std::string_view what);

// A TCP port on 127.0.0.1 that was free a moment ago, for servers that cannot choose their own.
std::uint16_t free_port();

// nginx on a free port, serving `root`; `server_config` goes into the server block, `http_config`
// around it. `tls`: with a self-signed certificate for localhost, at ca_file().
class Nginx {
 public:
  struct Config {
    std::string root{};
    std::string server{};
    std::string http{};
    bool tls = false;
  };
  explicit Nginx(const Config& config);
  ~Nginx();
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(
      std::string_view path = "/") const;  // http://127.0.0.1:PORT, https://localhost:PORT
  std::string ca_file() const { return dir_.file("cert.pem"); }

 private:
  TempDir dir_;
  bool tls_ = false;
  std::uint16_t port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace tests
