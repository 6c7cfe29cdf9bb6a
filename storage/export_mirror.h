// The bodies of a crawl's pages as files in a tree that looks like the sites: HOST/PATH, decoded as
// the crawl kept them, links in them as they were. mirror.csv says which file holds which URL.
#pragma once

#include <cstdint>

#include "storage/database.h"
#include "storage/out_file.h"

namespace storage {

// Writes what was fetched with a status of 2xx; answers how many files. Names are FileNames', in
// the order of discovery: one crawl gives one tree. Memory does not grow with the number of pages.
// `csv_safe`: of mirror.csv, as in TableOptions::spreadsheet_safe. Throws Error.
std::uint64_t export_mirror(const Database& db, OutFolder& folder, bool csv_safe);

}  // namespace storage
