// What `cmake --install` leaves: programs that find each other, and a manual that names every
// command and option.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <utility>
#include <vector>

#include "tests/help_text.h"
#include "tests/support.h"

namespace tests {
namespace {

using testing::HasSubstr;

TEST(Install, TheProgramsFindEachOtherWhereverTheyAreInstalled) {
  const std::string build = std::filesystem::path(WEFT_PROGRAM).parent_path();
  TempDir dir;
  const Ended installed = run({"cmake", "--install", build, "--prefix", dir.file("prefix")});
  ASSERT_EQ(installed.code, 0) << installed.err;
  const std::filesystem::path prefix = dir.path() / "prefix";
  for (const char* file : {"bin/weft", "libexec/weft/weft-parser", "share/man/man1/weft.1",
                           "share/doc/weft/LICENSE", "share/doc/weft/README.md"})
    EXPECT_TRUE(std::filesystem::is_regular_file(prefix / file)) << file;
  for (const auto& [file, shell] : std::vector<std::pair<const char*, const char*>>{
           {"share/bash-completion/completions/weft", "bash"},
           {"share/zsh/site-functions/_weft", "zsh"},
           {"share/zsh/vendor-completions/_weft", "zsh"},
           {"share/fish/vendor_completions.d/weft.fish", "fish"}})
    EXPECT_EQ(read_file(prefix / file), weft({"completions", shell}).out) << file;
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
