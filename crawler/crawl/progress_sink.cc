#include "crawler/crawl/progress_sink.h"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <string_view>

namespace crawler {
namespace {

class ProgressSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit ProgressSink(Progress& progress) : progress_(progress) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t buffer;
    formatter_->format(message, buffer);
    std::string_view line(buffer.data(), buffer.size());
    if (line.ends_with('\n')) line.remove_suffix(1);
    progress_.line(line);
  }
  void flush_() override {}

 private:
  Progress& progress_;
};

}  // namespace

spdlog::sink_ptr make_progress_sink(Progress& progress) {
  return std::make_shared<ProgressSink>(progress);
}

}  // namespace crawler
