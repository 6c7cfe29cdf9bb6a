// Shell completions: what a user gets who presses Tab, in a real bash, and in zsh and fish where
// they are installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "storage/reports.h"
#include "tests/help_text.h"
#include "tests/support.h"

namespace tests {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;
using testing::UnorderedElementsAreArray;

std::string script(const std::string& shell) {
  const Ended ended = weft({"completions", shell});
  EXPECT_EQ(ended.code, 0) << ended.err;
  return ended.out;
}

// What bash offers for the last of the words, as it calls the completion itself.
class BashTest : public testing::Test {
 protected:
  BashTest() { write_file(script_, script("bash")); }

  std::vector<std::string> offered(std::vector<std::string> words) const {
    std::vector<std::string> argv{
        "bash",
        "--norc",
        "-c",
        "cd \"$1\"; source \"$2\"; shift 2; COMP_WORDS=(weft \"$@\"); COMP_CWORD=$#; "
        "COMP_LINE=\"weft $*\"; COMP_POINT=${#COMP_LINE}; "
        "declare -A how; read -r _ _ function _ < <(complete -p weft); $function weft; "
        "for word in \"${COMPREPLY[@]}\"; do echo \"$word\"; done",
        "bash",
        dir_.path(),
        script_};
    argv.insert(argv.end(), words.begin(), words.end());
    const Ended ended = run(argv);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    std::vector<std::string> lines;
    std::istringstream in(ended.out);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  TempDir dir_;
  const std::string script_ = dir_.file("weft.bash");
};

TEST_F(BashTest, OffersEveryCommandAndOfEachEveryOption) {
  EXPECT_THAT(offered({""}), UnorderedElementsAreArray(commands()));
  EXPECT_THAT(offered({"cr"}), ElementsAre("crawl"));
  for (const std::string& command : commands())
    EXPECT_THAT(offered({command, "-"}), UnorderedElementsAreArray(options_of(command))) << command;
  EXPECT_THAT(offered({"crawl", "--max-"}), UnorderedElementsAre("--max-body", "--max-pages"));
}

TEST_F(BashTest, OffersTheWordsOfClosedLists) {
  EXPECT_THAT(offered({"crawl", "--strategy", ""}),
              UnorderedElementsAre("async", "threads", "sequential"));
  EXPECT_THAT(offered({"crawl", "--log-level", "e"}), ElementsAre("error"));
  EXPECT_THAT(offered({"query", "c.db", "SELECT 1", "--format", "json"}),
              UnorderedElementsAre("json", "jsonl"));
  EXPECT_THAT(offered({"completions", ""}), UnorderedElementsAre("bash", "zsh", "fish"));
}

TEST_F(BashTest, TakesAValueBehindAnEqualsSign) {
  EXPECT_THAT(offered({"crawl", "--scope", "="}),
              UnorderedElementsAre("host", "origin", "prefix", "any"));
  EXPECT_THAT(offered({"crawl", "--scope", "=", "o"}), ElementsAre("origin"));
  EXPECT_THAT(offered({"export", "--format", "=", "dot", "c.db", "gr"}), ElementsAre("graph"));
}

TEST_F(BashTest, KnowsWhichArgumentComesNext) {
  std::vector<std::string> reports;
  for (const storage::Report& report : storage::reports()) reports.emplace_back(report.name);
  EXPECT_THAT(offered({"report", "c.db", ""}), UnorderedElementsAreArray(reports));
  EXPECT_THAT(offered({"report", "--limit", "5", "--csv-safe", "c.db", "dep"}),
              ElementsAre("depth"));
  EXPECT_THAT(offered({"report", "c.db", "slow", ""}), IsEmpty());
  EXPECT_THAT(offered({"export", "c.db", "w"}), ElementsAre("warc"));
  EXPECT_THAT(offered({"query", "c.db", ""}), IsEmpty()) << "SQL is no list";
  EXPECT_THAT(offered({"crawl", "--timeout", ""}), IsEmpty());
}

TEST_F(BashTest, CompletesTheLastWordOfAList) {
  EXPECT_THAT(offered({"report", "c.db", "--fail-on", "br"}), ElementsAre("broken-links"));
  EXPECT_THAT(offered({"report", "c.db", "--fail-on", "broken-links,5"}),
              ElementsAre("broken-links,5xx"));
  EXPECT_THAT(offered({"compare", "--strategy", "async,s"}), ElementsAre("async,sequential"));
}

TEST_F(BashTest, OffersFilesWhereAFileIsAsked) {
  write_file(dir_.file("a crawl.db"), "");
  EXPECT_THAT(offered({"query", "a"}), ElementsAre("a crawl.db"));
  EXPECT_THAT(offered({"query", "a\\ cr"}), ElementsAre("a crawl.db"));
  EXPECT_THAT(offered({"query", "\"a cr"}), ElementsAre("a crawl.db"));
  for (const char* option : {"--db", "--stats", "--config", "--ca-file"})
    EXPECT_THAT(offered({"crawl", option, "a"}), ElementsAre("a crawl.db")) << option;
  EXPECT_THAT(offered({"crawl", "x", "a"}), ElementsAre("a crawl.db")) << "any seed may be a file";
  EXPECT_THAT(offered({"report", "a crawl.db", "-o", "a"}), ElementsAre("a crawl.db"));
  EXPECT_THAT(offered({"export", "c.db", "pages", "--output", "a"}), ElementsAre("a crawl.db"));
}

// What is offered is what weft takes.
TEST_F(BashTest, OffersNoWordThatWeftRefuses) {
  const auto refuses = [](std::vector<std::string> args, const std::string& word) {
    args.push_back(word);
    return weft(args).err;
  };
  const std::string none = dir_.file("none.db");
  for (const std::string& word : offered({"report", "c.db", ""}))
    EXPECT_THAT(refuses({"report", none}, word), HasSubstr("none.db")) << word;
  for (const std::string& word : offered({"report", "c.db", "--fail-on", ""}))
    EXPECT_THAT(refuses({"report", none, "--fail-on"}, word), HasSubstr("none.db")) << word;
  for (const std::string& word : offered({"export", "c.db", ""}))
    EXPECT_THAT(refuses({"export", none}, word), HasSubstr("none.db")) << word;
  for (const char* option : {"--strategy", "--scope", "--order", "--log-level"})
    for (const std::string& word : offered({"crawl", option, ""}))
      EXPECT_THAT(refuses({"crawl", option}, word), HasSubstr("--db is missing")) << word;
}

std::vector<std::string> lines_with(const std::string& text, const std::string& part) {
  std::vector<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (line.find(part) != line.npos) found.push_back(line);
  return found;
}

// Every option of every command stands in the scripts of all shells.
TEST(Completions, NoShellKnowsLess) {
  const std::string zsh = script("zsh");
  const std::string fish = script("fish");
  EXPECT_THAT(zsh, StartsWith("#compdef weft\n"));
  for (const std::string& command : commands()) {
    const std::size_t start = zsh.find("\n        " + command + ")\n");
    ASSERT_NE(start, zsh.npos) << command;
    const std::string of_zsh = zsh.substr(start, zsh.find(" ;;\n", start) - start);
    const auto of_fish = lines_with(fish, "'__weft_command " + command + "'");
    for (const std::string& option : options_of(command)) {
      EXPECT_THAT(of_zsh,
                  testing::AnyOf(HasSubstr("'*" + option + "["), HasSubstr("'*" + option + "=["),
                                 HasSubstr("'*" + option + "+[")))
          << command;
      const std::string name =
          option.starts_with("--") ? " -l " + option.substr(2) : " -s " + option.substr(1);
      EXPECT_THAT(of_fish, Contains(HasSubstr(name + " "))) << command;
    }
  }
}

TEST(Completions, ZshTakesTheScript) {
  const TempDir dir;
  write_file(dir.file("_weft"), script("zsh"));
  const Ended ended = run({"zsh", "-n", dir.file("_weft")});
  EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST(Completions, FishOffersWhatBashDoes) {
  const TempDir dir;
  write_file(dir.file("weft.fish"), script("fish"));
  const auto offered = [&](const std::string& line) {
    return run({"env", "HOME=" + dir.path().string(), "fish", "--no-config", "-c",
                "source $argv[1]; complete -C $argv[2]", dir.file("weft.fish"), line})
        .out;
  };
  EXPECT_THAT(offered("weft cra"), StartsWith("crawl\t"));
  EXPECT_THAT(offered("weft crawl --strategy "), HasSubstr("sequential"));
  EXPECT_THAT(offered("weft report c.db dup"), HasSubstr("duplicates"));
  EXPECT_THAT(offered("weft report c.db --fail-on errors,br"), HasSubstr("errors,broken-links"));
}

TEST(Completions, AShellThatWeftDoesNotKnowIsRefused) {
  EXPECT_EQ(weft({"completions", "tcsh"}).code, 2);
}

}  // namespace
}  // namespace tests
