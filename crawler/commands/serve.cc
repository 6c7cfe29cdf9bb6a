// weft serve: a crawl's file as a page in the browser of this machine.
#include <iostream>
#include <memory>

#include "crawler/commands/commands.h"
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

void add_serve_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Show a crawl in the browser of this machine");
  command->add_option("DB", options->database, "The file that weft crawl made")->required();
  command->add_option("--port", options->port, "TCP port; 0: the system chooses")
      ->type_name("PORT")
      ->capture_default_str();
  command->add_option("--host", options->host, "Loopback address to listen on: 127.0.0.1 or ::1")
      ->type_name("ADDRESS")
      ->capture_default_str();
  command->footer(
      "Prints its address, then serves until it is interrupted. Nothing but this machine can "
      "reach\n"
      "it, and it only reads: a crawl may be writing the file meanwhile. What the page shows is\n"
      "there as JSON too, under /api/.");
  command->callback([options, &run] { run = [options] { return serve(*options); }; });
}

}  // namespace crawler
