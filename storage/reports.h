// The built-in reports on a crawl's file, each with a name: what `weft report` prints.
//
// Most are one SQL text over the tables and views of schema.sql; those that SQL cannot answer in
// one pass (redirect chains, near-duplicates, PageRank) are a function each. All only read, may run
// while the crawl writes, and give the same rows in the same order for the same file. To add one,
// add its text and its line in reports.cc.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/table.h"

namespace storage {

// What there is to say about a report besides its rows.
struct ReportEnd {
  std::uint64_t rows = 0;
  bool more = false;   // the limit cut it
  std::string notice;  // one line for users, or ""
};

struct Report {
  std::string_view name;
  std::string_view about;  // one line
  std::uint64_t limit;     // rows shown by default; 0: all

  // One of the two: a statement, or a function with the columns that it fills.
  std::string_view sql{};
  std::vector<std::string> columns{};
  ReportEnd (*fill)(const Database& db, Table& table, std::uint64_t limit) = nullptr;
};

// In the order of lists for users; the first is the default.
const std::vector<Report>& reports();
const Report* find_report(std::string_view name);

// The names of the report's columns.
std::vector<std::string> columns_of(const Database& db, const Report& report);

// Prints at most `limit` rows; 0: all. Throws Error.
ReportEnd write_report(const Database& db, const Report& report, std::uint64_t limit,
                       std::ostream& out, TableOptions options);

}  // namespace storage
