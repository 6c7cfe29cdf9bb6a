// Parses weft's command line by the tables of its commands. Its source is the only one that
// includes CLI11.
#pragma once

#include <string>
#include <vector>

#include "crawler/options/command.h"

namespace crawler {

// Runs the command that `words` ask for (argv without the program's name) and returns its exit
// code. Prints what --help and --version ask for, exit code 0, and what is wrong with the words,
// exit code 2. Throws what the command throws, and std::invalid_argument for a config file.
[[nodiscard]] int run_command_line(std::vector<Command> commands,
                                   const std::vector<std::string>& words);

// Fills the members that the rows of `command` refer to from its part of the command line (`words`
// without its name), from variables and from a config file. Throws std::invalid_argument with what
// is wrong.
void parse(Command& command, const std::vector<std::string>& words);

// A value of a TOML file, or several: `name = [...]`.
struct ConfigEntry {
  std::vector<std::string> sections;  // "[a.b]" is two
  std::string name;
  std::vector<std::string> values;
};
// Throws std::invalid_argument where it cannot be read.
std::vector<ConfigEntry> read_toml(const std::string& path);

}  // namespace crawler
