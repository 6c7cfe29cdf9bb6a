// The commands of weft, one file each: what it takes, declared as rows, and what it does.
#pragma once

#include <vector>

#include "crawler/options/command.h"

namespace crawler {

Command crawl_command();
Command compare_command();
Command query_command();
Command search_command();
Command export_command();
Command report_command();
Command why_command();
Command serve_command();
Command site_command();
Command url_command();
Command robots_command();
Command parse_command();
Command completions_command();

// All of them, in the order of --help.
std::vector<Command> all_commands();

}  // namespace crawler
