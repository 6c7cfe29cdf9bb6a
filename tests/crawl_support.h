// For tests that crawl: the built-in site as a process of its own, a crawl of it, and its file's
// rows.
#pragma once

#include <string>
#include <vector>

#include "tests/support.h"

namespace tests {

// `weft site` on a port that the system chose.
class Site {
 public:
  explicit Site(std::vector<std::string> options, std::size_t hosts = 1);
  // "http://127.0.1.1:PORT/", one a host.
  const std::vector<std::string>& start_urls() const { return start_urls_; }
  // A path on the first host.
  std::string url(std::string_view path) const;

 private:
  std::unique_ptr<Process> process_;
  std::vector<std::string> start_urls_;
};

// Arguments of a quick crawl of our own servers: no delay, many connections, no progress.
std::vector<std::string> crawl_args(const std::vector<std::string>& seeds, const std::string& db,
                                    const std::vector<std::string>& more = {});
Ended crawl(const std::vector<std::string>& seeds, const std::string& db,
            const std::vector<std::string>& more = {});

// What sqlite3 answers, without the last line's end: columns joined by '|', rows by '\n'.
std::string sql(const std::string& db, const std::string& query);

// Until a crawl under way has committed so many.
void wait_for_rows(const std::string& db, const std::string& table, int rows);

// Everything a crawl found, without what differs from one run to the next (ids, times, addresses).
std::string pages_of(const std::string& db);
std::string links_of(const std::string& db);
std::string urls_of(const std::string& db);

}  // namespace tests
