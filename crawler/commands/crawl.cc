// weft crawl: opens the file, runs the engine over the seeds, and says what came of it.
#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>

#include "crawler/commands/commands.h"
#include "crawler/crawl/engine.h"
#include "crawler/crawl/log.h"
#include "crawler/crawl/progress.h"
#include "crawler/crawl/stats.h"
#include "crawler/fetch/concurrency.h"
#include "crawler/fetch/curl_setup.h"
#include "crawler/options/crawl_table.h"
#include "crawler/options/kept_options.h"
#include "crawler/options/run_record.h"
#include "crawler/options/seeds.h"
#include "crawler/parse/worker_process.h"
#include "storage/database.h"
#include "storage/out_file.h"
#include "storage/runs.h"
#include "storage/wall_time.h"

namespace crawler {
namespace {

constexpr int kNothingFound = 1;
constexpr int kInterrupted = 130;

// Fewer requests at once where there are too few open files for so many.
void limit_concurrency(CrawlOptions& options) {
  const std::size_t most = most_at_once(options.strategy);
  if (options.concurrency <= most) return;
  if (most == 0)
    throw std::runtime_error("--concurrency " + std::to_string(options.concurrency) + ": " +
                             open_files_advice(options.strategy));
  std::cerr << fmt::format("weft: {} requests at once instead of {}: {}\n", most,
                           options.concurrency, open_files_advice(options.strategy));
  options.concurrency = static_cast<unsigned>(most);
}

// The run ends with an exception, which says more than that its end cannot be recorded either.
void record_failure(storage::Database& db, std::int64_t run, const std::string& why) {
  try {
    storage::fail_run(db, run, why, storage::wall_now());
  } catch (const storage::Error&) {
    log(LogLevel::kDebug, db.path() + ": the end of the run is not recorded");
  }
}

int crawl(const Command& command, CrawlOptions& options) {
  if (options.db.empty())
    throw std::invalid_argument("--db is missing: name the file for the crawl");
  complete(options);
  limit_concurrency(options);
  Progress progress(STDERR_FILENO, Progress::choose(STDERR_FILENO, options.quiet), Clock::now());
  open_log(options.log_file, options.log_level, progress);
  init_curl();

  bool complained = false;
  const std::vector<parser::Url> seeds =
      gather_seeds(options.seeds, [&complained](const std::string& complaint) {
        complained = true;
        std::cerr << "weft: " << complaint << '\n';
      });
  if (seeds.empty() && !options.seeds.empty())
    throw std::runtime_error(complained ? "no seed is left: nothing to crawl"
                                        : "the seed list is empty: nothing to crawl");
  if (seeds.empty() && !std::ifstream(options.db))
    throw std::runtime_error("no seeds, and there is no file " + options.db +
                             " to resume: name a seed list or a URL");

  // A broken installation is told before the file is touched.
  if (options.parsers > 0) static_cast<void>(find_parser_program());
  storage::Database db(options.db, storage::Database::Mode::kCrawl);
  reconcile(command, db);
  storage::prepare_order(db, options.order);
  // A place that cannot be written is known before an hour is spent.
  std::optional<storage::OutFile> stats_file;
  if (!options.stats_file.empty()) stats_file.emplace(options.stats_file, options.db);
  const std::int64_t run =
      storage::start_run(db, WEFT_VERSION, command_line_of(command),
                         options_json(command.options, accepted_encodings()), storage::wall_now());

  Stats stats(Clock::now());
  Engine::Ending ending{};
  std::uint64_t queued = 0;
  try {
    Engine engine(options, db, stats, progress);
    ending = engine.run(seeds);
    queued = engine.queued();
  } catch (const std::exception& error) {
    record_failure(db, run, error.what());
    throw;
  }
  const std::string json = stats.to_json();
  storage::end_run(db, run, to_string(ending), json, storage::wall_now());

  if (stats_file) {
    stats_file->stream() << json << '\n';
    stats_file->finish();
  }
  const std::uint64_t failed = stats.count(storage::State::kFailed);
  if (!options.quiet) {
    stats.print_summary(std::cerr);
    if (failed > 0)
      std::cerr << fmt::format(
          "\nWhat failed, and why: weft report {} errors; one URL's history: weft why {} URL\n",
          shell_word(options.db), shell_word(options.db));
    if (queued > 0)
      std::cerr << fmt::format(
          "\n{}; {} URLs are still queued in {}. To go on: {}\n",
          ending == Engine::Ending::kBudget ? "--max-pages is reached" : "Stopped early", queued,
          options.db,
          ending == Engine::Ending::kBudget ? "the same command with a larger --max-pages"
                                            : "the same command again");
  }
  if (ending == Engine::Ending::kInterrupted) return kInterrupted;
  const bool none_done =
      failed > 0 && db.number("SELECT NOT EXISTS (SELECT 1 FROM urls WHERE state = 'done')") != 0;
  return none_done ? kNothingFound : 0;
}

}  // namespace

Command crawl_command() {
  const auto options = std::make_shared<CrawlOptions>();
  Command command{.name = "crawl",
                  .summary = "Crawl a seed list into one SQLite file, or resume that file's crawl"};
  command.options = crawl_table(*options);
  command.configurable = true;
  command.footer =
      "Examples:\n"
      "  weft crawl seeds.txt --db crawl.db\n"
      "  weft crawl https://example.com/ --db site.db --depth 3 --delay 1s\n"
      "  weft crawl --db crawl.db        resume after an interrupt or a crash\n\n"
      "Exit code: 0 done, 1 nothing found: every URL asked for failed, 2 an error, 130 "
      "interrupted.";
  command.run = [options](const Command& parsed) { return crawl(parsed, *options); };
  return command;
}

}  // namespace crawler
