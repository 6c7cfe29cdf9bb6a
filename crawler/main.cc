// weft: runs the command that was asked for, and turns what it throws into one line.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "crawler/commands/command_line.h"
#include "crawler/commands/commands.h"

int main(int argc, char** argv) {
  try {
    return crawler::run_command_line(crawler::all_commands(),
                                     std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "weft: " << error.what() << '\n';
    return 2;
  }
}
