// A crawl's whole report as one HTML file that needs nothing else: charts, every report of
// storage/reports.h as a table, the runs that made the crawl, the machine, and the command that
// repeats it. Every string from the web is escaped.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "storage/database.h"

namespace crawler {

struct ReportPage {
  std::string database;                // as it was named, a word of a shell
  std::string command;                 // that repeats the page
  std::string made_at;                 // UTC
  std::optional<std::uint64_t> limit;  // most rows of a table; 0: all
};

// All reads are of one transaction, also while a crawl runs. Memory grows only with the rows shown.
// Throws storage::Error.
void write_report_page(std::ostream& out, const storage::Database& db, const ReportPage& page);

}  // namespace crawler
