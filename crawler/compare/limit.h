// Names the limit of a crawl's speed: the resource that would have to grow. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace crawler {

enum class Limit : std::uint8_t {
  kCriticalPath,  // the site's own shape: pages are known only when those that link to them have
                  // come
  kServer,        // the site's process has no CPU left
  kCpu,           // ours has none left, or one of our threads has none
  kConnections,   // --concurrency: as many requests are under way as may be
  kPoliteness,    // --per-host and delays: hosts are asked as much as they may be
};
const char* to_string(Limit limit);  // "critical path", "server", "CPU", "connections", "per host"

// One run.
struct LimitFacts {
  double seconds = 0;
  double floor = 0;  // seconds of an ideal crawl; 0: not known
  unsigned cores = 1;
  unsigned site_threads = 0;  // 0: the server is not ours to watch
  double server_cpu = 0;      // seconds
  double machine_cpu = 0;     // seconds, of all that ran on the machine
  double fetch_cpu = 0;       // seconds, the engine's included
  double parse_cpu = 0;
  double store_cpu = 0;
  unsigned fetch_threads = 1;  // that share fetch_cpu
  unsigned parsers = 0;
  unsigned concurrency = 1;
  std::size_t slots = 0;  // connections that all hosts together allow; 0: hosts with delays
  double mean_in_flight = 0;
  bool stopped = false;  // at the time limit
};

struct LimitFinding {
  Limit limit = Limit::kPoliteness;
  std::string detail;  // the figure that says so: "server 97% of 1 thread"
};
LimitFinding limit_of(const LimitFacts& facts);

}  // namespace crawler
