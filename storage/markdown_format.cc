// A table as GitHub's Markdown reads it.
#include <utility>

#include "storage/row_format.h"
#include "storage/terminal_text.h"

namespace storage {
namespace {

class MarkdownFormat : public RowFormat {
 public:
  using RowFormat::RowFormat;

  void begin() override {
    if (!options_.headers) return;
    for (const std::string& name : columns_) text(name);
    end_row();
    out_ += '|';
    for (std::size_t i = 0; i < columns_.size(); ++i) out_ += " --- |";
    out_ += '\n';
  }

  void number(std::string_view digits) override {
    separate();
    out_.append(digits).append(" |");
  }
  // What would end the cell or begin markup is escaped.
  void text(std::string_view text) override {
    separate();
    for (const char c : printable(text)) {
      if (c == '&')
        out_ += "&amp;";
      else if (c == '<')
        out_ += "&lt;";
      else if (std::string_view("\\`*[]>|").find(c) != std::string_view::npos)
        out_.append(1, '\\').append(1, c);
      else
        out_ += c;
    }
    out_ += " |";
  }
  void null() override { number({}); }
  void end_row() override {
    out_ += '\n';
    first_ = true;
  }

 private:
  void separate() { out_ += std::exchange(first_, false) ? "| " : " "; }

  bool first_ = true;  // the next cell is the row's first
};

}  // namespace

std::unique_ptr<RowFormat> make_markdown_format(std::string& out, std::vector<std::string> columns,
                                                const TableOptions& options) {
  return std::make_unique<MarkdownFormat>(out, std::move(columns), options);
}

}  // namespace storage
