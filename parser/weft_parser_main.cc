// weft-parser: parses pages and sitemaps for weft in a process that can do nothing else. Started by
// weft with its end of a socketpair as standard input; see worker_protocol.h and sandbox.h.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "parser/sandbox.h"
#include "parser/sitemap.h"
#include "parser/worker.h"
#include "parser/worker_protocol.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
    std::printf("weft-parser %s (%s)\n", WEFT_VERSION, parser::describe_sandbox());
    return 0;
  }
  // What a terminal or a service manager sends to all of the crawl is for the crawl to handle: it
  // drains, and needs its workers for that. They end when it closes their sockets, or dies.
  for (const int ending : {SIGINT, SIGTERM, SIGHUP}) std::signal(ending, SIG_IGN);
  try {
    // Before the sandbox: whatever memory and tables it needs all its life.
    parser::PageParser page_parser(parser::exit_out_of_memory);
    parser::SitemapParser sitemap_parser;
    try {
      parser::enter_sandbox(STDIN_FILENO);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "weft-parser: no sandbox, so no parsing: %s\n", error.what());
      return parser::kWorkerNoSandbox;
    }
    return parser::serve(STDIN_FILENO, page_parser, sitemap_parser);
  } catch (const std::bad_alloc&) {
    parser::exit_out_of_memory();
  }
}
