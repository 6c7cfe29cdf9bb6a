// The options of `weft crawl`, each in one row.
#pragma once

#include <vector>

#include "crawler/options/crawl_options.h"
#include "crawler/options/option.h"

namespace crawler {

// More connections than a process is ever granted descriptors, and more parsers than any machine
// has cores.
inline constexpr unsigned kMostConcurrency = 100'000;
inline constexpr unsigned kMostParsers = 1024;

// Sets `options` to the defaults; the rows refer to its members, so it must outlive them.
std::vector<Option> crawl_table(CrawlOptions& options);

}  // namespace crawler
