// The answer to a request for robots.txt, as the crawl uses it and as the file keeps it.
//
// Pure functions, called by the engine on its thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "crawler/fetch/fetcher.h"
#include "crawler/policy/robots_access.h"
#include "parser/robots_txt.h"
#include "storage/records.h"

namespace crawler {

// Bytes of a robots.txt that are fetched; the first parser::kMaxRobotsBytes of them are read. A
// larger one counts as none.
inline constexpr std::uint64_t kMaxRobotsBody = 4 * parser::kMaxRobotsBytes;
// Redirects of robots.txt that are followed: RFC 9309 section 2.3.1.2 asks for five at least.
inline constexpr unsigned kMaxRobotsRedirects = 5;

// What the answer allows on the origin that was asked.
RobotsAccess robots_access_of(const FetchResult& result, std::string_view user_agent);

// Its row. `redirects`: those that led from the origin's robots.txt to this answer.
storage::RobotsUpdate robots_update_of(OriginId origin, const FetchResult& result,
                                       std::vector<storage::RobotsRedirect> redirects);

}  // namespace crawler
