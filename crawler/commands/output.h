// How the commands that answer with rows share --format, and what they know of the terminal.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "storage/table.h"

namespace crawler {

struct OutputOptions {
  std::string format;  // "" where none was given
  bool no_headers = false;
};

// Declares --format and --no-headers; `otherwise` says in --help what the default is.
void add_output_options(CLI::App& command, OutputOptions& options, const std::string& otherwise);

// What they come to for rows that go to stdout: a table on a terminal and csv elsewhere, where no
// format was given.
storage::TableOptions table_options(const OutputOptions& options);

// Stdout is a terminal, and it is welcome to colours (NO_COLOR, TERM=dumb).
bool stdout_is_terminal();
bool stdout_takes_colour();

}  // namespace crawler
