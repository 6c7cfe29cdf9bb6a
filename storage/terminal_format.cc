// A table for people: columns aligned, each line as wide as the terminal at most. It holds back the
// first rows in order to choose the widths of the columns; later rows are cut to them.
#include <algorithm>
#include <numeric>
#include <utility>

#include "storage/row_format.h"
#include "storage/terminal_text.h"

namespace storage {
namespace {

// Rows, and bytes of them, that are held back before the widths are chosen.
constexpr std::size_t kSampledRows = 500;
constexpr std::size_t kSampledBytes = 1 << 20;
// The widest column where the terminal's width is not known: a page's text is one line.
constexpr std::size_t kWidestColumn = 120;
// In a narrower column nothing can be read.
constexpr std::size_t kNarrowestColumn = 6;
constexpr std::size_t kLooksAt = 4096;  // bytes of a text
constexpr std::string_view kGap = "  ";

class TerminalFormat : public RowFormat {
 public:
  using RowFormat::RowFormat;

  void number(std::string_view digits) override { add({std::string(digits), true}); }
  void text(std::string_view text) override { add({printable(text.substr(0, kLooksAt)), false}); }
  void null() override { add({}); }
  void end_row() override {
    held_.push_back(std::move(row_));
    row_.clear();
    if (!widths_.empty() || held_.size() >= kSampledRows || held_bytes_ >= kSampledBytes) flush();
  }
  void finish() override {
    if (!columns_.empty()) flush();
  }

  std::size_t longest_text() const override { return kLooksAt; }

 private:
  struct Cell {
    std::string text;
    bool number = false;
  };
  using Row = std::vector<Cell>;

  void add(Cell cell) {
    held_bytes_ += cell.text.size() + sizeof(Cell);
    row_.push_back(std::move(cell));
  }

  void flush() {
    if (widths_.empty()) {
      choose_widths();
      if (options_.headers) write_names();
    }
    for (const Row& row : held_) write_line(row);
    held_.clear();
  }

  // Each as wide as its widest cell; where the terminal is too narrow, the widest are cut.
  void choose_widths() {
    for (const std::string& name : columns_)
      widths_.push_back(options_.headers ? display_width(printable(name)) : 0);
    for (const Row& row : held_)
      for (std::size_t i = 0; i < row.size(); ++i)
        widths_[i] = std::max(widths_[i], display_width(row[i].text));
    if (options_.width == 0) {
      for (std::size_t& width : widths_) width = std::min(width, kWidestColumn);
      return;
    }
    // The largest cap on a column's width with which the line fits.
    std::size_t low = kNarrowestColumn;
    std::size_t high = std::max(*std::max_element(widths_.begin(), widths_.end()), low);
    while (low < high) {
      const std::size_t middle = low + (high - low + 1) / 2;
      if (line_width(middle) <= options_.width)
        low = middle;
      else
        high = middle - 1;
    }
    // The first columns that the cap cuts get what it leaves over.
    std::size_t left = options_.width - std::min(options_.width, line_width(low));
    for (std::size_t& width : widths_) {
      const std::size_t more = std::min(left, width > low ? std::size_t{1} : 0);
      width = std::min(width, low + more);
      left -= more;
    }
  }

  std::size_t line_width(std::size_t cap) const {
    return std::accumulate(
        widths_.begin(), widths_.end(), kGap.size() * (widths_.size() - 1),
        [cap](std::size_t sum, std::size_t width) { return sum + std::min(width, cap); });
  }

  void write_names() {
    Row names;
    Row rules;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      // A name is aligned as its column's first cell.
      const bool number = !held_.empty() && i < held_[0].size() && held_[0][i].number;
      names.push_back({printable(columns_[i]), number});
      std::string rule;
      for (std::size_t k = 0; k < widths_[i]; ++k) rule += "─";
      rules.push_back({std::move(rule), false});
    }
    write_line(names);
    write_line(rules);
  }

  void write_line(const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string fitted;
      const std::size_t used = append_fitted(fitted, row[i].text, widths_[i]);
      const std::size_t padding = widths_[i] - std::min(used, widths_[i]);
      if (i > 0) out_ += kGap;
      if (row[i].number) out_.append(padding, ' ');
      out_ += fitted;
      if (!row[i].number) out_.append(padding, ' ');
    }
    out_.resize(out_.find_last_not_of(' ') + 1);
    out_ += '\n';
  }

  Row row_;                // the one under way
  std::vector<Row> held_;  // whole rows that are not written yet
  std::size_t held_bytes_ = 0;
  std::vector<std::size_t> widths_;  // empty until chosen
};

}  // namespace

std::unique_ptr<RowFormat> make_terminal_format(std::string& out, std::vector<std::string> columns,
                                                const TableOptions& options) {
  return std::make_unique<TerminalFormat>(out, std::move(columns), options);
}

}  // namespace storage
