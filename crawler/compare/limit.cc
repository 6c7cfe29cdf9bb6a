#include "crawler/compare/limit.h"

#include <fmt/format.h>

#include <algorithm>

namespace crawler {
namespace {

// A crawl starts and ends with little to do, so what bounds it is never busy for the whole time.
constexpr double kBusy = 0.85;
// The same for connections: the first and last pages of a crawl leave most of them idle.
constexpr double kMostInUse = 0.7;
// Nearer to the floor than this, nothing but the floor is worth naming.
constexpr double kNearFloor = 1.25;

}  // namespace

const char* to_string(Limit limit) {
  switch (limit) {
    case Limit::kCriticalPath:
      return "critical path";
    case Limit::kServer:
      return "server";
    case Limit::kCpu:
      return "CPU";
    case Limit::kConnections:
      return "connections";
    case Limit::kPoliteness:
      return "per host";
  }
  return "";
}

LimitFinding limit_of(const LimitFacts& facts) {
  const double seconds = std::max(facts.seconds, 1e-6);
  const auto percent = [](double part) { return part * 100; };
  if (!facts.stopped && facts.floor > 0 && seconds <= kNearFloor * facts.floor)
    return {Limit::kCriticalPath, fmt::format("{:.2f} times the floor", seconds / facts.floor)};

  const double server =
      facts.site_threads == 0 ? 0 : facts.server_cpu / seconds / facts.site_threads;
  if (server >= kBusy)
    return {Limit::kServer,
            fmt::format("server busy {:.0f}% of {} {}", percent(server), facts.site_threads,
                        facts.site_threads == 1 ? "thread" : "threads")};

  const double ours = facts.fetch_cpu + facts.parse_cpu + facts.store_cpu;
  const double known = (ours + facts.server_cpu) / seconds / facts.cores;
  const double parsers = facts.parsers == 0 ? 0 : facts.parse_cpu / seconds / facts.parsers;
  // Inline parsing and fetching share the engine's thread.
  const double engine = (facts.fetch_cpu + (facts.parsers == 0 ? facts.parse_cpu : 0)) / seconds /
                        std::min(facts.fetch_threads, facts.cores);
  if (known >= kBusy)
    return {Limit::kCpu, fmt::format("{:.0f}% of {} {}, server included", percent(known),
                                     facts.cores, facts.cores == 1 ? "core" : "cores")};
  if (parsers >= kBusy)
    return {Limit::kCpu,
            fmt::format("{} busy {:.0f}%", facts.parsers == 1 ? "the parser is" : "parsers are",
                        percent(parsers))};
  if (engine >= kBusy)
    return {Limit::kCpu, fmt::format("the crawl's thread is busy {:.0f}%", percent(engine))};

  const bool by_hosts = facts.slots > 0 && facts.slots < facts.concurrency;
  const double places = by_hosts ? static_cast<double>(facts.slots) : facts.concurrency;
  const std::string in_flight =
      fmt::format("{:.0f} of {:.0f} in flight", facts.mean_in_flight, places);
  if (facts.mean_in_flight / places >= kMostInUse)
    return {by_hosts ? Limit::kPoliteness : Limit::kConnections, in_flight};
  // Neither busy nor full: it waits. For cores that others have ...
  const double machine = facts.machine_cpu / seconds / facts.cores;
  if (machine >= kBusy)
    return {Limit::kCpu,
            fmt::format("{:.0f}% of {} {}, {:.0f}% of it other programs'", percent(machine),
                        facts.cores, facts.cores == 1 ? "core" : "cores",
                        percent(std::max(0.0, 1 - known / machine)))};
  // ... for hosts that want pauses, or for links to come.
  return {facts.slots == 0 ? Limit::kPoliteness : Limit::kCriticalPath,
          fmt::format("{}, CPU {:.0f}%", in_flight, percent(known))};
}

}  // namespace crawler
