// weft site: the built-in site on loopback, for demonstrations, tests and comparisons.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "crawler/commands/commands.h"
#include "crawler/options/binding.h"
#include "crawler/site/faults.h"
#include "crawler/site/pages.h"
#include "crawler/site/site.h"
#include "storage/out_file.h"

namespace crawler {
namespace {

// More threads than any machine has cores would only cost memory.
constexpr std::size_t kMostThreads = 256;
constexpr std::size_t kMostPerHost = 1'000'000;

struct Arguments {
  SiteOptions site;
  std::size_t threads = 1;
  std::string latency = "0";
  std::string seeds_file;
  std::optional<std::size_t> per_host;
};

void write_seeds(const std::string& path, const DemoPages& pages) {
  storage::OutFile file(path);
  for (std::size_t host = 0; host < pages.options().hosts; ++host)
    file.stream() << pages.origin(host) << "/\n";
  file.finish();
}

std::string wrong_latency(const std::string& text) {
  return Latency::parse(text) ? "" : "'" + text + "' is not a latency; see weft site --help";
}

int serve(Arguments& arguments) {
  arguments.site.latency = *Latency::parse(arguments.latency);
  if (arguments.per_host) {
    const auto time = critical_path(arguments.site, *arguments.per_host);
    std::cout << fmt::format("{:.6f}\n", static_cast<double>(time.count()) / 1e6);
    return 0;
  }
  DemoSite site(arguments.site, arguments.threads);
  const SiteOptions& options = site.pages().options();
  if (!arguments.seeds_file.empty()) write_seeds(arguments.seeds_file, site.pages());
  std::cerr << fmt::format("serving {} {} of {} pages on port {}\n", options.hosts,
                           options.hosts == 1 ? "host" : "hosts", options.pages, options.port);
  for (std::size_t host = 0; host < options.hosts; ++host)
    std::cout << site.pages().origin(host) << "/\n";
  std::cout.flush();
  site.run();
  return 0;
}

std::string footer() {
  std::string text =
      "Prints each host's start URL, then serves until it is interrupted.\n\n"
      "Latencies: 0, 200ms, uniform(50ms,200ms), lognormal(80ms,0.6) (median, sigma),\n"
      "pareto(50ms,1.5) (least, alpha).\n\nEvery host misbehaves where it is asked to:\n";
  for (const FaultName& fault : fault_names())
    text += fmt::format("  {:<27}{}\n", fault.path, fault.what);
  text.pop_back();
  return text;
}

}  // namespace

Command site_command() {
  const auto arguments = std::make_shared<Arguments>();
  SiteOptions& site = arguments->site;
  Command command{.name = "site", .summary = "Serve the built-in site on loopback addresses"};
  command.options = {
      {.name = "--hosts",
       .fills = number(site.hosts, 1, SiteOptions::kMostHosts),
       .help = "Hosts, each at an address of its own"},
      {.name = "--pages",
       .fills = number(site.pages, 1, SiteOptions::kMostPages),
       .help = "Pages a host"},
      {.name = "--links",
       .fills = number(site.links, 0, SiteOptions::kMostLinks),
       .help = "Links a page, within its host"},
      {.name = "--fanout",
       .fills = number(site.fanout, 1, SiteOptions::kMostLinks),
       .help = "Of these, links to pages one level deeper"},
      {.name = "--cross",
       .fills = number(site.cross, 0, SiteOptions::kMostLinks),
       .help = "Links a page, to other hosts"},
      {.name = "--threads",
       .fills = number(arguments->threads, 1, kMostThreads),
       .help = "Threads that share the hosts"},
      {.name = "--body",
       .fills = size(site.body, SiteOptions::kLargestBody),
       .help = "Size of a page's text"},
      {.name = "--latency",
       .fills = text(arguments->latency, wrong_latency),
       .type = "DIST",
       .help = "How long answers take, drawn for each URL"},
      {.name = "--flaws",
       .fills = fraction(site.flaws),
       .type = "SHARE",
       .help = "Share of the pages with a redirect, a broken link, a copy or another charset; "
               "above 0 pages also link to what robots.txt forbids"},
      {.name = "--sitemap",
       .fills = flag(site.sitemap),
       .help = "robots.txt names /sitemap.xml, and a few pages stand in that alone"},
      {.name = "--seed", .fills = number(site.seed), .help = "Another number, another site"},
      {.name = "--port",
       .fills = number(site.port),
       .type = "PORT",
       .help = "TCP port of all hosts; 0: the system chooses"},
      {.name = "--seeds",
       .fills = file(arguments->seeds_file),
       .help = "Also write the start URLs to this file"},
      {.name = "--critical-path",
       .fills = number(arguments->per_host, 1, kMostPerHost),
       .help = "Print how many seconds an ideal crawl with N connections a host takes, and end"},
  };
  command.footer = footer();
  command.run = [arguments](const Command&) { return serve(*arguments); };
  return command;
}

}  // namespace crawler
