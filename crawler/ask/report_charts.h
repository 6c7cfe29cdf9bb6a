// The charts of a crawl: how its URLs and responses are spread over statuses, reasons, depths,
// hosts, latencies and sizes. Each is drawn from counts that one pass over the file gives, and has
// a bounded number of bars.
#pragma once

#include <string>
#include <vector>

#include "crawler/ask/chart.h"
#include "storage/database.h"

namespace crawler {

struct CrawlChart {
  std::string id;  // "status"
  BarChart chart;
  std::string note;  // what is not drawn; "" where all is
};

// Only reads. Throws storage::Error.
std::vector<CrawlChart> charts_of(const storage::Database& db);

}  // namespace crawler
