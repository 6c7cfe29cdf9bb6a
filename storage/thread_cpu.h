// CPU time of the calling thread. Header only: the libraries that count it do not all link storage.
#pragma once

#include <chrono>
#include <ctime>

namespace storage {

inline std::chrono::microseconds thread_cpu() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace storage
