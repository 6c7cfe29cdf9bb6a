// The rooms and layers of weft, held by reading every #include: parser/ knows only itself,
// storage/ the plain values of parser/ besides, and inside crawler/ an include points down.
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

// The libraries of crawler/, each with those that it may include besides itself.
// crawler/CMakeLists.txt links the same.
const std::map<std::string, std::set<std::string>> kLibraries{
    {"process", {}},
    {"policy", {}},
    {"options", {"policy"}},
    {"http", {}},
    {"fetch", {"options", "process"}},
    {"parse", {"process"}},
    {"crawl", {"fetch", "parse", "options", "policy", "process"}},
    {"ask", {"options", "policy", "process"}},
    {"site", {"http", "options", "process"}},
    {"compare", {"ask", "site", "options", "process"}},
    {"serve", {"ask", "http"}},
    {"commands",
     {"ask", "compare", "crawl", "fetch", "options", "parse", "policy", "process", "serve",
      "site"}},
    {"main.cc", {"commands"}},
};

struct Include {
  std::string from;  // "crawler/engine.cc"
  std::string to;    // "crawler/frontier.h", or "gumbo.h"
};

// Every #include of a room, of ours and of others.
std::vector<Include> includes(const std::string& room) {
  std::vector<Include> found;
  const fs::path source(tests::source_dir());
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

// Plain values, which need no library and parse nothing.
TEST(Rooms, StorageKnowsTheValuesOfTheParserAlone) {
  const std::set<std::string> values{"parser/ascii.h", "parser/digest.h", "parser/page.h",
                                     "parser/url.h", "parser/utf8.h"};
  for (const Include& include : includes("storage")) {
    const std::string other = room_of(include.to);
    EXPECT_TRUE(other.empty() || other == "storage" || values.contains(include.to))
        << include.from << " includes " << include.to;
  }
}

TEST(Rooms, CrawlerKnowsBothAndNoTest) { expect_only("crawler", {"parser", "storage", "crawler"}); }

TEST(Rooms, ParserKnowsNoNetworkClockThreadOrDatabase) {
  const std::set<std::string> forbidden{"arpa/inet.h", "condition_variable", "ctime",     "mutex",
                                        "netdb.h",     "netinet/in.h",       "sqlite3.h", "thread"};
  for (const Include& include : includes("parser"))
    EXPECT_FALSE(forbidden.contains(include.to) || include.to.starts_with("boost/asio") ||
                 include.to.starts_with("curl/"))
        << include.from << " includes " << include.to;
}

// A library that is unmaintained, hard to use right or slow to compile is used in one place.
TEST(Rooms, EachLibraryIsUsedInItsPlaceAlone) {
  const std::map<std::string, std::vector<std::string>> places{
      {"CLI/CLI.hpp", {"crawler/commands/command_line.cc"}},
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
  const auto library = [](std::string_view path) {
    path.remove_prefix(std::string_view("crawler/").size());
    return std::string(path.substr(0, path.find('/')));
  };
  for (const Include& include : includes("crawler")) {
    if (!include.to.starts_with("crawler/")) continue;
    const std::string from = library(include.from);
    const std::string to = library(include.to);
    ASSERT_TRUE(kLibraries.contains(from)) << include.from << " is in no known library";
    EXPECT_TRUE(to == from || kLibraries.at(from).contains(to))
        << include.from << " includes " << include.to;
  }
}

// Libraries are built from the lowest up: each pass takes those whose includes are all built.
TEST(Layers, LibrariesFormNoCircle) {
  std::map<std::string, std::set<std::string>> left = kLibraries;
  for (bool progress = true; progress && !left.empty();) {
    progress = false;
    for (auto it = left.begin(); it != left.end();) {
      const bool lowest = std::none_of(it->second.begin(), it->second.end(),
                                       [&](const std::string& to) { return left.contains(to); });
      it = lowest ? left.erase(it) : std::next(it);
      progress = progress || lowest;
    }
  }
  EXPECT_TRUE(left.empty());
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
