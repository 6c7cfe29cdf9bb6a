#include "crawler/crawl/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <memory>
#include <stdexcept>

#include "crawler/crawl/progress_sink.h"

namespace crawler {
namespace {

std::unique_ptr<spdlog::logger> logger;

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
  }
  return spdlog::level::warn;
}

spdlog::sink_ptr sink_for(const std::string& file, Progress& progress) {
  if (file.empty()) return make_progress_sink(progress);
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_st>(file);
  } catch (const spdlog::spdlog_ex& error) {
    throw std::runtime_error(std::string("--log-file: ") + error.what());
  }
}

}  // namespace

void open_log(const std::string& file, const std::string& level, Progress& progress) {
  auto opened = std::make_unique<spdlog::logger>("weft", sink_for(file, progress));
  opened->set_level(spdlog::level::from_str(level));
  opened->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  opened->flush_on(spdlog::level::warn);
  logger = std::move(opened);
}

void log(LogLevel level, std::string_view line) {
  if (logger) logger->log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace crawler
