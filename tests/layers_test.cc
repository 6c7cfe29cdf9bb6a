// The rooms and layers of weft, held by reading every #include: parser/ and storage/ know only
// themselves, and inside crawler/ an include points down.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support.h"

namespace {

namespace fs = std::filesystem;

// The layers of crawler/ above the lowest, by the start of a file's path in it. What no layer names
// is in the lowest: plain values and tools.
const std::vector<std::vector<std::string>> kLayers{
    {"request_queue", "fetcher", "curl_", "options", "verdict"},
    {"async_fetcher", "thread_fetcher", "parser_pool", "page_record", "robots_cache"},
    {"engine", "compare/", "serve/", "report_html", "story"},
    {"commands/"},
    {"main"},
};

std::size_t layer(std::string_view name) {
  for (std::size_t n = 0; n < kLayers.size(); ++n)
    for (const std::string& start : kLayers[n])
      if (name.starts_with(start)) return n + 1;
  return 0;
}

struct Include {
  std::string from;  // "crawler/engine.cc"
  std::string to;    // "crawler/frontier.h", or "gumbo.h"
};

// Every #include of a room, of ours and of others.
std::vector<Include> includes(const std::string& room) {
  std::vector<Include> found;
  const fs::path source(WEFT_SOURCE_DIR);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(source / room)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cc" && extension != ".h") continue;
    std::istringstream lines(tests::read_file(entry.path().string()));
    for (std::string line; std::getline(lines, line);) {
      const std::string_view directive = "#include ";
      if (!line.starts_with(directive) || line.size() < directive.size() + 2) continue;
      const std::size_t start = directive.size() + 1;
      const std::size_t end = line.find_first_of(">\"", start);
      found.push_back(
          {entry.path().lexically_relative(source).string(), line.substr(start, end - start)});
    }
  }
  return found;
}

std::string room_of(std::string_view path) {
  for (const std::string_view room : {"parser", "storage", "crawler", "tests"})
    if (path.starts_with(room) && path.substr(room.size()).starts_with('/'))
      return std::string(room);
  return {};
}

void expect_only(const std::string& room, const std::set<std::string>& allowed) {
  const std::vector<Include> all = includes(room);
  EXPECT_FALSE(all.empty()) << "nothing was read in " << room;
  for (const Include& include : all) {
    const std::string other = room_of(include.to);
    EXPECT_TRUE(other.empty() || allowed.contains(other))
        << include.from << " includes " << include.to;
  }
}

TEST(Rooms, ParserKnowsNoOther) { expect_only("parser", {"parser"}); }

TEST(Rooms, StorageKnowsNoOther) { expect_only("storage", {"storage"}); }

TEST(Rooms, CrawlerKnowsBothAndNoTest) { expect_only("crawler", {"parser", "storage", "crawler"}); }

TEST(Rooms, ParserKnowsNoNetworkClockThreadOrDatabase) {
  const std::set<std::string> strangers{"arpa/inet.h", "condition_variable", "ctime",     "mutex",
                                        "netdb.h",     "netinet/in.h",       "sqlite3.h", "thread"};
  for (const Include& include : includes("parser"))
    EXPECT_FALSE(strangers.contains(include.to) || include.to.starts_with("boost/asio") ||
                 include.to.starts_with("curl/"))
        << include.from << " includes " << include.to;
}

// A library that is unmaintained, or hard to use right, is used in one place.
TEST(Rooms, EachLibraryIsUsedInItsPlaceAlone) {
  const std::map<std::string, std::vector<std::string>> places{
      {"gumbo.h", {"parser/html"}},
      {"sqlite3.h", {"storage/"}},
      {"zstd.h", {"storage/"}},
      {"seccomp.h", {"parser/sandbox"}},
  };
  for (const char* room : {"parser", "storage", "crawler"})
    for (const Include& include : includes(room)) {
      const auto place = places.find(include.to);
      if (place == places.end()) continue;
      EXPECT_TRUE(
          std::any_of(place->second.begin(), place->second.end(),
                      [&](const std::string& start) { return include.from.starts_with(start); }))
          << include.from << " includes " << include.to;
    }
}

TEST(Layers, InsideCrawlerAnIncludePointsDown) {
  const std::string_view prefix = "crawler/";
  for (const Include& include : includes("crawler")) {
    if (!include.to.starts_with(prefix)) continue;
    const std::string from = include.from.substr(prefix.size());
    const std::string to = include.to.substr(prefix.size());
    EXPECT_LE(layer(to), layer(from)) << include.from << " includes " << include.to;
  }
}

TEST(Layers, HeadersNeverIncludeEachOtherInACircle) {
  std::map<std::string, std::vector<std::string>> next;
  for (const char* room : {"parser", "storage", "crawler"})
    for (const Include& include : includes(room))
      if (include.from.ends_with(".h")) next[include.from].push_back(include.to);
  // Headers whose includes are all known to lead out of the project go, until none does.
  for (bool gone = true; gone;) {
    gone = false;
    for (auto header = next.begin(); header != next.end();) {
      const bool leads_out = std::none_of(header->second.begin(), header->second.end(),
                                          [&](const std::string& to) { return next.contains(to); });
      header = leads_out ? next.erase(header) : std::next(header);
      gone = gone || leads_out;
    }
  }
  std::string circle;
  for (const auto& [header, includes_of] : next) circle += header + " ";
  EXPECT_EQ(circle, "");
}

}  // namespace
