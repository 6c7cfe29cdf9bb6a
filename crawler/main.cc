// weft: declares the commands, runs the one that was asked for, and turns what it throws into one
// line.
#include <exception>
#include <iostream>

#include "crawler/commands/commands.h"

int main(int argc, char** argv) {
  CLI::App app("A concurrent web crawler that leaves one searchable SQLite file.", "weft");
  app.set_version_flag("--version", "weft " WEFT_VERSION);
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::simple);
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
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "weft: " << error.what() << '\n';
    return 2;
  }
}
