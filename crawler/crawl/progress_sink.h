// The log on stderr, where Progress draws too: each line is printed above the block.
#pragma once

#include <spdlog/common.h>

#include "crawler/crawl/progress.h"

namespace crawler {

// Prints by progress.line(), on the thread that logs, which must be that of `progress`. `progress`
// outlives the sink.
spdlog::sink_ptr make_progress_sink(Progress& progress);

}  // namespace crawler
