// What `cmake --install` leaves: programs that find each other, and a manual that names every
// command and option.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "tests/help_text.h"
#include "tests/support.h"

namespace tests {
namespace {

using testing::HasSubstr;

TEST(Install, TheProgramsFindEachOtherWhereverTheyAreInstalled) {
  const std::string build = std::filesystem::path(tests::weft_program()).parent_path();
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

// The options that a section of the manual has entries for, by the sections whose title holds
// `word` as a word.
std::vector<std::string> options_in_manual(const std::string& manual, const std::string& word) {
  std::vector<std::string> options;
  bool inside = false;
  std::istringstream lines(manual);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(".S")) {
      std::replace(line.begin(), line.end(), ',', ' ');
      inside =
          line.starts_with(".Ss Options of ") && (line + ' ').find(' ' + word + ' ') != line.npos;
    }
    if (!inside || !line.starts_with(".It ")) continue;
    std::istringstream words(line);
    for (std::string part, before; words >> part; before = part)
      if (before == "Fl") options.push_back('-' + part);
  }
  return options;
}

// Some sections stand for more than one command: what each of these has of it.
std::vector<std::string> documented_options(const std::string& manual, const std::string& command,
                                            const std::vector<std::string>& taken) {
  std::vector<std::string> options = options_in_manual(manual, command);
  const bool rows = std::find(taken.begin(), taken.end(), "--format") != taken.end();
  if (rows && command != "export")
    for (const std::string& option : options_in_manual(manual, "rows")) options.push_back(option);
  return options;
}

TEST(Manual, NamesEveryCommandAndEveryOptionOfEach) {
  const std::string manual = read_file(tests::source_dir() + "/crawler/weft.1");
  const std::vector<std::string> all = commands();
  EXPECT_THAT(all, testing::Contains("crawl"));
  for (const std::string& command : all) {
    EXPECT_THAT(manual, HasSubstr(".It Cm " + command + "\n"));
    std::vector<std::string> options = options_of(command);
    for (const char* help : {"-h", "--help"})
      options.erase(std::remove(options.begin(), options.end(), help), options.end());
    EXPECT_THAT(documented_options(manual, command, options), testing::IsSupersetOf(options))
        << command;
  }
}

TEST(Manual, NamesNoOptionThatThereIsNot) {
  const std::string manual = read_file(tests::source_dir() + "/crawler/weft.1");
  std::istringstream lines(manual);
  std::size_t sections = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(".Ss Options of ")) continue;
    ++sections;
    // What the commands of this section take, all of them together.
    std::vector<std::string> taken;
    std::string title = line.substr(4) + ' ';
    std::replace(title.begin(), title.end(), ',', ' ');
    for (const std::string& command : commands())
      if (title.find(' ' + command + ' ') != title.npos)
        for (const std::string& option : options_of(command)) taken.push_back(option);
    const bool rows = title.find(" rows ") != title.npos;
    if (rows) taken = options_of("query");
    constexpr std::size_t kFirst = 11;  // of the title's words, the first command
    const std::string word = rows ? "rows" : title.substr(kFirst, title.find(' ', kFirst) - kFirst);
    EXPECT_THAT(taken, testing::IsSupersetOf(options_in_manual(manual, word))) << line;
  }
  EXPECT_GE(sections, 8u);
}

// ".Fl -bodies" and "--bodies" in running text, wherever they stand.
TEST(Documents, SpeakOfNoOptionThatThereIsNot) {
  std::set<std::string> known{"--preset", "--build", "--install", "--version"};
  for (const std::string& command : commands())
    for (const std::string& option : options_of(command)) known.insert(option);
  const auto check = [&](const std::string& file, const std::string& mark) {
    const std::string text = read_file(tests::source_dir() + file);
    std::size_t found = 0;
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
      const std::size_t start = at + mark.size();
      const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", start);
      if (end == start || text[start] == '-') continue;
      EXPECT_TRUE(known.contains("--" + text.substr(start, end - start)))
          << file << ": " << text.substr(at, end - at);
      ++found;
    }
    EXPECT_GT(found, 10u) << file;
  };
  check("/README.md", " --");
  check("/README.md", "`--");
  check("/crawler/weft.1", ".Fl -");
}

}  // namespace
}  // namespace tests
