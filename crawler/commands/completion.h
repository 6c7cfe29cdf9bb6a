// What a shell can complete of weft's command line, read from the CLI::App that parses it, and the
// scripts that tell bash, zsh and fish. As both come of one declaration, neither can offer what
// weft does not take. Pure.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace crawler {

struct CompletedValue {
  enum class Kind { kUnknown, kWords, kFiles };
  Kind kind = Kind::kUnknown;
  std::vector<std::string> words;
  bool list = false;  // several of them, separated by commas
};

struct CompletedOption {
  std::vector<std::string> names;  // "--output", "-o": the long one first
  std::string about;
  bool flag = false;  // takes no value
  CompletedValue value;
};

// A positional argument.
struct CompletedPlace {
  std::string name;
  CompletedValue value;
  bool repeats = false;
};

struct CompletedCommand {
  std::string name;  // "" for what stands before any
  std::string about;
  std::vector<CompletedOption> options;
  std::vector<CompletedPlace> places;
};

// The first one is weft itself.
std::vector<CompletedCommand> completed_commands(const CLI::App& weft);

std::string bash_completion(const std::vector<CompletedCommand>& commands);
std::string zsh_completion(const std::vector<CompletedCommand>& commands);
std::string fish_completion(const std::vector<CompletedCommand>& commands);

}  // namespace crawler
