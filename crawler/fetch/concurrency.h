// How many requests at once a fetcher may have under way on this machine.
#pragma once

#include <cstddef>
#include <string>

#include "crawler/options/crawl_options.h"

namespace crawler {

// Open files that a thread of the thread fetcher takes besides the connections that it keeps: two
// to be woken by, one for the transfer.
inline constexpr std::size_t kFilesOfThread = 3;

// As many as the limit of open files allows, once it is raised as far as it can be.
std::size_t most_at_once(Strategy strategy);

// "the limit of 400 open files allows 200 at once with --strategy async; raise it with ulimit -n"
std::string open_files_advice(Strategy strategy);

}  // namespace crawler
