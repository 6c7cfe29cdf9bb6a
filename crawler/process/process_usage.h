// What processes have used of the machine, as the kernel counts it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

#include "storage/thread_cpu.h"

namespace crawler {

// Resident memory in bytes, and the threads that share it.
struct Memory {
  std::uint64_t now = 0;
  std::uint64_t peak = 0;
  std::uint64_t threads = 0;  // at this moment
};

// Of a process, 0 for this one. Zeros where it cannot be read, or has ended.
Memory memory_of(pid_t pid);

// CPU time of this process, all its threads, and not of its children.
std::chrono::microseconds own_cpu();

using storage::thread_cpu;

// CPU time of another process that runs, all its threads; 0 where there is none.
std::chrono::microseconds cpu_of(pid_t pid);

// CPU time that the whole machine, all cores, has not been idle since it started.
std::chrono::microseconds machine_cpu();

}  // namespace crawler
