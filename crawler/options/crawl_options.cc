#include "crawler/options/crawl_options.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "crawler/options/units.h"
#include "parser/worker_protocol.h"

namespace crawler {
void complete(CrawlOptions& options) {
  if (options.strategy == Strategy::kSequential) {
    if (options.concurrency > 1)
      throw std::invalid_argument(
          "--strategy sequential sends one request at a time; leave out "
          "--concurrency " +
          std::to_string(options.concurrency));
  }
  if (options.concurrency == 0) options.concurrency = info(options.strategy).concurrency;
  if (options.parsers < 0)
    options.parsers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (options.sitemaps == Sitemaps::kTry && !options.robots)
    throw std::invalid_argument(
        "--sitemaps try looks for a sitemap where robots.txt names none, and with --no-robots "
        "robots.txt is not read; leave one of the two out");
  const Scope checked(options.scope);  // a bad pattern is told before the file is touched
  if (options.fetch.max_body > parser::kMaxWorkerBody)
    throw std::invalid_argument("--max-body " + format_size(options.fetch.max_body) +
                                " is more than a page may have: at most " +
                                format_size(parser::kMaxWorkerBody));
  for (const std::string& header : options.fetch.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos || colon == 0 ||
        header.find_first_of("\r\n") != std::string::npos)
      throw std::invalid_argument("--header '" + header + "' is not of the form 'Name: value'");
  }
  if (options.fetch.user_agent.find_first_of("\r\n") != std::string::npos)
    throw std::invalid_argument("--user-agent must be one line");
}

}  // namespace crawler
