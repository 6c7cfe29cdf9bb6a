// The options of `weft crawl`: where each may be set, which source wins, and what a file keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "crawler/commands/command_line.h"
#include "crawler/commands/commands.h"
#include "crawler/commands/completion.h"
#include "crawler/options/crawl_table.h"
#include "crawler/options/kept_options.h"
#include "crawler/options/run_record.h"
#include "storage/database.h"
#include "tests/help_text.h"
#include "tests/json.h"
#include "tests/support.h"

namespace crawler {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// A variable of the environment for as long as this lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const std::string name_;
};

// `weft crawl` up to the point where it would open its file.
struct Parsed {
  explicit Parsed(const std::vector<std::string>& args) { parse(command, args); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  CrawlOptions options;
  Command command{
      .name = "crawl", .summary = "", .options = crawl_table(options), .configurable = true};
};

// An option, a value that is not its default, and how that shows.
struct Case {
  std::string name;
  std::string value;  // "": a flag
  bool (*holds)(const CrawlOptions&);
  bool is_number = false;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> cases() {
  using O = CrawlOptions;
  return {
      {"db", "a.db", [](const O& o) { return o.db == "a.db"; }},
      {"strategy", "threads", [](const O& o) { return o.strategy == Strategy::kThreads; }},
      {"concurrency", "7", [](const O& o) { return o.concurrency == 7; }, true},
      {"parsers", "3", [](const O& o) { return o.parsers == 3; }, true},
      {"timeout", "7s", [](const O& o) { return o.fetch.total_timeout == 7s; }},
      {"connect-timeout", "250ms", [](const O& o) { return o.fetch.connect_timeout == 250ms; }},
      {"first-byte-timeout", "1m", [](const O& o) { return o.fetch.first_byte_timeout == 1min; }},
      {"parse-timeout", "2s", [](const O& o) { return o.parse_timeout == 2s; }},
      {"max-body", "64KiB", [](const O& o) { return o.fetch.max_body == 64 << 10; }},
      {"retries", "0", [](const O& o) { return o.retries == 0; }, true},
      {"user-agent", "mine/1", [](const O& o) { return o.fetch.user_agent == "mine/1"; }},
      {"header", "A: b",
       [](const O& o) { return o.fetch.headers == std::vector{std::string("A: b")}; }},
      {"proxy", "http://p:1/", [](const O& o) { return o.fetch.proxy == "http://p:1/"; }},
      {"ca-file", "/dev/null", [](const O& o) { return o.fetch.ca_file == "/dev/null"; }},
      {"insecure", "", [](const O& o) { return o.fetch.insecure; }},
      {"scope", "any", [](const O& o) { return o.scope.kind == Scope::Kind::kAny; }},
      {"include", "x", [](const O& o) { return o.scope.include == std::vector{std::string("x")}; }},
      {"exclude", "y", [](const O& o) { return o.scope.exclude == std::vector{std::string("y")}; }},
      {"depth", "0", [](const O& o) { return o.scope.max_depth == 0; }, true},
      {"max-pages", "12", [](const O& o) { return o.max_pages == 12; }, true},
      {"order", "depth", [](const O& o) { return o.order == storage::Order::kDepth; }},
      {"per-host", "9", [](const O& o) { return o.per_host == 9; }, true},
      {"delay", "0", [](const O& o) { return o.delay == 0s; }},
      {"no-robots", "", [](const O& o) { return !o.robots; }},
      {"sitemaps", "try", [](const O& o) { return o.sitemaps == Sitemaps::kTry; }},
      {"bodies", "", [](const O& o) { return o.bodies; }},
      {"quiet", "", [](const O& o) { return o.quiet; }},
      {"stats", "s.json", [](const O& o) { return o.stats_file == "s.json"; }},
      {"log-level", "debug", [](const O& o) { return o.log_level == "debug"; }},
      {"log-file", "l.txt", [](const O& o) { return o.log_file == "l.txt"; }},
  };
}

std::string variable_of(const std::string& option) {
  std::string name = "WEFT_";
  for (const char c : option) name += c == '-' ? '_' : static_cast<char>(c - (c >= 'a' ? 32 : 0));
  return name;
}

class EachOption : public testing::TestWithParam<Case> {};

TEST_P(EachOption, IsReadFromTheCommandLine) {
  std::vector<std::string> args{"--" + GetParam().name};
  if (!GetParam().value.empty()) args.push_back(GetParam().value);
  EXPECT_FALSE(GetParam().holds(Parsed({}).options)) << "the value is the default: tests nothing";
  EXPECT_TRUE(GetParam().holds(Parsed(args).options));
}

TEST_P(EachOption, IsReadFromTheEnvironment) {
  const Variable variable(variable_of(GetParam().name),
                          GetParam().value.empty() ? "1" : GetParam().value);
  EXPECT_TRUE(GetParam().holds(Parsed({}).options));
}

TEST_P(EachOption, IsReadFromTheConfigFile) {
  const Case& option = GetParam();
  tests::TempDir dir;
  std::string value = option.value.empty() ? "true" : option.value;
  if (!option.value.empty() && !option.is_number) value = '"' + value + '"';
  tests::write_file(dir.file("c.toml"), option.name + " = " + value + "\n");
  EXPECT_TRUE(option.holds(Parsed({"--config", dir.file("c.toml")}).options));
}

INSTANTIATE_TEST_SUITE_P(Options, EachOption, testing::ValuesIn(cases()), [](const auto& test) {
  std::string name = test.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Options, NoneIsLeftOutOfTheseTests) {
  std::vector<std::string> tested{"--config"};
  for (const Case& option : cases()) tested.push_back("--" + option.name);
  std::vector<std::string> there;
  const Parsed parsed({});
  for (const Option& option : parsed.command.options)
    if (!option.is_positional()) there.push_back(option.name);
  EXPECT_THAT(there, testing::UnorderedElementsAreArray(tested));
}

TEST(Options, TheCommandLineWinsOverTheEnvironmentAndThatOverTheConfigFile) {
  tests::TempDir dir;
  tests::write_file(dir.file("c.toml"), "depth = 1\nretries = 11\nper-host = 21\n");
  const Variable depth("WEFT_DEPTH", "2");
  const Variable retries("WEFT_RETRIES", "12");
  const CrawlOptions options = Parsed({"--config", dir.file("c.toml"), "--depth", "3"}).options;
  EXPECT_EQ(options.scope.max_depth, 3);
  EXPECT_EQ(options.retries, 12u);
  EXPECT_EQ(options.per_host, 21u);
}

TEST(Options, AConfigFileMayNameSeedsAndListsAndMaySayNo) {
  tests::TempDir dir;
  tests::write_file(dir.file("c.toml"),
                    "# a comment\nseeds = ['a.txt', \"http://b.example/\"]\n"
                    "include = [\"/x/\", \"/y/\"]\nno-robots = false\n");
  const CrawlOptions options = Parsed({"--config", dir.file("c.toml")}).options;
  EXPECT_THAT(options.seeds, testing::ElementsAre("a.txt", "http://b.example/"));
  EXPECT_THAT(options.scope.include, testing::ElementsAre("/x/", "/y/"));
  EXPECT_TRUE(options.robots);
}

TEST(Options, OneThatMayBeRepeatedDoesNotTakeTheSeedsBehindItsValue) {
  for (const char* option : {"--include", "--exclude", "--header"}) {
    const Parsed parsed({option, "a: b", "http://a.example/", option, "c: d", "list.txt"});
    EXPECT_THAT(parsed.options.seeds, testing::ElementsAre("http://a.example/", "list.txt"));
    EXPECT_THAT(find_option(parsed.command, option)->given, testing::ElementsAre("a: b", "c: d"));
  }
}

TEST(Options, WhatIsWrongInAConfigFileIsNamedWithTheFile) {
  tests::TempDir dir;
  const std::string path = dir.file("c.toml");
  for (const auto& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"colour = 1\n", "no option 'colour'"},
           {"config = \"other.toml\"\n", "no option 'config'"},
           {"[crawl]\ndepth = 1\n", "[crawl]"},
           {"depth = \"deep\"\n", "--depth"},
           {"depth = [1, 2]\n", "--depth: takes one value"},
           {"insecure = \"perhaps\"\n", "'perhaps' is not true or false"},
           {"delay = \"soon\"\n", "'soon' is not a duration"}}) {
    tests::write_file(path, text);
    try {
      const Parsed parsed({"--config", path});
      ADD_FAILURE() << "taken: " << text;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(path + ": "));
      EXPECT_THAT(error.what(), HasSubstr(complaint));
    }
  }
  EXPECT_THROW(Parsed({"--config", dir.file("missing.toml")}), std::invalid_argument);
}

// ---- what depends on other options -------------------------------------------------------------

TEST(Options, EachStrategyHasItsOwnConcurrencyUnlessOneIsNamed) {
  const auto concurrency = [](const std::vector<std::string>& args) {
    Parsed parsed(args);
    complete(parsed.options);
    return parsed.options.concurrency;
  };
  EXPECT_EQ(concurrency({}), 256u);
  EXPECT_EQ(concurrency({"--strategy", "threads"}), 32u);
  EXPECT_EQ(concurrency({"--strategy", "sequential"}), 1u);
  EXPECT_EQ(concurrency({"--strategy", "sequential", "--concurrency", "1"}), 1u);
  EXPECT_EQ(concurrency({"--strategy", "threads", "--concurrency", "800"}), 800u);
  EXPECT_THROW(concurrency({"--strategy", "sequential", "--concurrency", "2"}),
               std::invalid_argument);
}

TEST(Options, AHeaderOrUserAgentThatWouldSmuggleASecondLineIsRefused) {
  for (const std::vector<std::string>& args : {std::vector<std::string>{"--header", "A: b\r\nC: d"},
                                               {"--header", ": b"},
                                               {"--user-agent", "a\nb"}}) {
    Parsed parsed(args);
    EXPECT_THROW(complete(parsed.options), std::invalid_argument) << args[1];
  }
}

// ---- what a file keeps -------------------------------------------------------------------------

class KeptOptions : public testing::Test {
 protected:
  CrawlOptions reconciled(const std::vector<std::string>& args) {
    Parsed parsed(args);
    storage::Database db(dir_.file("c.db"), storage::Database::Mode::kCrawl);
    reconcile(parsed.command, db);
    return parsed.options;
  }

  tests::TempDir dir_;
};

TEST_F(KeptOptions, ACrawlThatGoesOnTakesThemFromItsFile) {
  reconciled({"--scope", "any", "--depth", "2", "--include", "a", "--exclude", "b", "--no-robots",
              "--bodies", "--sitemaps", "off"});
  const CrawlOptions options = reconciled({});
  EXPECT_EQ(options.scope.kind, Scope::Kind::kAny);
  EXPECT_EQ(options.scope.max_depth, 2);
  EXPECT_THAT(options.scope.include, testing::ElementsAre("a"));
  EXPECT_THAT(options.scope.exclude, testing::ElementsAre("b"));
  EXPECT_FALSE(options.robots);
  EXPECT_EQ(options.sitemaps, Sitemaps::kOff);
  EXPECT_TRUE(options.bodies);
}

TEST_F(KeptOptions, EachThatContradictsTheFileIsRefusedByName) {
  reconciled({"--depth", "2"});
  for (const std::vector<std::string>& args : {std::vector<std::string>{"--scope", "any"},
                                               {"--depth", "3"},
                                               {"--include", "a"},
                                               {"--exclude", "b"},
                                               {"--no-robots"},
                                               {"--sitemaps", "off"},
                                               {"--bodies"}}) {
    try {
      reconciled(args);
      ADD_FAILURE() << "taken: " << args[0];
    } catch (const storage::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(args[0]));
    }
  }
  const Variable depth("WEFT_DEPTH", "3");
  EXPECT_THROW(reconciled({}), storage::Error) << "the environment contradicts it as well";
}

TEST_F(KeptOptions, TheSameValueAgainAndWhatTheFileDoesNotKeepAreTaken) {
  reconciled({"--depth", "2"});
  EXPECT_NO_THROW(reconciled({"--depth", "2", "--delay", "1s", "--order", "breadth", "--max-pages",
                              "5", "--strategy", "threads"}));
}

// ---- the table of every command ----------------------------------------------------------------

TEST(EveryOption, IsInHelpManualAndCompletionsOfAllShells) {
  const std::string manual = tests::read_file(tests::source_dir() + "/crawler/weft.1");
  for (const Command& command : all_commands()) {
    const std::vector<std::string> in_help = tests::options_of(command.name);
    const std::vector<Command> alone = completed_commands({command});
    for (const Option& option : command.options) {
      SCOPED_TRACE(command.name + ' ' + option.name);
      EXPECT_NE(option.help, "");
      EXPECT_TRUE(option.fills.read && option.fills.setting);
      if (option.is_positional()) continue;
      EXPECT_THAT(in_help, testing::Contains(option.name));
      EXPECT_THAT(manual, HasSubstr("Fl -" + option.name.substr(2)));
      EXPECT_THAT(bash_completion(alone), HasSubstr(option.name));
      EXPECT_THAT(zsh_completion(alone), HasSubstr("'*" + option.name));
      EXPECT_THAT(fish_completion(alone), HasSubstr(" -l " + option.name.substr(2) + " "));
    }
  }
}

TEST(EveryOption, OfACrawlIsInTheRecordOfARunOrSaysWhyNot) {
  CrawlOptions options;
  const std::vector<Option> rows = crawl_table(options);
  const tests::Json json = tests::Json::parse(options_json(rows, "gzip"));
  std::size_t recorded = 1;  // accept_encoding
  for (const Option& row : rows) {
    if (const auto* const record = std::get_if<Recorded>(&row.record)) {
      EXPECT_TRUE(json.contains(record->name)) << row.name;
      ++recorded;
    } else {
      EXPECT_NE(std::get<NotRecorded>(row.record).reason, "") << row.name;
      EXPECT_FALSE(row.kept) << row.name;
    }
  }
  EXPECT_EQ(json.size(), recorded) << "two options have one name";
}

TEST(EveryOption, ThatAFileKeepsIsReadBackAsItWasSet) {
  CrawlOptions options;
  for (const Option& row : crawl_table(options))
    if (row.kept) {
      const Setting initial = row.fills.setting();
      EXPECT_EQ(row.fills.read({}), "") << row.name;
      EXPECT_EQ(row.fills.setting(), initial) << row.name;
    }
}

// ---- what a run's row says ---------------------------------------------------------------------

TEST(CommandLine, CanBeTypedAgainToTheSameEffect) {
  const Parsed parsed({"seeds list.txt", "--db", "it's.db", "--depth", "3", "--no-robots",
                       "--include", "/a b/", "--include", "c"});
  EXPECT_EQ(command_line_of(parsed.command),
            "weft crawl 'seeds list.txt' --db 'it'\\''s.db' --include '/a b/' --include c "
            "--depth 3 --no-robots");
}

TEST(CommandLine, HoldsNoSecret) {
  for (const char* seed : {"http://user:secret@a.example/", "https:user:secret@a.example",
                           "http:\\\\u@secret@a.example/", " HTTP://user:secret@a.example/@x"})
    for (const char* proxy : {"http://user:secret@p:1/", "user:secret@p:1", "socks5h://u:sec/ret@p",
                              "http://u:secret@x@p:1"}) {
      const Parsed parsed({seed, "--proxy", proxy, "--header", "Authorization: Basic secret"});
      EXPECT_THAT(command_line_of(parsed.command), Not(HasSubstr("sec"))) << seed << ' ' << proxy;
      EXPECT_THAT(options_json(parsed.command.options, ""),
                  Not(testing::AnyOf(HasSubstr("secret"), HasSubstr(":sec"), HasSubstr("sec/"))))
          << seed << ' ' << proxy;
      EXPECT_THAT(command_line_of(parsed.command), HasSubstr("a.example"));
      EXPECT_THAT(command_line_of(parsed.command), HasSubstr("Authorization"));
    }
}

TEST(RunsOptions, HoldWhatIsInForceWithoutSecrets) {
  const Parsed parsed({"--connect-timeout", "1s", "--first-byte-timeout", "2s", "--parse-timeout",
                       "3s", "--insecure", "--proxy", "http://user:secret@p:1/", "--ca-file",
                       "/dev/null", "--header", "Authorization: Basic secret", "--depth", "3"});
  const tests::Json json = tests::Json::parse(options_json(parsed.command.options, "gzip"));
  EXPECT_EQ(json["connect_timeout_ms"], 1000);
  EXPECT_EQ(json["first_byte_timeout_ms"], 2000);
  EXPECT_EQ(json["parse_timeout_ms"], 3000);
  EXPECT_EQ(json["insecure"], true);
  EXPECT_EQ(json["proxy"], "http://p:1/");
  EXPECT_EQ(json["ca_file"], "/dev/null");
  EXPECT_EQ(json["headers"], tests::Json::parse(R"(["Authorization: ..."])"));
  EXPECT_EQ(json["depth"], 3);
  EXPECT_EQ(json["robots"], true);
  EXPECT_EQ(json["accept_encoding"], "gzip");
}

TEST(CommandLine, LeavesFilesWithAnAtSignAsTheyAre) {
  const Parsed parsed({"list@home.txt", "--db", "me@here.db"});
  EXPECT_EQ(command_line_of(parsed.command), "weft crawl list@home.txt --db me@here.db");
}

TEST(CommandLine, ACommandThatThereIsNotIsNamedWithTheNearest) {
  EXPECT_EQ(tests::weft({"crwl", "seeds.txt"}).err,
            "weft: there is no command 'crwl'; did you mean crawl?\n");
  EXPECT_EQ(tests::weft({"frobnicate"}).err,
            "weft: there is no command 'frobnicate'; weft --help names them all\n");
  EXPECT_EQ(tests::weft({"frobnicate"}).code, 2);
  EXPECT_EQ(tests::weft({"--help"}).code, 0);
}

TEST(CommandLine, AnOptionThatThereIsNotIsNamedWithTheNearest) {
  EXPECT_EQ(tests::weft({"crawl", "http://a.example/", "--detph", "3"}).err,
            "weft: crawl has no option --detph; did you mean --depth?\n");
  EXPECT_EQ(tests::weft({"crawl", "--detph=3"}).err,
            "weft: crawl has no option --detph; did you mean --depth?\n");
  EXPECT_EQ(tests::weft({"why", "a.db", "http://a.example/", "--frobnicate"}).err,
            "weft: why has no option --frobnicate; weft why --help names them all\n");
  EXPECT_EQ(tests::weft({"crawl", "--detph"}).code, 2);
}

TEST(CommandLine, EveryComplaintBeginsAlike) {
  EXPECT_TRUE(tests::weft({}).err.starts_with("weft: "));
  EXPECT_TRUE(tests::weft({"crawl", "--delay", "soon"}).err.starts_with("weft: --delay: "));
  EXPECT_TRUE(tests::weft({"why", "no.db"}).err.starts_with("weft: "));
}

}  // namespace
}  // namespace crawler
