// The log of a crawl (--log-file, --log-level). spdlog is included in its source alone: it costs
// every source that includes it 2 s to compile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/crawl/progress.h"

namespace crawler {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn };

// Where the lines go from now on: into `file`, or where that is "" to stderr through `progress`,
// which outlives all logging. `level`: spdlog's word for the least level that is kept. Throws
// std::runtime_error for a file that cannot be opened.
void open_log(const std::string& file, const std::string& level, Progress& progress);

// One line, on the engine's thread. Nothing before open_log().
void log(LogLevel level, std::string_view line);

}  // namespace crawler
