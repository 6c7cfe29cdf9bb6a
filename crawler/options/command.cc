#include "crawler/options/command.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace crawler {

Option help_option() {
  return {.name = "--help",
          .letter = 'h',
          .fills = {.takes = Binding::Takes::kNothing},
          .help = "Print this help message and exit"};
}

Option version_option() {
  return {.name = "--version",
          .fills = {.takes = Binding::Takes::kNothing},
          .help = "Print the version and exit"};
}

void append(std::vector<Option>& table, std::vector<Option> rows) {
  table.insert(table.end(), std::make_move_iterator(rows.begin()),
               std::make_move_iterator(rows.end()));
}

const Option* find_option(const Command& command, std::string_view name) {
  const auto found = std::find_if(command.options.begin(), command.options.end(),
                                  [name](const Option& option) { return option.name == name; });
  return found == command.options.end() ? nullptr : &*found;
}

std::string variable_of(const Option& option) {
  std::string name = "WEFT_" + option.name.substr(option.name.find_first_not_of('-'));
  for (char& c : name) {
    if (c == '-') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

}  // namespace crawler
