// JSON: one array of objects, an object a line, or for the pages of weft serve an array of arrays.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "parser/utf8.h"
#include "storage/json_writer.h"
#include "storage/row_format.h"
#include "storage/terminal_text.h"

namespace storage {
namespace {

// JavaScript keeps numbers as doubles; a whole number beyond this one may be rounded.
constexpr std::int64_t kLargestSafe = (std::int64_t{1} << 53) - 1;

// The members of an object need names that differ: a second "url" becomes "url_2".
std::vector<std::string> distinct(std::vector<std::string> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = names[i];
    const auto before = names.begin() + static_cast<std::ptrdiff_t>(i);
    for (int copy = 2; std::find(names.begin(), before, names[i]) != before; ++copy)
      names[i] = fmt::format("{}_{}", name, copy);
  }
  return names;
}

void append_text(JsonWriter& json, std::string_view text, bool terminal) {
  if (terminal)
    json.value(without_controls(text));
  else
    json.value(text);
}

class JsonObjects : public RowFormat {
 public:
  // `lines`: without an array around the objects.
  JsonObjects(std::string& out, std::vector<std::string> columns, const TableOptions& options,
              bool lines)
      : RowFormat(out, distinct(std::move(columns)), options),
        json_(out, JsonLayout::kSpaced),
        lines_(lines) {}

  void number(std::string_view digits) override {
    next_member();
    json_.raw(digits);
  }
  void text(std::string_view text) override {
    next_member();
    append_text(json_, text, options_.terminal);
  }
  void null() override {
    next_member();
    json_.null();
  }
  void end_row() override {
    json_.end_object();
    column_ = 0;
    if (lines_) out_ += '\n';
  }
  void finish() override {
    if (!lines_) out_ += any_rows_ ? "\n]\n" : "[]\n";
  }

 private:
  void next_member() {
    if (column_ == 0) {
      if (!lines_) out_ += any_rows_ ? ",\n" : "[\n";
      any_rows_ = true;
      json_.begin_object();
    }
    json_.key(columns_[column_++]);
  }

  JsonWriter json_;
  const bool lines_;
  bool any_rows_ = false;
  std::size_t column_ = 0;  // of the next cell
};

class JsonRows : public RowFormat {
 public:
  JsonRows(std::string& out, std::vector<std::string> columns, const TableOptions& options)
      : RowFormat(out, std::move(columns), options), json_(out) {}

  void begin() override { json_.begin_array(); }
  void finish() override { json_.end_array(); }

  void number(std::string_view digits) override {
    begin_row();
    json_.raw(digits);
  }
  void integer(std::int64_t value) override {
    begin_row();
    if (value >= -kLargestSafe && value <= kLargestSafe)
      json_.value(value);
    else
      json_.value(fmt::format_int(value).c_str());
  }
  void text(std::string_view text) override {
    begin_row();
    append_text(json_, text, options_.terminal);
  }
  void null() override {
    begin_row();
    json_.null();
  }
  void end_row() override {
    json_.end_array();
    in_row_ = false;
  }

 private:
  void begin_row() {
    if (!std::exchange(in_row_, true)) json_.begin_array();
  }

  JsonWriter json_;
  bool in_row_ = false;
};

}  // namespace

std::unique_ptr<RowFormat> make_json_format(std::string& out, std::vector<std::string> columns,
                                            const TableOptions& options) {
  return std::make_unique<JsonObjects>(out, std::move(columns), options, false);
}

std::unique_ptr<RowFormat> make_json_lines_format(std::string& out,
                                                  std::vector<std::string> columns,
                                                  const TableOptions& options) {
  return std::make_unique<JsonObjects>(out, std::move(columns), options, true);
}

std::unique_ptr<RowFormat> make_json_rows_format(std::string& out, std::vector<std::string> columns,
                                                 const TableOptions& options) {
  return std::make_unique<JsonRows>(out, std::move(columns), options);
}

}  // namespace storage
