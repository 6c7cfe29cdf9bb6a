// The scripts that tell bash, zsh and fish what weft's command line takes, read from the same rows
// that parse it: no shell offers what weft does not take. Pure.
#pragma once

#include <string>
#include <vector>

#include "crawler/options/command.h"

namespace crawler {

// What precedes any command, as a command without a name, then `commands`; each with the options
// that it has besides its own.
std::vector<Command> completed_commands(std::vector<Command> commands);

std::string bash_completion(const std::vector<Command>& commands);
std::string zsh_completion(const std::vector<Command>& commands);
std::string fish_completion(const std::vector<Command>& commands);

}  // namespace crawler
