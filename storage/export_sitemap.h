// Sitemaps of what a crawl found, by the sitemaps protocol
// (https://www.sitemaps.org/protocol.html).
//
// A sitemap is valid for one host, so each origin has its own folder: sitemap.xml, or where that
// would exceed 50,000 URLs or 50 MiB, sitemap-1.xml and so on with sitemap.xml as their index. It
// lists HTML pages with status 200 that have neither noindex nor another URL as canonical.
#pragma once

#include <cstdint>

#include "storage/database.h"
#include "storage/out_file.h"

namespace storage {

struct SitemapLimits {
  std::uint64_t urls = 50'000;      // of one sitemap, by the protocol
  std::uint64_t bytes = 50u << 20;  // of one sitemap, not compressed, by the protocol
};

struct SitemapCounts {
  std::uint64_t urls = 0;
  std::uint64_t files = 0;  // sitemaps and indexes
  std::uint64_t hosts = 0;
  std::uint64_t too_long = 0;  // URLs left out: the protocol takes fewer than 2,048 characters
};

// Memory does not grow with the number of pages. Throws Error.
SitemapCounts export_sitemap(const Database& db, OutFolder& folder, SitemapLimits limits = {});

}  // namespace storage
