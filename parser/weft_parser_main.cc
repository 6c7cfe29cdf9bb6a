// weft-parser: parses documents for weft in a process that can do nothing else. Started by weft
// with its end of a socketpair as standard input; see worker_protocol.h and sandbox.h.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "parser/document.h"
#include "parser/sandbox.h"
#include "parser/worker.h"
#include "parser/worker_protocol.h"

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
    std::printf("weft-parser %s (%s)\n", WEFT_VERSION, parser::describe_sandbox());
    return 0;
  }
  // A signal that a terminal or a service manager sends to every process of the crawl is for the
  // crawl to handle: it drains, and needs its workers for that. They end when it closes their
  // sockets, or dies.
  for (const int ending : {SIGINT, SIGTERM, SIGHUP}) std::signal(ending, SIG_IGN);
  try {
    // Before the sandbox: it opens files and takes the memory and tables that it needs all its
    // life.
    parser::DocumentParser documents(parser::exit_out_of_memory);
    try {
      parser::enter_sandbox(STDIN_FILENO);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "weft-parser: cannot confine itself, so it parses nothing: %s\n",
                   error.what());
      return parser::kWorkerNoSandbox;
    }
    return parser::serve(STDIN_FILENO, documents);
  } catch (const std::bad_alloc&) {
    parser::exit_out_of_memory();
  }
}
