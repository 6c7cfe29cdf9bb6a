#include "crawler/memory.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace crawler {

std::uint64_t peak_memory_of(pid_t pid) {
  std::ifstream status("/proc/" + (pid == 0 ? std::string("self") : std::to_string(pid)) +
                       "/status");
  constexpr std::string_view kField = "VmHWM:";
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(kField))
      return std::strtoull(line.c_str() + kField.size(), nullptr, 10) * 1024;  // the field is in kB
  return 0;
}

}  // namespace crawler
