// The record of each run in the table `runs`, and what is done to the file when a run starts and
// ends. Called on one thread, before the Writer takes the database and after it is closed.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/database.h"
#include "storage/records.h"

namespace storage {

// Adds a row for a run that starts now and returns its id. `options_json`: the options in force.
// URLs that an earlier run left queued as over_budget lose that reason. Throws Error.
std::int64_t start_run(Database& db, std::string_view version, std::string_view command_line,
                       std::string_view options_json, WallTime now);
// `outcome`: "finished", "interrupted" or "budget"; with "budget" every queued URL gets the reason
// over_budget until the next run starts. A run whose row has no outcome is
// running or was killed.
// `summary_json`: the totals of the run. Also merges the search index, makes the indexes that
// queries by URL use, and empties the write-ahead log. Throws Error.
void end_run(Database& db, std::int64_t run, std::string_view outcome,
             std::string_view summary_json, WallTime now);

// The run ends with an error of this machine, which its summary says: {"error": "disk full ..."}.
// Its outcome is "failed". Throws Error.
void fail_run(Database& db, std::int64_t run, std::string_view why, WallTime now);

// Makes the index that Writer::read_queued uses for `order`, and drops the one of another order.
// Throws Error.
void prepare_order(Database& db, Order order);

}  // namespace storage
