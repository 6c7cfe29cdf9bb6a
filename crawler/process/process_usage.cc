#include "crawler/process/process_usage.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace crawler {
namespace {

using std::chrono::microseconds;

microseconds from_ticks(std::int64_t ticks) {
  return microseconds{ticks * 1'000'000 / sysconf(_SC_CLK_TCK)};
}

}  // namespace

Memory memory_of(pid_t pid) {
  std::ifstream status("/proc/" + (pid == 0 ? std::string("self") : std::to_string(pid)) +
                       "/status");
  Memory memory;
  constexpr std::uint64_t kKilobyte = 1024;  // as the kernel counts it
  const auto read = [](std::string_view line, std::string_view field, std::uint64_t unit,
                       std::uint64_t& value) {
    if (line.starts_with(field))
      value = std::strtoull(line.data() + field.size(), nullptr, 10) * unit;
  };
  for (std::string line; std::getline(status, line);) {
    read(line, "VmRSS:", kKilobyte, memory.now);
    read(line, "VmHWM:", kKilobyte, memory.peak);
    read(line, "Threads:", 1, memory.threads);
  }
  return memory;
}

microseconds own_cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

microseconds cpu_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat);
  // Fields are counted behind the name, which may hold anything: utime and stime are 14 and 15.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return microseconds{0};
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int number = 3; number < 14; ++number) fields >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  fields >> user >> system;
  return from_ticks(user + system);
}

microseconds machine_cpu() {
  std::ifstream file("/proc/stat");
  std::string name;
  file >> name;  // "cpu": the sum of all
  std::int64_t user = 0, nice = 0, system = 0, idle = 0, waiting = 0, hard = 0, soft = 0;
  file >> user >> nice >> system >> idle >> waiting >> hard >> soft;
  return from_ticks(user + nice + system + hard + soft);
}

}  // namespace crawler
