// What a crawl can be held to: questions whose every row is a fault. `weft report --fail-on` asks
// them, for a build that is to fail where a link breaks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace storage {

struct Check {
  std::string word;  // as it was asked for
  std::string_view sql;
  std::int64_t low = 0, high = 0;  // of HTTP status, where it is asked for one
};

// "broken-links", "errors" (every failed URL), a status ("404"), a class of statuses ("5xx"), or a
// reason of skipped or failed URLs ("robots_disallowed"); nullopt for any other word. Queued URLs
// are no faults: their reason, over_budget, is not a check.
[[nodiscard]] std::optional<Check> check_from(std::string_view word);
// All of them, but for the single statuses, of which there are the classes "4xx" and "5xx".
std::vector<std::string> check_words();
// The same in short, for messages.
inline constexpr std::string_view kCheckWords =
    "broken-links, errors, a status (404), a class (5xx) or the reason of a skipped or failed URL "
    "(connect_failed)";

// One fault. The views hold until the next.
struct Fault {
  std::string_view url;
  std::string what;           // "404", "connect_failed: Connection refused"
  std::string_view found_on;  // the page that links there; "" for a seed
};
// Returns how many there are.
std::uint64_t find_faults(const Database& db, const Check& check,
                          const std::function<void(const Fault&)>& visit);

}  // namespace storage
