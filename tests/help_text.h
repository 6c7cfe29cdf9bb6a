// weft's own words, as its --help has them: for tests of what must keep up with it.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "tests/support.h"

namespace tests {

// The first words of the lines of a help text that are indented by two and begin so.
inline std::vector<std::string> words_at_line_starts(const std::string& help,
                                                     const std::string& begin) {
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

inline std::vector<std::string> commands() {
  const std::string help = weft({"--help"}).out;
  return words_at_line_starts(help.substr(help.find("Subcommands:")), "");
}

// "--db", "-q" and so on.
inline std::vector<std::string> options_of(const std::string& command) {
  return words_at_line_starts(weft({command, "--help"}).out, "-");
}

}  // namespace tests
