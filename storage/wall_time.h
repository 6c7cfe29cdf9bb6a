// Clocks, and times as the file has them: UTC text, "2026-01-31T12:00:00.000Z".
#pragma once

#include <array>
#include <string_view>

#include "storage/records.h"

namespace storage {

WallTime wall_now();

class TimeText {
 public:
  explicit TimeText(WallTime time);
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 32> text_{};
  std::size_t size_ = 0;
};

}  // namespace storage
