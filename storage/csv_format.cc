// Comma-separated values (RFC 4180), with the line ends of this system; NULL is an empty field.
#include <utility>

#include "storage/row_format.h"

namespace storage {
namespace {

class CsvFormat : public RowFormat {
 public:
  using RowFormat::RowFormat;

  void begin() override {
    if (!options_.headers) return;
    for (const std::string& name : columns_) text(name);
    end_row();
  }

  void number(std::string_view digits) override {
    separate();
    out_ += digits;
  }
  void text(std::string_view text) override {
    separate();
    const std::string field = plain(text);
    if (field.find_first_of(",\"\r\n") == std::string::npos) {
      out_ += field;
      return;
    }
    out_ += '"';
    for (const char c : field) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }
  void null() override { separate(); }
  void end_row() override {
    out_ += '\n';
    first_ = true;
  }

 private:
  void separate() {
    if (!std::exchange(first_, false)) out_ += ',';
  }

  bool first_ = true;  // the next cell is the row's first
};

}  // namespace

std::unique_ptr<RowFormat> make_csv_format(std::string& out, std::vector<std::string> columns,
                                           const TableOptions& options) {
  return std::make_unique<CsvFormat>(out, std::move(columns), options);
}

}  // namespace storage
