// One format of rows: what Table writes through. Each format is a class of its own file, made by
// make_row_format; a new one is such a file, a word in storage/table.h and a line in
// storage/row_format.cc.
//
// A format appends to a string that Table hands on when a row has ended, so a format holds no row
// unless it must see more than one. Text is untrusted: a format makes it harmless for whoever reads
// the format, and valid UTF-8.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/table.h"

namespace storage {

class RowFormat {
 public:
  RowFormat(std::string& out, std::vector<std::string> columns, const TableOptions& options)
      : out_(out), columns_(std::move(columns)), options_(options) {}
  virtual ~RowFormat() = default;
  RowFormat(const RowFormat&) = delete;
  RowFormat& operator=(const RowFormat&) = delete;

  // Before the first row and after the last one.
  virtual void begin() {}
  virtual void finish() {}

  // The cells of a row, from its first column to its last, and its end.
  virtual void number(std::string_view digits) = 0;
  virtual void integer(std::int64_t value);  // as number(), unless the format cannot hold it
  virtual void text(std::string_view text) = 0;
  virtual void null() = 0;
  virtual void end_row() = 0;

  // Bytes of a text beyond which the format does not look.
  virtual std::size_t longest_text() const { return std::string_view::npos; }

 protected:
  // `text` as a format for programs has it: valid UTF-8, on a terminal without control characters,
  // and for a spreadsheet never a formula.
  std::string plain(std::string_view text) const;

  std::string& out_;
  const std::vector<std::string> columns_;
  const TableOptions options_;
};

// `out` must outlive the format.
[[nodiscard]] std::unique_ptr<RowFormat> make_row_format(std::string& out,
                                                         std::vector<std::string> columns,
                                                         const TableOptions& options);

// Defined in the files of the formats.
using MakeRowFormat = std::unique_ptr<RowFormat>(std::string& out, std::vector<std::string> columns,
                                                 const TableOptions& options);
MakeRowFormat make_terminal_format, make_csv_format, make_tsv_format, make_json_format,
    make_json_lines_format, make_json_rows_format, make_markdown_format, make_html_format;

}  // namespace storage
