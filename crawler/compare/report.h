// A comparison as text and rows: a table for people, all figures for programs, notes, and the
// changes since a saved comparison.
#pragma once

#include <ostream>
#include <string>

#include "crawler/compare/result.h"
#include "storage/table.h"

namespace crawler {

// One row a configuration. A table is short enough for a terminal; the other formats have all
// figures, in SI units that stand in the names.
void write_rows(std::ostream& out, const Comparison& comparison, const Findings& findings,
                const storage::TableOptions& options);

// What the rows leave out: workload, floor, the limit of each configuration, what was excluded,
// what was estimated, the machine.
void write_notes(std::ostream& out, const Comparison& comparison, const Findings& findings);

// One row a configuration and figure that both have: time, CPU, memory, p95. False where no
// configuration is in both.
[[nodiscard]] bool write_changes(std::ostream& out, const Findings& before, const Findings& after,
                                 const storage::TableOptions& options);

// All its configurations have as many parsers, so that their names need not say so.
[[nodiscard]] bool same_parsers(const Findings& findings);
// "async 512", and with parsers ", 2p" or ", inline".
std::string short_name(const Configuration& configuration, bool with_parsers);
// "100 hosts of 100 pages, 2KiB each, 200ms a response, 8 connections a host"
std::string describe(const Workload& workload);
// "12.5s"; "≈33m20s" where estimated; "~~12.5s~~" where excluded.
std::string time_text(const Summary& summary);
// The half width of the confidence interval, in per cent of the median: "2.1%".
std::string ci95_text(const Spread& spread);
// "3.4", "27", "1280": three digits are as many as are meant.
std::string short_number(double value);

}  // namespace crawler
