// One option, or one positional argument, of a command: a row of the command's table. Whatever weft
// knows of an option is read from its row: parsing, --help, WEFT_ variables, config files,
// completions, the record of a run and the check against a file that is resumed. A row refers to a
// member of the command's options, which must live as long as the row.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace crawler {

using Words = std::vector<std::string>;

// What an option is set to, with the types of JSON. null: nothing.
using Setting = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Words>;

// How the words that are given for an option fill a member. options/binding.h makes them.
struct Binding {
  enum class Takes : std::uint8_t { kNothing, kOneWord, kWords };
  Takes takes = Takes::kOneWord;
  std::string type = {};     // of its value, for --help: "N", "TIME", "async|threads"
  std::string range = {};    // of its value, for --help: "1-100"; "" for any
  std::string initial = {};  // the member's value before parsing, for --help; "" for none
  Words known = {};          // every word that it takes; empty where there are too many
  bool is_list = false;      // a word may be several of them, separated by commas
  bool is_file = false;      // its value names a file
  // Fills the member. Returns what is wrong with a word, or "". No words: the initial value again.
  // The word of a flag is "true" or "false".
  std::function<std::string(const Words& words)> read = {};
  std::function<Setting()> setting = {};
};

// Whether runs.options of a crawl's file holds what an option is set to.
struct Recorded {
  std::string name;  // there
  bool opposite =
      false;  // of a flag: what is there is the member, and the option says its opposite
};
struct NotRecorded {
  std::string reason = {};
};
using Record = std::variant<NotRecorded, Recorded>;

struct Option {
  std::string name;  // "--output"; that of a positional argument has no dashes: "DB"
  char letter = 0;   // 'o' for -o; 0 for none
  Binding fills = {};
  std::string type = {};  // instead of the binding's, where it says more: "REGEX"
  std::string help = {};
  std::string group = {};     // heading in --help; "" for the first one
  bool shows_initial = true;  // in --help; false where `help` says what holds instead
  bool required = false;
  Words needs = {};     // names of options without which it cannot be given
  Words excludes = {};  // names of options beside which it cannot be given

  // Of `weft crawl`:
  bool kept = false;  // in the file: a crawl that is resumed has the value that it began with
  Record record = {};
  // The word without its secret, for what a file says of the run; nullptr where it has none.
  std::string (*redacted)(const std::string& word) = nullptr;

  // The words that were given for it, wherever that was; empty where none were. Set by the parser.
  Words given = {};

  bool is_positional() const { return !name.starts_with('-'); }
  bool is_flag() const { return fills.takes == Binding::Takes::kNothing; }
};

}  // namespace crawler
