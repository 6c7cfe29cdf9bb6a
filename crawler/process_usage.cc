#include "crawler/process_usage.h"

#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace crawler {

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

std::chrono::microseconds own_cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

}  // namespace crawler
