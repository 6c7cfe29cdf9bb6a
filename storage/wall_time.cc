#include "storage/wall_time.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace storage {

WallTime wall_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// From year 0 to 9999, which is what SQLite's date functions take; a time beyond them is cut.
TimeText::TimeText(WallTime time) {
  constexpr WallTime kFirst = -62'167'219'200'000'000;
  constexpr WallTime kLast = 253'402'300'799'999'999;
  constexpr WallTime kSecond = 1'000'000;
  const WallTime within = std::clamp(time, kFirst, kLast);
  const WallTime micros = ((within % kSecond) + kSecond) % kSecond;
  const auto seconds = static_cast<std::time_t>((within - micros) / kSecond);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  const int size = std::snprintf(text_.data(), text_.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                                 utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                                 utc.tm_min, utc.tm_sec, static_cast<int>(micros / 1000));
  size_ = static_cast<std::size_t>(size);
}

}  // namespace storage
