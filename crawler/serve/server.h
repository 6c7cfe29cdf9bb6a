// `weft serve`: the web page and the API of a crawl's file over HTTP/1.1, for this machine only.
//
// One thread serves all connections; the threads of QueryExecutor read the file. Clients are
// untrusted: requests, connections and queries are bounded in size, number and time, and no request
// writes. Pages of other sites are kept out: the Host field must name this address, so a name that
// was made to resolve to it is rejected, and no reply may be read across origins.
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
  // Listens when it returns; serves in run(). Throws storage::Error where the file is not a weft
  // file, std::runtime_error where the address is not loopback or cannot be bound.
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
