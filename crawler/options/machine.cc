#include "crawler/options/machine.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include "crawler/options/units.h"

namespace crawler {
namespace {

// "" where the kernel does not tell.
std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t value = line.find(": ");
    return value == std::string::npos ? std::string() : line.substr(value + 2);
  }
  return {};
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.processor = processor_name();
  machine.cores = std::max(1u, std::thread::hardware_concurrency());
  struct sysinfo info {};
  if (sysinfo(&info) == 0) machine.memory = std::uint64_t{info.totalram} * info.mem_unit;
  utsname names{};
  if (uname(&names) == 0) machine.system = std::string(names.sysname) + " " + names.release;
  machine.weft = std::string("weft " WEFT_VERSION ", GCC " __VERSION__ ", libcurl ") +
                 curl_version_info(CURLVERSION_NOW)->version;
  return machine;
}

std::string describe(const Machine& machine) {
  return fmt::format("{}, {} {}, {} of memory, {}; {}", machine.processor, machine.cores,
                     machine.cores == 1 ? "core" : "cores", format_size(machine.memory),
                     machine.system, machine.weft);
}

}  // namespace crawler
