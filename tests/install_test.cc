// What `cmake --install` leaves: programs that find each other, and a manual that names every
// command and option.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "tests/support.h"

namespace tests {
namespace {

using testing::HasSubstr;

// The first words of the indented lines of a help text that begin so.
std::vector<std::string> words_at_line_starts(const std::string& help, const std::string& begin) {
  std::vector<std::string> words;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  " + begin) || line.starts_with("   ")) continue;
    const std::size_t end = line.find_first_of(" {[", 2);
    std::istringstream names(line.substr(2, end - 2));
    for (std::string name; std::getline(names, name, ',');) words.push_back(name);
  }
  return words;
}

std::vector<std::string> commands() {
  const std::string help = weft({"--help"}).out;
  return words_at_line_starts(help.substr(help.find("Subcommands:")), "");
}

TEST(Install, TheProgramsFindEachOtherWhereverTheyAreInstalled) {
  const std::string build = std::filesystem::path(WEFT_PROGRAM).parent_path();
  TempDir dir;
  const Ended installed = run({"cmake", "--install", build, "--prefix", dir.file("prefix")});
  ASSERT_EQ(installed.code, 0) << installed.err;
  const std::filesystem::path prefix = dir.path() / "prefix";
  for (const char* file : {"bin/weft", "libexec/weft/weft-parser", "share/man/man1/weft.1",
                           "share/doc/weft/LICENSE", "share/doc/weft/README.md"})
    EXPECT_TRUE(std::filesystem::is_regular_file(prefix / file)) << file;
  // Moved as a whole, it works as before.
  std::filesystem::rename(prefix, dir.path() / "elsewhere");
  const std::string program = dir.file("elsewhere/bin/weft");
  const Ended parsed = run({program, "parse", "-", "--url", "http://a.example/"}, "<title>t");
  EXPECT_EQ(parsed.code, 0) << parsed.err;
  EXPECT_THAT(parsed.out, HasSubstr("\"title\": \"t\""));
  std::filesystem::remove(dir.file("elsewhere/libexec/weft/weft-parser"));
  const Ended without = run({program, "parse", "-", "--url", "http://a.example/"}, "<title>t");
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("install both programs"));
}

TEST(Manual, NamesEveryCommandAndEveryOptionOfCrawl) {
  const std::string manual = read_file(WEFT_SOURCE_DIR "/crawler/weft.1");
  const std::vector<std::string> all = commands();
  EXPECT_THAT(all, testing::Contains("crawl"));
  for (const std::string& command : all) EXPECT_THAT(manual, HasSubstr(".It Cm " + command + "\n"));
  const std::vector<std::string> options = words_at_line_starts(weft({"crawl", "--help"}).out, "-");
  EXPECT_THAT(options, testing::Contains("--delay"));
  for (const std::string& option : options) {
    if (option == "-h" || option == "--help") continue;
    EXPECT_THAT(manual, testing::ContainsRegex("[ ,]" + option.substr(1) + "[ ,\n]")) << option;
  }
}

}  // namespace
}  // namespace tests
