#include "crawler/fetch/concurrency.h"

#include <fmt/core.h>

#include "crawler/process/open_files.h"

namespace crawler {

std::size_t most_at_once(Strategy strategy) {
  const std::size_t files = files_for_connections(raise_open_files());
  return strategy == Strategy::kAsync ? files : files / (kFilesOfThread + 1);
}

std::string open_files_advice(Strategy strategy) {
  return fmt::format(
      "the limit of {} open files allows {} at once with --strategy {}; raise it with ulimit -n",
      raise_open_files(), most_at_once(strategy), to_string(strategy));
}

}  // namespace crawler
