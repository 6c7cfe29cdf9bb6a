#include "crawler/commands/output.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>
#include <utility>

#include "storage/error.h"

namespace crawler {
namespace {

using storage::Format;

// By the end of a file's name.
std::optional<Format> format_of_file(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, Format>, 7> kEndings{
      {{".csv", Format::kCsv},
       {".tsv", Format::kTsv},
       {".json", Format::kJson},
       {".jsonl", Format::kJsonLines},
       {".ndjson", Format::kJsonLines},
       {".md", Format::kMarkdown},
       {".txt", Format::kTable}}};
  for (const auto& [ending, format] : kEndings)
    if (name.ends_with(ending)) return format;
  return std::nullopt;
}

}  // namespace

void add_output_options(CLI::App& command, OutputOptions& options, const std::string& otherwise) {
  command
      .add_option("--format", options.format,
                  "table, csv, tsv, json (one array), jsonl (an object a line) or markdown; "
                  "default: " +
                      otherwise)
      ->check(CLI::IsMember({"table", "csv", "tsv", "json", "jsonl", "markdown"}))
      ->type_name("FORMAT");
  command.add_flag("--no-headers", options.no_headers,
                   "Leave the columns' names out of table, csv, tsv and markdown");
  command.add_flag("--csv-safe", options.csv_safe,
                   "Put a ' before texts that a spreadsheet would take for a formula (csv, tsv)");
  command
      .add_option(
          "-o,--output", options.file,
          "Write there, over an older file once all is written; the format follows from .csv, "
          ".tsv, .json, .jsonl, .md or .txt")
      ->type_name("FILE");
}

bool rows_are_wanted(const OutputOptions& options) {
  return !options.format.empty() || !options.file.empty() || options.csv_safe;
}

Output::Output(const OutputOptions& options, const std::string& db) {
  const bool to_file = !options.file.empty();
  const bool terminal = !to_file && stdout_is_terminal();
  std::optional<Format> format = storage::format_from(options.format);
  if (!format && to_file) format = format_of_file(options.file);
  table_.format = format.value_or(terminal ? Format::kTable : Format::kCsv);
  table_.headers = !options.no_headers;
  table_.spreadsheet_safe = options.csv_safe;
  table_.terminal = terminal;
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) table_.width = size.ws_col;
  if (to_file) file_.emplace(options.file, db);
}

std::ostream& Output::stream() { return file_ ? file_->stream() : std::cout; }

void Output::finish() {
  if (file_) return file_->finish();
  if (!std::cout.flush()) throw storage::Error("the output could not be written whole");
}

void tell_of_more(std::uint64_t rows) {
  std::cerr << fmt::format("weft: only the first {} {} shown; --limit 0 shows all\n", rows,
                           rows == 1 ? "row is" : "rows are");
}

bool stdout_is_terminal() { return isatty(STDOUT_FILENO) == 1; }

bool stdout_takes_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return stdout_is_terminal() && (no_color == nullptr || *no_color == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace crawler
