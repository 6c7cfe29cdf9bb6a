// Tab-separated values: tabs, line ends and backslashes in a field are \t, \n, \r and \\.
#include <utility>

#include "storage/row_format.h"

namespace storage {
namespace {

class TsvFormat : public RowFormat {
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
    for (const char c : plain(text)) {
      constexpr std::string_view kSpecial = "\t\n\r\\";
      constexpr std::string_view kLetters = "tnr\\";
      const std::size_t special = kSpecial.find(c);
      if (special == std::string_view::npos)
        out_ += c;
      else
        out_.append(1, '\\').append(1, kLetters[special]);
    }
  }
  void null() override { separate(); }
  void end_row() override {
    out_ += '\n';
    first_ = true;
  }

 private:
  void separate() {
    if (!std::exchange(first_, false)) out_ += '\t';
  }

  bool first_ = true;  // the next cell is the row's first
};

}  // namespace

std::unique_ptr<RowFormat> make_tsv_format(std::string& out, std::vector<std::string> columns,
                                           const TableOptions& options) {
  return std::make_unique<TsvFormat>(out, std::move(columns), options);
}

}  // namespace storage
