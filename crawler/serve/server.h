// `weft serve`: the page and the answers of a crawl's file over HTTP/1.1, to this machine alone.
//
// One thread serves all connections; the desk's threads look into the file. Clients cannot harm
// it: requests, connections and questions are bounded in size, number and time, and there is no
// request that writes. Pages of other sites cannot ask either: a request must name this address
// (so a name that was pointed here is refused), and no answer is theirs to read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace crawler {

struct ServeOptions {
  std::string database;
  std::string host = "127.0.0.1";  // an address, or localhost; loopback
  std::uint16_t port = 8090;       // 0: the system chooses
};

class ServeServer {
 public:
  // Listens when it returns; serves in run(). Throws storage::Error where the file is none of
  // weft's, std::runtime_error where the address is not loopback or cannot be had.
  explicit ServeServer(const ServeOptions& options);
  ~ServeServer();
  ServeServer(const ServeServer&) = delete;
  ServeServer& operator=(const ServeServer&) = delete;

  // "http://127.0.0.1:8090/", with the port that it has.
  std::string url() const;
  // Serves until SIGINT or SIGTERM; one that came since construction counts.
  void run();

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace crawler
