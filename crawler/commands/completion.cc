#include "crawler/commands/completion.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "storage/checks.h"
#include "storage/outcome.h"
#include "storage/reports.h"

namespace crawler {
namespace {

using Words = std::vector<std::string>;

Words report_names() {
  Words words;
  for (const storage::Report& report : storage::reports()) words.emplace_back(report.name);
  return words;
}

// Closed lists that --help does not spell out where it names the value's type.
struct KnownWords {
  std::string_view command, name;
  Words (*words)();
  bool list;
};
constexpr std::array<KnownWords, 4> kKnown{{
    {"report", "NAME", report_names, false},
    {"report", "--fail-on", storage::check_words, true},
    {"export", "--format", [] { return Words{"csv", "jsonl", "json", "graphml", "dot", "edges"}; },
     false},
    {"compare", "--strategy",
     [] {
       return Words{"async", "threads", "sequential"};
     },
     true},
}};

bool is_word(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// "a,b,c" or "a|b|c" of words in small letters; none for anything else.
Words split(const std::string& text, char separator) {
  Words words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, separator); words.push_back(word))
    if (!is_word(word)) return {};
  return words;
}

CompletedValue value_of(const std::string& command, const CLI::Option& option,
                        const std::string& name) {
  CompletedValue value;
  const std::string type = option.get_type_name();
  for (const KnownWords& known : kKnown)
    if (known.command == command && known.name == name)
      return {CompletedValue::Kind::kWords, known.words(), known.list};
  if (const std::size_t open = type.find('{'); open != std::string::npos)
    value.words = split(type.substr(open + 1, type.find('}') - open - 1), ',');
  else if (type.find('|') != std::string::npos)
    value.words = split(type, '|');
  if (!value.words.empty())
    value.kind = CompletedValue::Kind::kWords;
  else if (name == "DB" || name == "FILE" || type.find("FILE") != std::string::npos ||
           type.find("PATH") != std::string::npos)
    value.kind = CompletedValue::Kind::kFiles;
  return value;
}

CompletedCommand completed(const CLI::App& app, std::string name) {
  CompletedCommand command{std::move(name), app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      const std::string place = option->get_name();
      command.places.push_back(
          {place, value_of(command.name, *option, place), option->get_items_expected_max() > 1});
      continue;
    }
    CompletedOption made;
    for (const std::string& word : option->get_lnames()) made.names.push_back("--" + word);
    for (const std::string& word : option->get_snames()) made.names.push_back("-" + word);
    made.about = option->get_description();
    made.flag = option->get_items_expected_max() == 0;
    if (!made.flag) made.value = value_of(command.name, *option, made.names.front());
    command.options.push_back(std::move(made));
  }
  return command;
}

}  // namespace

std::vector<CompletedCommand> completed_commands(const CLI::App& weft) {
  std::vector<CompletedCommand> commands{completed(weft, "")};
  for (const CLI::App* command : weft.get_subcommands({}))
    commands.push_back(completed(*command, command->get_name()));
  return commands;
}

}  // namespace crawler
