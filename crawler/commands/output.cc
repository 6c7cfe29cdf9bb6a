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

#include "crawler/options/binding.h"
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

std::vector<Option> output_rows(OutputOptions& options, const std::string& otherwise) {
  return {
      {.name = "--format",
       .fills = word(options.format, {"table", "csv", "tsv", "json", "jsonl", "markdown"}),
       .help = "json is one array, jsonl an object a line; default: " + otherwise},
      {.name = "--no-headers",
       .fills = flag(options.no_headers),
       .help = "Leave the columns' names out of table, csv, tsv and markdown"},
      {.name = "--csv-safe",
       .fills = flag(options.csv_safe),
       .help = "Put a ' before texts that a spreadsheet would take for a formula (csv, tsv)"},
      {.name = "--output",
       .letter = 'o',
       .fills = file(options.file),
       .help = "Write there, over an older file once all is written; the format follows from .csv, "
               ".tsv, .json, .jsonl, .md or .txt"},
  };
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
