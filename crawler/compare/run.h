// Runs one configuration: `weft crawl` as a fresh process into a fresh database, and what it took.
// Owns the built-in site's process and a folder for the files meanwhile; both go with it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/compare/plan.h"
#include "crawler/compare/process.h"
#include "crawler/compare/result.h"

namespace crawler {

// A folder that goes away with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder();  // throws std::system_error
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

class Runner {
 public:
  struct Options {
    std::string program;  // the weft that crawls; the site is always this one's
    std::chrono::milliseconds time_limit{0};
  };
  // `signals` outlives the runner.
  Runner(const Workload& workload, Options options, const Signals& signals);

  // Starts the built-in site where the workload has no seeds; before the first run. False:
  // interrupted. Throws std::runtime_error where it cannot be started.
  [[nodiscard]] bool start();

  // Nothing: interrupted. A crawl that fails is a measurement with an error. `tick` is called
  // several times a second meanwhile.
  [[nodiscard]] std::optional<Measurement> run(const Configuration& configuration,
                                               PlannedRun planned,
                                               const std::function<void()>& tick);

 private:
  std::vector<std::string> crawl_command(const Configuration& configuration) const;
  void read_results(Measurement& measurement, const Configuration& configuration) const;

  const Workload workload_;
  const Options options_;
  const Signals& signals_;
  ScratchFolder folder_;
  std::unique_ptr<ChildProcess> site_;
};

}  // namespace crawler
