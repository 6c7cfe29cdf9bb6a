#include "crawler/compare/run.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "crawler/process/process_usage.h"
#include "storage/table.h"

namespace crawler {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kTick = 200ms;
constexpr auto kSiteStarts = 60s;  // 63,250 hosts take it some seconds to listen on
// How long a crawl may take to end once it is told to: its first interrupt lets requests finish,
// its second drops them, and then it is killed.
constexpr auto kDrains = 5s;
constexpr auto kStops = 20s;
constexpr int kInterruptedCode = 130;
constexpr std::size_t kLongestError = 200;  // bytes of a crawl's complaint that are kept

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The last line that a program said, which is why it gave up.
std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  const std::size_t line = text.rfind('\n');
  if (line != std::string::npos) text.erase(0, line + 1);
  if (text.starts_with("weft: ")) text.erase(0, 6);
  return storage::printable(text.substr(0, kLongestError));
}

std::string why_it_ended(int status, const std::string& errors) {
  const std::string said = last_line(errors);
  if (WIFSIGNALED(status)) {
    const char* const name = strsignal(WTERMSIG(status));
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), name == nullptr ? "" : name);
  }
  return said.empty() ? fmt::format("exit code {}", WEXITSTATUS(status)) : said;
}

double seconds_of(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "weft-compare-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), pattern);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Runner::Runner(const Workload& workload, Options options, const Signals& signals)
    : workload_(workload), options_(std::move(options)), signals_(signals) {}

// The site says where it is once it listens on all its addresses and has written the seeds.
bool Runner::start() {
  if (workload_.live()) return true;
  site_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{fs::read_symlink("/proc/self/exe").string(), "site",
                               "--hosts=" + std::to_string(workload_.hosts),
                               "--pages=" + std::to_string(workload_.pages),
                               "--latency=" + workload_.latency, "--body=" + workload_.body,
                               "--threads=" + std::to_string(workload_.site_threads), "--port=0",
                               "--seeds=" + folder_.file("seeds.txt")},
      folder_.file("site.out"), folder_.file("site.err"));
  for (const auto until = Clock::now() + kSiteStarts; Clock::now() < until;) {
    const std::string lines = text_of(folder_.file("site.out"));
    if (std::count(lines.begin(), lines.end(), '\n') ==
        static_cast<std::ptrdiff_t>(workload_.hosts))
      return true;
    const std::optional<int> signal = signals_.wait(10ms);
    if (signal && *signal != SIGCHLD) return false;
    if (site_->ended()) break;
  }
  throw std::runtime_error("the built-in site did not start: " +
                           last_line(text_of(folder_.file("site.err"))));
}

std::vector<std::string> Runner::crawl_command(const Configuration& configuration) const {
  std::vector<std::string> argv{options_.program,
                                "crawl",
                                "--db=" + folder_.file("crawl.db"),
                                "--stats=" + folder_.file("stats.json"),
                                "--quiet",
                                "--log-level=off",
                                "--strategy=" + std::string(to_string(configuration.strategy)),
                                "--concurrency=" + std::to_string(configuration.concurrency),
                                "--parsers=" + std::to_string(configuration.parsers),
                                "--per-host=" + std::to_string(workload_.per_host)};
  if (workload_.max_pages > 0) argv.push_back("--max-pages=" + std::to_string(workload_.max_pages));
  if (!workload_.live()) {
    argv.insert(argv.end(), {"--delay=0", folder_.file("seeds.txt")});
  } else {
    argv.emplace_back("--");
    argv.insert(argv.end(), workload_.seeds.begin(), workload_.seeds.end());
  }
  return argv;
}

std::optional<Measurement> Runner::run(const Configuration& configuration, PlannedRun planned,
                                       const std::function<void()>& tick) {
  for (const char* name : {"crawl.db", "crawl.db-wal", "crawl.db-shm", "stats.json"})
    fs::remove(folder_.file(name));
  Measurement measurement;
  measurement.run = planned;
  const auto server_before = site_ ? cpu_of(site_->pid()) : std::chrono::microseconds{0};
  const auto machine_before = machine_cpu();
  const auto start = Clock::now();
  ChildProcess crawl(crawl_command(configuration), "/dev/null", folder_.file("crawl.err"));
  std::optional<Usage> usage;
  auto patience = start + options_.time_limit;  // then it gets SIGINT, SIGINT again, SIGKILL
  int signals = 0;
  while (!(usage = crawl.ended())) {
    if (Clock::now() >= patience) {
      crawl.signal(signals < 2 ? SIGINT : SIGKILL);
      patience = Clock::now() + (signals == 0 ? std::chrono::seconds(kDrains) : kStops);
      ++signals;
    }
    const std::optional<int> signal = signals_.wait(kTick);
    if (signal && *signal != SIGCHLD) return std::nullopt;
    if (site_ && site_->ended())
      throw std::runtime_error("the built-in site has ended: " +
                               last_line(text_of(folder_.file("site.err"))));
    tick();
  }
  measurement.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  measurement.stopped = signals > 0;
  if (site_) measurement.server_cpu = seconds_of(cpu_of(site_->pid()) - server_before);
  measurement.machine_cpu = seconds_of(machine_cpu() - machine_before);
  measurement.switches_waiting = usage->switches_waiting;
  measurement.switches_forced = usage->switches_forced;
  const bool drained = WIFEXITED(usage->status) && measurement.stopped &&
                       WEXITSTATUS(usage->status) == kInterruptedCode;
  if (usage->status != 0 && !drained) {
    measurement.error = why_it_ended(usage->status, text_of(folder_.file("crawl.err")));
    return measurement;
  }
  if (usage->status == 0) measurement.stopped = false;  // it had ended by itself
  try {
    read_results(measurement, configuration);
  } catch (const std::exception& error) {
    measurement.error = storage::printable(std::string("no results: ") + error.what());
  }
  return measurement;
}

void Runner::read_results(Measurement& measurement, const Configuration& configuration) const {
  const json stats = json::parse(text_of(folder_.file("stats.json")));
  measurement.pages = stats.at("urls").at("done").get<std::uint64_t>();
  measurement.requests = stats.at("requests").at("total").get<std::uint64_t>();
  measurement.most_in_flight = stats.at("requests").at("most_in_flight").get<std::uint64_t>();
  measurement.memory = stats.at("memory").at("peak").get<std::uint64_t>();
  measurement.threads = stats.at("threads").get<std::uint64_t>() + configuration.parsers;

  const json& time = stats.at("time_us");
  const auto seconds = [&time](const char* stage, const char* what) {
    return time.at(stage).at(what).get<double>() / 1e6;
  };
  const bool inline_parser = configuration.parsers == 0;  // then it is CPU of the crawl's own
  const double store = seconds("store", "cpu");
  const double parse = seconds("parse", "cpu");
  const double fetch = seconds("crawl", "cpu") - store - (inline_parser ? parse : 0);
  measurement.cpu = {std::max(fetch, 0.0), parse, store};
  // Little's law.
  measurement.mean_in_flight = seconds("fetch", "waiting") / std::max(measurement.seconds, 1e-6);

  const json& latency = stats.at("latency_us").at("total");
  constexpr std::array kPercentiles{"p50", "p95", "p99"};
  for (std::size_t i = 0; i < kPercentiles.size(); ++i)
    measurement.latency_ms[i] = latency.at(kPercentiles[i]).get<double>() / 1000;
  for (const json& sample : stats.at("timeline").at("samples"))
    measurement.timeline.push_back({sample.at("ms").get<double>() / 1000,
                                    sample.at("pages").get<std::uint64_t>(),
                                    sample.at("in_flight").get<std::uint64_t>()});

  measurement.found = found_pages(folder_.file("crawl.db"));
  if (!measurement.stopped && stats.at("urls").at("queued").get<std::uint64_t>() == 0)
    measurement.digest = digest_of(measurement.found);
}

}  // namespace crawler
