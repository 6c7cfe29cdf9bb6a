// weft site: the built-in site on loopback, for demonstrations, tests and comparisons.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "crawler/commands/commands.h"
#include "crawler/options/units.h"
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
  std::string seeds_file;
  std::optional<std::size_t> per_host;
};

void write_seeds(const std::string& path, const DemoPages& pages) {
  storage::OutFile file(path);
  for (std::size_t host = 0; host < pages.options().hosts; ++host)
    file.stream() << pages.origin(host) << "/\n";
  file.finish();
}

int serve(const Arguments& arguments) {
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

void add_site_command(CLI::App& app, Run& run) {
  CLI::App* const command =
      app.add_subcommand("site", "Serve the built-in site on loopback addresses");
  const auto arguments = std::make_shared<Arguments>();
  SiteOptions& site = arguments->site;
  const auto number = [command](const char* name, auto& value, std::size_t least, std::size_t most,
                                const char* text) {
    command->add_option(name, value, text)
        ->check(CLI::Range(least, most).description(""))
        ->type_name("N")
        ->capture_default_str();
  };
  number("--hosts", site.hosts, 1, SiteOptions::kMostHosts, "Hosts, each at an address of its own");
  number("--pages", site.pages, 1, SiteOptions::kMostPages, "Pages a host");
  number("--links", site.links, 0, SiteOptions::kMostLinks, "Links a page, within its host");
  number("--fanout", site.fanout, 1, SiteOptions::kMostLinks,
         "Of these, links to pages one level deeper");
  number("--cross", site.cross, 0, SiteOptions::kMostLinks, "Links a page, to other hosts");
  number("--threads", arguments->threads, 1, kMostThreads, "Threads that share the hosts");
  command
      ->add_option_function<std::string>(
          "--body",
          [&site](const std::string& text) {
            const auto size = parse_size(text);
            if (!size || *size > SiteOptions::kLargestBody)
              throw CLI::ValidationError("--body", "'" + text + "' is no size up to " +
                                                       format_size(SiteOptions::kLargestBody));
            site.body = *size;
          },
          "Size of a page's text")
      ->type_name("SIZE")
      ->default_str(format_size(site.body));
  command
      ->add_option_function<std::string>(
          "--latency",
          [&site](const std::string& text) {
            const auto latency = Latency::parse(text);
            if (!latency)
              throw CLI::ValidationError("--latency", "'" + text + "' is no latency (see --help)");
            site.latency = *latency;
          },
          "How long answers take, drawn for each URL")
      ->type_name("DIST")
      ->default_str("0");
  command
      ->add_option("--flaws", site.flaws,
                   "Share of the pages with a redirect, a broken link, a copy or another charset; "
                   "above 0 pages also link to what robots.txt forbids")
      ->check(CLI::Range(0.0, 1.0).description(""))
      ->type_name("SHARE")
      ->capture_default_str();
  command->add_flag("--sitemap", site.sitemap,
                    "robots.txt names /sitemap.xml, and a few pages stand in that alone");
  command->add_option("--seed", site.seed, "Another number, another site")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--port", site.port, "TCP port of all hosts; 0: the system chooses")
      ->type_name("PORT")
      ->capture_default_str();
  command->add_option("--seeds", arguments->seeds_file, "Also write the start URLs to this file")
      ->type_name("FILE");
  command
      ->add_option("--critical-path", arguments->per_host,
                   "Print how many seconds an ideal crawl with N connections a host takes, and end")
      ->check(CLI::Range(std::size_t{1}, kMostPerHost).description(""))
      ->type_name("N");
  command->footer(footer());
  command->callback([&run, arguments] { run = [arguments] { return serve(*arguments); }; });
}

}  // namespace crawler
