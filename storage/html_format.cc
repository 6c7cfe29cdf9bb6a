// Rows of an HTML <table>; cells of numbers have the class "n", long texts "l".
#include <utility>

#include "storage/escape.h"
#include "storage/row_format.h"
#include "storage/terminal_text.h"

namespace storage {
namespace {

constexpr std::size_t kLooksAt = 4096;  // bytes of a text
// Columns of a cell: a URL of any usual length fits, and of a page's text the beginning.
constexpr std::size_t kCellWidth = 1000;
constexpr std::size_t kLongCell = 40;  // bytes of HTML; a longer cell may break into lines

class HtmlFormat : public RowFormat {
 public:
  using RowFormat::RowFormat;

  void number(std::string_view digits) override { row_.push_back({std::string(digits), true}); }
  void text(std::string_view text) override { row_.push_back({escaped(text), false}); }
  void null() override { row_.push_back({}); }
  void end_row() override {
    write_names();
    write_row("td");
  }
  void finish() override { write_names(); }

  std::size_t longest_text() const override { return kLooksAt; }

 private:
  struct Cell {
    std::string html;
    bool number = false;
  };

  static std::string escaped(std::string_view text) {
    std::string fitted;
    append_fitted(fitted, printable(text.substr(0, kLooksAt)), kCellWidth);
    return xml_text(fitted);
  }

  // A name is aligned as its column's first cell, so the names wait for the first row.
  void write_names() {
    if (std::exchange(named_, true) || !options_.headers) return;
    std::vector<Cell> names;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      names.push_back({escaped(columns_[i]), i < row_.size() && row_[i].number});
    names.swap(row_);
    write_row("th");
    names.swap(row_);
  }

  void write_row(std::string_view tag) {
    out_ += "<tr>";
    for (const Cell& cell : row_) {
      (out_ += '<') += tag;
      if (cell.number)
        out_ += " class=\"n\"";
      else if (cell.html.size() > kLongCell)
        out_ += " class=\"l\"";
      ((((out_ += '>') += cell.html) += "</") += tag) += '>';
    }
    out_ += "</tr>\n";
    row_.clear();
  }

  std::vector<Cell> row_;  // the one under way
  bool named_ = false;
};

}  // namespace

std::unique_ptr<RowFormat> make_html_format(std::string& out, std::vector<std::string> columns,
                                            const TableOptions& options) {
  return std::make_unique<HtmlFormat>(out, std::move(columns), options);
}

}  // namespace storage
