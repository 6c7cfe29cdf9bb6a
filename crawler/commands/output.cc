#include "crawler/commands/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace crawler {

void add_output_options(CLI::App& command, OutputOptions& options, const std::string& otherwise) {
  command
      .add_option("--format", options.format,
                  "table, csv, json (one array) or jsonl (an object a line); default: " + otherwise)
      ->check(CLI::IsMember({"table", "csv", "json", "jsonl"}))
      ->type_name("FORMAT");
  command.add_flag("--no-headers", options.no_headers,
                   "Leave the columns' names out of table and csv");
}

storage::TableOptions table_options(const OutputOptions& options) {
  storage::TableOptions table;
  const bool terminal = stdout_is_terminal();
  table.format = storage::format_from(options.format)
                     .value_or(terminal ? storage::Format::kTable : storage::Format::kCsv);
  table.headers = !options.no_headers;
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) table.width = size.ws_col;
  return table;
}

bool stdout_is_terminal() { return isatty(STDOUT_FILENO) == 1; }

bool stdout_takes_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return stdout_is_terminal() && (no_color == nullptr || *no_color == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace crawler
