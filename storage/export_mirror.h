// The bodies of a crawl's pages as files in a tree that looks like the sites: HOST/PATH, decoded as
// the crawl kept them, links in them as they were. mirror.csv says which file holds which URL.
#pragma once

#include <cstdint>

#include "storage/database.h"
#include "storage/out_file.h"

namespace storage {

// Writes the bodies of 2xx responses and returns the number of files. FileNames names them in the
// order of discovery, so one crawl gives one tree. Memory does not grow with the number of pages.
// `csv_safe`: of mirror.csv, as in TableOptions::spreadsheet_safe. Throws Error.
std::uint64_t export_mirror(const Database& db, OutFolder& folder, bool csv_safe);

}  // namespace storage
