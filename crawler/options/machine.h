// The machine and the build that a measurement comes from, so that others can compare theirs.
#pragma once

#include <cstdint>
#include <string>

namespace crawler {

struct Machine {
  std::string processor;
  unsigned cores = 1;
  std::uint64_t memory = 0;  // bytes
  std::string system;        // kernel and its version
  std::string weft;          // version, and of what it is built on
};
Machine this_machine();

// "AMD EPYC, 2 cores, 23.54GiB of memory, Linux 6.1; weft 0.1.0, GCC 12.2.0, libcurl 7.88.1"
std::string describe(const Machine& machine);

}  // namespace crawler
