// The built-in site: serves pages.h and faults.h over HTTP/1.1, each host at a loopback address of
// its own (127.0.1.1, 127.0.1.2, ...), all on one port, and never on another network.
//
// `weft site` is its one caller. Clients cannot harm it: requests are bounded in size, connections
// that say nothing or take nothing are closed, and nothing that a client sends is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crawler/site/pages.h"

namespace crawler {

class DemoSite {
 public:
  // Listens when it returns; serves in run(). With port 0 the system chooses. Hosts are shared out
  // among `threads`. Raises the process's limit of open files to what it may have. Throws
  // std::runtime_error where an address cannot be had.
  DemoSite(const SiteOptions& options, std::size_t threads);
  ~DemoSite();
  DemoSite(const DemoSite&) = delete;
  DemoSite& operator=(const DemoSite&) = delete;

  // With the port that it has.
  const DemoPages& pages() const;
  // Serves until SIGINT or SIGTERM; one that came since construction counts.
  void run();

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace crawler
