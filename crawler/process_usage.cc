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
  const auto read = [](std::string_view line, std::string_view field, std::uint64_t& bytes) {
    if (line.starts_with(field))
      bytes = std::strtoull(line.data() + field.size(), nullptr, 10) * 1024;  // counted in kB
  };
  for (std::string line; std::getline(status, line);) {
    read(line, "VmRSS:", memory.now);
    read(line, "VmHWM:", memory.peak);
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
