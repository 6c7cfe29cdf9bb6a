// What a crawl found, brought down to numbers that can be compared: two crawls of one site must
// have found the same pages with the same links, whatever their strategy. Ids, times and addresses
// differ from run to run and are left out.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace crawler {

// One entry a page: a hash of its URL; a hash of its URL, status, title, digest and links. Sorted.
using FoundPages = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

// Reads a weft file. Throws storage::Error.
FoundPages found_pages(const std::string& db);

// SHA-256 of them all, in hexadecimal.
std::string digest_of(const FoundPages& pages);

// How many pages differ between a run and its reference. Two complete runs must have found the same
// pages; of a run that was stopped, each page must be among those of a complete run; two stopped
// runs must agree in the pages that both have.
std::uint64_t differences(const FoundPages& run, bool run_complete, const FoundPages& reference,
                          bool reference_complete);

}  // namespace crawler
