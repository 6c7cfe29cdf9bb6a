// How much memory processes have taken, as the kernel counts it.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace crawler {

// Peak resident set (VmHWM) of a process in bytes; 0 where it cannot be read. `pid` 0: this
// process.
std::uint64_t peak_memory_of(pid_t pid);

}  // namespace crawler
