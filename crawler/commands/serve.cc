// weft serve: a crawl's file as a page in the browser of this machine.
#include <iostream>
#include <memory>

#include "crawler/commands/commands.h"
#include "crawler/options/binding.h"
#include "crawler/serve/server.h"

namespace crawler {
namespace {

int serve(const ServeOptions& options) {
  ServeServer server(options);
  std::cout << server.url() << std::endl;
  server.run();
  return 0;
}

}  // namespace

Command serve_command() {
  const auto options = std::make_shared<ServeOptions>();
  Command command{.name = "serve", .summary = "Show a crawl in the browser of this machine"};
  command.options = {
      {.name = "DB",
       .fills = file(options->database),
       .help = "The file that weft crawl made",
       .required = true},
      {.name = "--port",
       .fills = number(options->port),
       .type = "PORT",
       .help = "TCP port; 0: the system chooses"},
      {.name = "--host",
       .fills = text(options->host),
       .type = "ADDRESS",
       .help = "Loopback address to listen on: 127.0.0.1 or ::1"},
  };
  command.footer =
      "Prints its address, then serves until it is interrupted. Nothing but this machine can "
      "reach\n"
      "it, and it only reads: a crawl may be writing the file meanwhile. What the page shows is\n"
      "there as JSON too, under /api/.";
  command.run = [options](const Command&) { return serve(*options); };
  return command;
}

}  // namespace crawler
