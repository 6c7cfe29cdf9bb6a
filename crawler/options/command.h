// A command of weft as a value: its options as rows, and what it does. commands/ declares them,
// commands/command_line.h parses for them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/options/option.h"

namespace crawler {

struct Command {
  std::string name;
  std::string summary;  // one line, for --help
  std::vector<Option> options = {};
  std::string footer = {};  // of its --help: notes, examples, exit codes
  // Whether its options are also read from WEFT_NAME variables and from the TOML file that its
  // option kConfigOption names. The command line wins over both, a variable over the file.
  bool configurable = false;
  // Called once its options are parsed, with the command as parsed. Returns the exit code: 0 done,
  // 1 nothing found or a comparison that differs, 2 an error, 130 interrupted. Data goes to stdout,
  // everything else to stderr. A std::exception is printed in one line, exit code 2.
  std::function<int(const Command& command)> run = {};
};

inline constexpr std::string_view kConfigOption = "--config";

// Every command has this option besides its own, weft itself this one and --version.
Option help_option();
Option version_option();

// Moves `rows` to the end of `table`.
void append(std::vector<Option>& table, std::vector<Option> rows);

// The row of that name, with its dashes; nullptr where there is none.
const Option* find_option(const Command& command, std::string_view name);

// The variable that is read for an option of a configurable command: "WEFT_MAX_PAGES".
std::string variable_of(const Option& option);

}  // namespace crawler
