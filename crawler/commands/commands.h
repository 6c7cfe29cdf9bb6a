// The commands of weft, one file each. An add_ function declares the command's options on `app` and
// sets `run` when it is the one that was asked for; main calls that and exits with what it answers:
// 0 done, 1 nothing found or a comparison that differs, 2 an error, 130 interrupted. Data goes to
// stdout, everything else to stderr. A std::exception that leaves run() is printed in one line,
// exit code 2.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace crawler {

using Run = std::function<int()>;

void add_crawl_command(CLI::App& app, Run& run);
void add_compare_command(CLI::App& app, Run& run);
void add_query_command(CLI::App& app, Run& run);
void add_search_command(CLI::App& app, Run& run);
void add_export_command(CLI::App& app, Run& run);
void add_report_command(CLI::App& app, Run& run);
void add_why_command(CLI::App& app, Run& run);
void add_serve_command(CLI::App& app, Run& run);
void add_site_command(CLI::App& app, Run& run);
void add_url_command(CLI::App& app, Run& run);
void add_robots_command(CLI::App& app, Run& run);
void add_parse_command(CLI::App& app, Run& run);
void add_completions_command(CLI::App& app, Run& run);

}  // namespace crawler
