#include "crawler/commands/commands.h"

namespace crawler {

std::vector<Command> all_commands() {
  return {crawl_command(),      compare_command(), query_command(),  search_command(),
          export_command(),     report_command(),  why_command(),    serve_command(),
          site_command(),       url_command(),     robots_command(), parse_command(),
          completions_command()};
}

}  // namespace crawler
