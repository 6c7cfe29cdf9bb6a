#include "crawler/process/open_files.h"

#include <sys/resource.h>

#include <limits>

namespace crawler {
namespace {

constexpr std::size_t kOtherFiles = 512;

}  // namespace

std::size_t raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::size_t>::max();
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t files_for_connections(std::size_t limit) {
  return limit > 2 * kOtherFiles ? limit - kOtherFiles : limit / 2;
}

}  // namespace crawler
