// weft compare: the same crawl by each strategy, side by side.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "crawler/compare/html.h"
#include "crawler/compare/plan.h"
#include "crawler/compare/process.h"
#include "crawler/compare/progress.h"
#include "crawler/compare/report.h"
#include "crawler/compare/result.h"
#include "crawler/compare/run.h"
#include "crawler/compare/saved.h"
#include "crawler/fetch/concurrency.h"
#include "crawler/options/binding.h"
#include "crawler/options/crawl_table.h"
#include "crawler/options/run_record.h"
#include "crawler/options/seeds.h"
#include "crawler/options/units.h"
#include "crawler/site/pages.h"
#include "storage/out_file.h"
#include "storage/wall_time.h"

namespace crawler {
namespace {

constexpr int kDiffers = 1;
constexpr int kInterrupted = 130;
constexpr unsigned kMostRounds = 1000;
constexpr std::chrono::seconds kLeastTime{1};  // a crawl that is stopped sooner has nothing to tell
// What a measurement may ask of other people's sites unless its user says otherwise, and what weft
// crawl keeps to by itself.
constexpr std::uint64_t kLivePages = 200;
constexpr unsigned kLivePerHost = 2;
constexpr unsigned kLiveRounds = 3;
constexpr unsigned kLiveConcurrency = 64;

struct Arguments {
  std::vector<std::string> seeds;
  std::string workload = "io";
  std::optional<std::vector<Strategy>> strategies;
  std::optional<std::vector<unsigned>> concurrency;
  std::optional<std::vector<unsigned>> parsers;
  std::optional<unsigned> rounds;
  std::optional<std::size_t> hosts, pages, site_threads;
  std::optional<std::string> latency, body;
  std::optional<unsigned> per_host;
  std::optional<std::uint64_t> max_pages;
  std::chrono::microseconds time_limit{std::chrono::seconds(30)};
  std::uint64_t order_seed = 1;
  std::string program;
  std::string save, against, html;
  OutputOptions output;
};

unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }

Preset complete(const Arguments& arguments) {
  Preset made = *preset(arguments.workload, cores());
  Workload& workload = made.workload;
  if (!arguments.seeds.empty()) {
    workload.seeds = arguments.seeds;
    workload.per_host = kLivePerHost;
    workload.max_pages = kLivePages;
    made.concurrency = {kLiveConcurrency};
    made.strategies = {Strategy::kSequential, Strategy::kThreads, Strategy::kAsync};
    made.parsers = {cores()};
  }
  workload.hosts = arguments.hosts.value_or(workload.hosts);
  workload.pages = arguments.pages.value_or(workload.pages);
  workload.latency = arguments.latency.value_or(workload.latency);
  workload.body = arguments.body.value_or(workload.body);
  workload.site_threads = arguments.site_threads.value_or(workload.site_threads);
  workload.per_host = arguments.per_host.value_or(workload.per_host);
  workload.max_pages = arguments.max_pages.value_or(workload.max_pages);
  made.strategies = arguments.strategies.value_or(made.strategies);
  made.concurrency = arguments.concurrency.value_or(made.concurrency);
  made.parsers = arguments.parsers.value_or(made.parsers);
  return made;
}

double floor_of(const Workload& workload) {
  if (workload.live() || workload.max_pages > 0) return 0;
  SiteOptions site;
  site.hosts = workload.hosts;
  site.pages = workload.pages;
  site.latency = *Latency::parse(workload.latency);
  site.body = *parse_size(workload.body);
  try {
    return std::chrono::duration<double>(critical_path(site, workload.per_host)).count();
  } catch (const std::invalid_argument&) {
    return 0;  // the site is too large for that
  }
}

void check_seeds(const std::vector<std::string>& seeds) {
  if (std::find(seeds.begin(), seeds.end(), "-") != seeds.end())
    throw std::runtime_error(
        "standard input can be read only once, and each run needs the seeds: "
        "put them into a file");
  const auto complain = [](const std::string& text) { std::cerr << "weft: " << text << '\n'; };
  if (!seeds.empty() && gather_seeds(seeds, complain).empty())
    throw std::runtime_error("no seed is left: nothing to compare");
}

// A crawl with fewer requests at once than its configuration says would be measured under its name.
void check_open_files(const std::vector<Configuration>& configurations) {
  for (const Configuration& configuration : configurations)
    if (configuration.concurrency > most_at_once(configuration.strategy))
      throw std::runtime_error("cannot measure " + name_of(configuration) + ": " +
                               open_files_advice(configuration.strategy));
}

// Opened before anything is measured, so that a place that cannot be written is known before an
// hour is spent.
std::optional<storage::OutFile> open_file(const std::string& path) {
  if (path.empty()) return std::nullopt;
  return std::optional<storage::OutFile>(std::in_place, path);
}

void write_file(std::optional<storage::OutFile>& file, const std::string& text) {
  if (!file) return;
  file->stream() << text;
  file->finish();
}

Comparison read_saved(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    throw std::runtime_error("--against: cannot read " + path + ": " + std::strerror(errno));
  try {
    return comparison_from({std::istreambuf_iterator<char>(file), {}});
  } catch (const std::runtime_error& error) {
    throw std::runtime_error("--against: " + path + ": " + error.what());
  }
}

// Runs the plan. False: interrupted.
bool measure(const Arguments& arguments, const Workload& workload, Comparison& comparison) {
  const Signals signals;
  Runner runner(
      workload,
      {.program = arguments.program,
       .time_limit = std::chrono::duration_cast<std::chrono::milliseconds>(arguments.time_limit)},
      signals);
  const std::vector<PlannedRun> plan =
      plan_runs(comparison.configurations.size(), comparison.rounds, arguments.order_seed);
  CompareProgress progress;
  TimeLeft time_left(plan, comparison.configurations.size());
  progress.show("starting the site");
  if (!runner.start()) return false;

  const auto run = [&](PlannedRun planned, const std::string& place, std::size_t next) {
    const Configuration& configuration = comparison.configurations[planned.configuration];
    const auto start = CompareProgress::Clock::now();
    return runner.run(configuration, planned, [&, start] {
      const std::chrono::duration<double> elapsed = CompareProgress::Clock::now() - start;
      const std::optional<double> left = time_left.left(next, elapsed.count());
      progress.show(fmt::format(
          "{}: {}{}", place, name_of(configuration),
          left ? fmt::format(", about {} left",
                             format_duration(std::chrono::seconds(std::lround(*left) + 1)))
               : std::string()));
    });
  };
  // The last configuration, which is among the fastest: the site's pages, the programs and their
  // libraries are in memory afterwards. Other people's sites are not asked to warm us up.
  if (!workload.live() && !run({comparison.configurations.size() - 1, 0}, "warm-up", plan.size()))
    return false;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    auto measurement = run(plan[i], fmt::format("run {} of {}", i + 1, plan.size()), i);
    if (!measurement) return false;
    time_left.ran(plan[i].configuration, measurement->seconds);
    comparison.measurements.push_back(std::move(*measurement));
  }
  return true;
}

int compare(const Command& command, const Arguments& arguments) {
  check_seeds(arguments.seeds);
  const Preset made = complete(arguments);
  Comparison comparison;
  comparison.machine = this_machine();
  comparison.command = command_line_of(command);
  comparison.measured_at = storage::TimeText(storage::wall_now()).view();
  comparison.workload = made.workload;
  for (std::string& seed : comparison.workload.seeds) seed = without_credentials(seed);
  comparison.floor = floor_of(made.workload);
  comparison.rounds = arguments.rounds.value_or(made.workload.live() ? kLiveRounds : 5u);
  comparison.time_limit = std::chrono::duration<double>(arguments.time_limit).count();
  comparison.configurations = configurations_of(made.strategies, made.concurrency, made.parsers);
  check_open_files(comparison.configurations);

  std::optional<Comparison> before;
  if (!arguments.against.empty()) {
    before = read_saved(arguments.against);
    if (before->workload != comparison.workload)
      throw std::runtime_error("--against: " + arguments.against +
                               " measured another workload: " + describe(before->workload) +
                               "; now: " + describe(comparison.workload));
  }
  std::optional<storage::OutFile> save = open_file(arguments.save);
  std::optional<storage::OutFile> html = open_file(arguments.html);
  Output output(arguments.output, {});

  const bool finished = measure(arguments, made.workload, comparison);
  const Findings findings = find(comparison);
  if (!finished) std::cerr << "interrupted after " << comparison.measurements.size() << " runs\n";
  if (findings.summaries.empty()) return finished ? 0 : kInterrupted;

  std::ostream& out = output.stream();
  const storage::TableOptions table = output.table();
  if (!before || table.format == storage::Format::kTable)
    write_rows(out, comparison, findings, table);
  bool same_results = true;
  if (before) {
    if (table.format == storage::Format::kTable) out << '\n';
    const Findings then = find(*before);
    if (!write_changes(out, then, findings, table))
      std::cerr << "nothing in " << arguments.against << " was measured this time as well\n";
    // Digests hold the site's port, which is another one each time.
    same_results = then.pages == 0 || findings.pages == 0 || then.pages == findings.pages;
    if (!same_results)
      std::cerr << fmt::format("the crawls found {} pages, those of {} {}\n", findings.pages,
                               arguments.against, then.pages);
  }
  output.finish();
  write_notes(std::cerr, comparison, findings);
  write_file(save, to_json(comparison) + '\n');
  write_file(html, html ? to_html(comparison, findings) : "");
  if (!finished) return kInterrupted;
  return findings.agree && same_results ? 0 : kDiffers;
}

// ---- options -----------------------------------------------------------------------------------

std::string wrong_latency(const std::string& text) {
  return Latency::parse(text) ? "" : "'" + text + "' is not a latency; see weft site --help";
}

std::string wrong_body(const std::string& text) {
  const std::uint64_t most = SiteOptions::kLargestBody;
  return parse_size(text).value_or(most + 1) <= most
             ? ""
             : "'" + text + "' is not a size up to " + format_size(most);
}

Binding strategies(std::optional<std::vector<Strategy>>& member) {
  Binding made = list(
      member, [](const std::string& word) { return strategy_from(word); },
      "one of sequential, threads, async");
  made.type = "WORDS";
  made.known = {"async", "threads", "sequential"};
  return made;
}

// `or_cores`: also "N", for the number of cores.
Binding numbers(std::optional<std::vector<unsigned>>& member, unsigned least, unsigned most,
                bool or_cores) {
  Binding made = list(
      member,
      [least, most, or_cores](const std::string& word) -> std::optional<unsigned> {
        if (or_cores && word == "N") return cores();
        const std::optional<unsigned> number = number_from<unsigned>(word);
        return number && *number >= least && *number <= most ? number : std::nullopt;
      },
      fmt::format("a whole number from {} to {}{}", least, most, or_cores ? ", or N" : ""));
  made.type = "NUMBERS";
  return made;
}

std::vector<Option> configuration_rows(Arguments& arguments) {
  return {
      {.name = "seeds",
       .fills = files(arguments.seeds),
       .type = "FILE|URL",
       .help = "Live sites: seed lists or URLs. None: the built-in site, a process of its own",
       .redacted = without_credentials},
      {.name = "--workload",
       .fills = word(arguments.workload, {"io", "cpu", "mixed"}),
       .help = "io: slow small pages; cpu: fast large ones; mixed: as on the web",
       .excludes = {"seeds"}},
      {.name = "--strategy",
       .fills = strategies(arguments.strategies),
       .help = "Of sequential,threads,async [all; cpu: async]"},
      {.name = "--concurrency",
       .fills = numbers(arguments.concurrency, 1, kMostConcurrency, false),
       .help = "Requests at once [8,64,512; cpu: 16]"},
      {.name = "--parsers",
       .fills = numbers(arguments.parsers, 0, kMostParsers, true),
       .help = "Processes that parse; 0: inline; N: one a core [N; cpu: 0,1,2,N]"},
  };
}

std::vector<Option> site_rows(Arguments& arguments) {
  return {
      {.name = "--hosts",
       .fills = number(arguments.hosts, 1, SiteOptions::kMostHosts),
       .help = "Hosts of the built-in site",
       .excludes = {"seeds"}},
      {.name = "--pages",
       .fills = number(arguments.pages, 1, SiteOptions::kMostPages),
       .help = "Pages a host",
       .excludes = {"seeds"}},
      {.name = "--site-threads",
       .fills = number(arguments.site_threads, 1, 256),
       .help = "Threads of the built-in site [1]",
       .excludes = {"seeds"}},
      {.name = "--latency",
       .fills = text(arguments.latency, wrong_latency),
       .type = "DIST",
       .help = "How long its answers take: 200ms, lognormal(80ms,0.6), pareto(50ms,1.5)",
       .excludes = {"seeds"}},
      {.name = "--body",
       .fills = text(arguments.body, wrong_body),
       .type = "SIZE",
       .help = "Text a page",
       .excludes = {"seeds"}},
      {.name = "--per-host",
       .fills = number(arguments.per_host, 1, 10'000),
       .help = "Connections a host [8; live sites: 2]"},
      {.name = "--max-pages",
       .fills = number(arguments.max_pages),
       .help = "URLs to request in a run [no bound; live sites: 200]"},
  };
}

std::vector<Option> measuring_rows(Arguments& arguments) {
  return {
      {.name = "--time-limit",
       .fills = duration(arguments.time_limit, kLeastTime),
       .help = "Longest time of a run; one that needs longer is stopped there and its time "
               "estimated"},
      {.name = "--rounds",
       .fills = number(arguments.rounds, 1, kMostRounds),
       .help = "Runs of each configuration [5; live sites: 3]"},
      {.name = "--order-seed",
       .fills = number(arguments.order_seed),
       .help = "Another number, another order of runs"},
      {.name = "--weft",
       .fills = existing_file(arguments.program),
       .type = "PROGRAM",
       .help = "Measure the crawls of another build of weft [this one]"},
      {.name = "--save", .fills = file(arguments.save), .help = "Keep every run's figures as JSON"},
      {.name = "--against",
       .fills = file(arguments.against),
       .help = "Say what has changed since a saved comparison, and what is noise"},
      {.name = "--html",
       .fills = file(arguments.html),
       .help = "Also write a page with charts, whole in one file"},
  };
}

}  // namespace

Command compare_command() {
  const auto arguments = std::make_shared<Arguments>();
  Command command{
      .name = "compare",
      .summary = "Measure fetch strategies, concurrency and parsers against each other"};
  append(command.options, configuration_rows(*arguments));
  append(command.options, site_rows(*arguments));
  append(command.options, measuring_rows(*arguments));
  append(command.options, output_rows(arguments->output, "table on a terminal, csv elsewhere"));
  command.footer =
      "Each run is weft crawl as a fresh process with a fresh file; rounds are interleaved in "
      "random\n"
      "order after a warm-up. Medians with 95% confidence intervals. A configuration whose "
      "results\n"
      "differ from the others' is excluded.\n\n"
      "Examples:\n"
      "  weft compare --workload io --html compare.html\n"
      "  weft compare --workload cpu --parsers 0,1,2\n"
      "  weft compare --save before.json      and after a change:\n"
      "  weft compare --against before.json\n\n"
      "With --against, csv and json hold the changes alone.\n\n"
      "Exit code: 0 done, 1 results differ, 2 an error, 130 interrupted.";
  command.run = [arguments](const Command& parsed) {
    if (arguments->program.empty())
      arguments->program = std::filesystem::read_symlink("/proc/self/exe").string();
    return compare(parsed, *arguments);
  };
  return command;
}

}  // namespace crawler
