// How the commands that answer with rows share their output options, and what they know of the
// terminal.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "crawler/options/option.h"
#include "storage/out_file.h"
#include "storage/table.h"

namespace crawler {

struct OutputOptions {
  std::string format;  // "" where none was given
  bool no_headers = false;
  bool csv_safe = false;
  std::string file;  // "": stdout
};

// --format, --no-headers, --csv-safe and -o; `otherwise` says in --help what the default format is.
std::vector<Option> output_rows(OutputOptions& options, const std::string& otherwise);

// Whether any of them asks for rows, where a command has a form of its own for people.
[[nodiscard]] bool rows_are_wanted(const OutputOptions& options);

// Where rows go, and in which form: stdout, or a FILE that takes the place of an older one when it
// is whole.
class Output {
 public:
  // `db`: the crawl's file, which is never written over. Throws storage::Error.
  Output(const OutputOptions& options, const std::string& db);

  std::ostream& stream();
  // All is written; without it a FILE is as it was. Throws storage::Error.
  void finish();
  // Where no format was given: by the FILE's name (.json, .tsv, .md ...), else a table on a
  // terminal and csv elsewhere.
  storage::TableOptions table() const { return table_; }

 private:
  std::optional<storage::OutFile> file_;
  storage::TableOptions table_;
};

// Says on stderr that there were more rows than `rows`, and how to have them.
void tell_of_more(std::uint64_t rows);

// Stdout is a terminal, and it is welcome to colours (NO_COLOR, TERM=dumb).
[[nodiscard]] bool stdout_is_terminal();
[[nodiscard]] bool stdout_takes_colour();

}  // namespace crawler
