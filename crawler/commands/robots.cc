// weft robots: what a robots.txt answers for each URL, and the line that decides.
#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "crawler/commands/commands.h"
#include "crawler/options/binding.h"
#include "parser/robots_txt.h"
#include "parser/url.h"

namespace crawler {
namespace {

struct RobotsOptions {
  std::string file;
  std::string agent = "weft";
  std::vector<std::string> urls;
};

// The first bytes of `file`, or of the standard input where it is "-": one more than are read of a
// robots.txt, so that the parser sees that there is more.
std::string read_robots(const std::string& file) {
  std::string body(parser::kMaxRobotsBytes + 1, '\0');
  const auto read_from = [&](std::istream& in) {
    in.read(body.data(), static_cast<std::streamsize>(body.size()));
    body.resize(static_cast<std::size_t>(in.gcount()));
    return !in.bad();
  };
  errno = 0;
  if (file == "-") {
    if (!read_from(std::cin)) throw std::runtime_error("cannot read the standard input");
    return body;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in || !read_from(in))
    throw std::runtime_error("cannot read " + file + ": " +
                             std::generic_category().message(errno == 0 ? EIO : errno));
  return body;
}

int run_robots(const RobotsOptions& options) {
  const parser::RobotsTxt robots(read_robots(options.file), options.agent);
  int code = 0;
  for (const std::string& text : options.urls) {
    parser::Url url;
    if (const parser::UrlError error = url.parse(text); error != parser::UrlError::kOk) {
      std::cerr << "weft: " << text << ": " << describe(error, text) << '\n';
      code = 2;
      continue;
    }
    const parser::RobotsDecision decision = robots.decide(url.target());
    std::cout << (decision.allowed ? "allow" : "disallow") << '\t' << text << '\t';
    if (decision.line == 0)
      std::cout << "no rule\n";
    else
      std::cout << "line " << decision.line << ": " << decision.rule << '\n';
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write to the standard output");
  return code;
}

}  // namespace

Command robots_command() {
  const auto options = std::make_shared<RobotsOptions>();
  Command command{
      .name = "robots",
      .summary = "Print for each URL whether a robots.txt allows it, and the line that decides."};
  command.options = {
      {.name = "FILE",
       .fills = file(options->file),
       .help = "The robots.txt; '-' is the standard input",
       .required = true},
      {.name = "URL", .fills = texts(options->urls), .help = "URLs to ask for", .required = true},
      {.name = "--agent", .fills = text(options->agent), .help = "Product token of the crawler"},
  };
  command.run = [options](const Command&) { return run_robots(*options); };
  return command;
}

}  // namespace crawler
