#include "crawler/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include "storage/sql_mistake.h"
#include "storage/table.h"

namespace crawler {
namespace {

// ---- rows into CLI11 ---------------------------------------------------------------------------

std::string names_of(const Option& row) {
  return row.letter == 0 ? row.name : std::string{'-', row.letter, ','} + row.name;
}

std::string type_of(const Option& row) {
  const std::string& type = row.type.empty() ? row.fills.type : row.type;
  if (type == row.name) return "";
  return row.fills.range.empty() ? type : type + ':' + row.fills.range;
}

void declare(CLI::App& app, Option& row) {
  const Binding& fills = row.fills;
  CLI::Option* const made = app.add_option(
      names_of(row),
      [&row](const CLI::results_t& words) {
        row.given = words;
        const std::string wrong = row.fills.read(words);
        if (!wrong.empty()) throw CLI::ValidationError(row.name, wrong);
        return true;
      },
      row.help);
  switch (fills.takes) {
    case Binding::Takes::kNothing:
      made->expected(0)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      break;
    case Binding::Takes::kOneWord:
      break;
    case Binding::Takes::kWords:
      made->expected(CLI::detail::expected_max_vector_size);
      // Or one that is repeated would take the positional arguments that follow its word.
      if (!row.is_positional()) made->allow_extra_args(false);
      break;
  }
  made->type_name(type_of(row))->required(row.required);
  if (row.shows_initial) made->default_str(fills.initial);
  if (!row.group.empty()) made->group(row.group);
}

void declare(CLI::App& program, Command& command) {
  CLI::App* const app = program.add_subcommand(command.name, command.summary);
  const Option help = help_option();
  app->set_help_flag(names_of(help), help.help);
  app->footer(command.footer);
  for (Option& row : command.options) declare(*app, row);
  for (const Option& row : command.options) {
    CLI::Option* const made = app->get_option(row.name);
    for (const std::string& name : row.needs) made->needs(app->get_option(name));
    for (const std::string& name : row.excludes) made->excludes(app->get_option(name));
    if (command.configurable && !row.is_positional() && row.name != kConfigOption)
      made->envname(variable_of(row));
  }
}

// ---- a config file -----------------------------------------------------------------------------

Option& named_in_config(Command& command, const ConfigEntry& entry) {
  if (!entry.sections.empty())
    throw std::invalid_argument("sections are not read: [" + entry.sections.front() + "]");
  for (Option& row : command.options)
    if (row.name != kConfigOption && (row.name == entry.name || row.name == "--" + entry.name))
      return row;
  throw std::invalid_argument("weft " + command.name + " has no option '" + entry.name + "'");
}

// Takes from the file that kConfigOption names what was not given elsewhere. CLI11 reads such files
// for a program only, not for its commands.
void read_config(Command& command) {
  const Option* const config = find_option(command, kConfigOption);
  if (config == nullptr || config->given.empty()) return;
  const std::string& path = config->given.back();
  for (const ConfigEntry& entry : read_toml(path)) try {
      Option& row = named_in_config(command, entry);
      if (!row.given.empty()) continue;
      if (row.fills.takes != Binding::Takes::kWords && entry.values.size() != 1)
        throw std::invalid_argument(row.name + ": takes one value");
      row.given = entry.values;
      const std::string wrong = row.fills.read(entry.values);
      if (!wrong.empty()) throw std::invalid_argument(row.name + ": " + wrong);
    } catch (const std::invalid_argument& wrong) {
      throw std::invalid_argument(path + ": " + wrong.what());
    }
}

// ---- what is wrong -----------------------------------------------------------------------------

// What is wrong with a first word that ought to be a command; "" where it is one.
std::string complaint_about_command(const std::vector<Command>& commands,
                                    const std::vector<std::string>& words) {
  if (words.empty() || words.front().empty() || words.front().starts_with('-')) return "";
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const Command& command : commands) names.push_back(command.name);
  if (std::find(names.begin(), names.end(), words.front()) != names.end()) return "";
  const std::string meant = storage::nearest(words.front(), names);
  return "there is no command '" + storage::printable(words.front()) + "'" +
         (meant.empty() ? "; weft --help names them all" : "; did you mean " + meant + "?");
}

// What is wrong with an option that the command does not have; "" where something else is wrong.
std::string complaint_about_option(const Command& command, const CLI::App& app) {
  for (const std::string& word : app.remaining()) {
    if (!word.starts_with("--")) continue;
    std::vector<std::string> names{help_option().name};
    for (const Option& row : command.options)
      if (!row.is_positional()) names.push_back(row.name);
    const std::string given = word.substr(0, word.find('='));
    const std::string meant = storage::nearest(given, names);
    return command.name + " has no option " + storage::printable(given) +
           (meant.empty() ? "; weft " + command.name + " --help names them all"
                          : "; did you mean " + meant + "?");
  }
  return "";
}

// ---- the whole ---------------------------------------------------------------------------------

class Program {
 public:
  explicit Program(std::vector<Command>& commands) : commands_(commands) {
    const Option help = help_option();
    app_.set_help_flag(names_of(help), help.help);
    const Option version = version_option();
    app_.set_version_flag(version.name, "weft " WEFT_VERSION, version.help);
    app_.require_subcommand(1);
    app_.failure_message([](const CLI::App* at, const CLI::Error& error) {
      return "weft: " + CLI::FailureMessage::simple(at, error);
    });
    for (Command& command : commands_) declare(app_, command);
  }

  // Throws CLI::ParseError.
  Command& parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // CLI11 takes the first one from the end
    app_.parse(std::move(words));
    return *asked_for();
  }

  // Prints what --help asks for, or what is wrong; returns the exit code.
  int explain(const CLI::ParseError& error, const std::vector<std::string>& words) {
    std::string complaint = complaint_about_command(commands_, words);
    Command* const command = asked_for();
    if (complaint.empty() && command != nullptr &&
        dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
      complaint = complaint_about_option(*command, *app_.get_subcommand(command->name));
    if (complaint.empty()) return app_.exit(error) == 0 ? 0 : 2;
    std::cerr << "weft: " << complaint << '\n';
    return 2;
  }

 private:
  // nullptr where no command was recognized.
  Command* asked_for() {
    for (Command& command : commands_)
      if (app_.got_subcommand(command.name)) return &command;
    return nullptr;
  }

  std::vector<Command>& commands_;
  CLI::App app_{"A concurrent web crawler that leaves one searchable SQLite file.", "weft"};
};

}  // namespace

int run_command_line(std::vector<Command> commands, const std::vector<std::string>& words) {
  Program program(commands);
  Command* command = nullptr;
  try {
    command = &program.parse(words);
  } catch (const CLI::ParseError& error) {
    return program.explain(error, words);
  }
  if (command->configurable) read_config(*command);
  return command->run(*command);
}

void parse(Command& command, const std::vector<std::string>& words) {
  std::vector<Command> commands{command};
  try {
    std::vector<std::string> all{command.name};
    all.insert(all.end(), words.begin(), words.end());
    Program(commands).parse(std::move(all));
  } catch (const CLI::ParseError& error) {
    throw std::invalid_argument(error.what());
  }
  command = std::move(commands.front());
  if (command.configurable) read_config(command);
}

std::vector<ConfigEntry> read_toml(const std::string& path) {
  std::vector<ConfigEntry> entries;
  try {
    for (CLI::ConfigItem& item : CLI::ConfigTOML().from_file(path))
      entries.push_back({std::move(item.parents), std::move(item.name), std::move(item.inputs)});
  } catch (const CLI::Error& error) {
    throw std::invalid_argument(path + ": " + error.what());
  }
  return entries;
}

}  // namespace crawler
