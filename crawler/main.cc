// weft: declares the commands, runs the one that was asked for, and turns what it throws into one
// line.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "crawler/commands/commands.h"
#include "storage/sql_mistake.h"
#include "storage/table.h"

namespace {

// What is wrong with a first argument that stands for a command and is none; "" where it is not
// that.
std::string complaint_about_command(const CLI::App& app, int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word.empty() || word.starts_with('-')) return "";
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return "";
  const std::string meant = storage::nearest(word, names);
  return "there is no command '" + storage::printable(word) + "'" +
         (meant.empty() ? "; weft --help names them all" : "; did you mean " + meant + "?");
}

// What is wrong with an option that the command has not; "" where that is not what is wrong.
std::string complaint_about_option(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return "";
  for (const CLI::App* command : app.get_subcommands())
    for (const std::string& word : command->remaining()) {
      if (!word.starts_with("--")) continue;
      std::vector<std::string> names;
      for (const CLI::Option* option : command->get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      const std::string given = word.substr(0, word.find('='));
      const std::string meant = storage::nearest(given, names);
      return command->get_name() + " has no option " + storage::printable(given) +
             (meant.empty() ? "; weft " + command->get_name() + " --help names them all"
                            : "; did you mean " + meant + "?");
    }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A concurrent web crawler that leaves one searchable SQLite file.", "weft");
  app.set_version_flag("--version", "weft " WEFT_VERSION);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App* at, const CLI::Error& error) {
    return "weft: " + CLI::FailureMessage::simple(at, error);
  });
  crawler::Run run;
  crawler::add_crawl_command(app, run);
  crawler::add_compare_command(app, run);
  crawler::add_query_command(app, run);
  crawler::add_search_command(app, run);
  crawler::add_export_command(app, run);
  crawler::add_report_command(app, run);
  crawler::add_why_command(app, run);
  crawler::add_serve_command(app, run);
  crawler::add_site_command(app, run);
  crawler::add_url_command(app, run);
  crawler::add_robots_command(app, run);
  crawler::add_parse_command(app, run);
  crawler::add_completions_command(app, run);
  try {
    app.parse(argc, argv);
    return run();
  } catch (const CLI::ParseError& error) {
    std::string complaint = complaint_about_command(app, argc, argv);
    if (complaint.empty()) complaint = complaint_about_option(app, error);
    if (complaint.empty()) return app.exit(error) == 0 ? 0 : 2;
    std::cerr << "weft: " << complaint << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "weft: " << error.what() << '\n';
    return 2;
  }
}
