// How many files (connections above all) this process may have open: the one policy for it.
#pragma once

#include <cstddef>

namespace crawler {

// Raises the soft limit of open files (RLIMIT_NOFILE) to the hard one and returns it. Where that
// fails the soft limit stays as it is.
std::size_t raise_open_files();

// Open files that connections may take of `limit`: all but those that the rest of the process needs
// (database, workers, log, names being looked up), or half where there are few.
std::size_t files_for_connections(std::size_t limit);

}  // namespace crawler
