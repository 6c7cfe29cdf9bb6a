#include "crawler/options/crawl_table.h"

#include "crawler/options/binding.h"
#include "crawler/options/command.h"
#include "crawler/options/run_record.h"

namespace crawler {
namespace {

NamedValues<Strategy> strategies() {
  NamedValues<Strategy> named;
  for (const StrategyInfo& each : kStrategies) named.emplace_back(each.word, each.strategy);
  return named;
}
const NamedValues<storage::Order> kOrders{{"breadth", storage::Order::kBreadth},
                                          {"depth", storage::Order::kDepth},
                                          {"priority", storage::Order::kPriority}};
const NamedValues<Scope::Kind> kScopes{{"host", Scope::Kind::kHost},
                                       {"origin", Scope::Kind::kOrigin},
                                       {"prefix", Scope::Kind::kPrefix},
                                       {"any", Scope::Kind::kAny}};
const NamedValues<Sitemaps> kSitemaps{
    {"named", Sitemaps::kNamed}, {"off", Sitemaps::kOff}, {"try", Sitemaps::kTry}};

constexpr const char* kOfOutput = "changes nothing in the file";

std::vector<Option> main_rows(CrawlOptions& options) {
  return {
      {.name = "seeds",
       .fills = files(options.seeds),
       .type = "FILE|URL|-",
       .help = "Seed lists (one URL a line), URLs, or - for standard input. None: resume what is "
               "queued in --db",
       .record = Recorded{"seeds"},
       .redacted = without_credentials},
      {.name = "--db",
       .fills = file(options.db),
       .help = "The SQLite file that holds the crawl; made if missing. It has to be named",
       .record = NotRecorded{"the file may be renamed; the command line has the name"}},
  };
}

std::vector<Option> fetching_rows(CrawlOptions& options) {
  FetchOptions& fetch = options.fetch;
  fetch.user_agent = "weft/" WEFT_VERSION " (+" WEFT_URL ")";
  return {
      {.name = "--strategy",
       .fills = choice(options.strategy, strategies()),
       .help = "Coroutines on one thread, a pool of threads, or one after another",
       .record = Recorded{"strategy"}},
      {.name = "--concurrency",
       .fills = number(options.concurrency, 1, kMostConcurrency),
       .help = "Requests at once, over all hosts [256 for async, 32 for threads]",
       .shows_initial = false,
       .record = Recorded{"concurrency"}},
      {.name = "--parsers",
       .fills = number(options.parsers, 0, kMostParsers),
       .help = "Processes that parse; 0 parses inside the crawl, unprotected [one a core]",
       .shows_initial = false,
       .record = Recorded{"parsers"}},
      {.name = "--timeout",
       .fills = duration(fetch.total_timeout),
       .help = "Longest time for one response",
       .record = Recorded{"timeout_ms"}},
      {.name = "--connect-timeout",
       .fills = duration(fetch.connect_timeout),
       .help = "Longest time to look up a name and connect",
       .record = Recorded{"connect_timeout_ms"}},
      {.name = "--first-byte-timeout",
       .fills = duration(fetch.first_byte_timeout),
       .help = "Longest wait for an answer's first byte",
       .record = Recorded{"first_byte_timeout_ms"}},
      {.name = "--parse-timeout",
       .fills = duration(options.parse_timeout),
       .help = "CPU time to parse one page; then its process is killed, and the page read without "
               "a tree",
       .record = Recorded{"parse_timeout_ms"}},
      {.name = "--max-body",
       .fills = size(fetch.max_body),
       .help = "Largest body, decoded",
       .record = Recorded{"max_body"}},
      {.name = "--retries",
       .fills = number(options.retries, 0, 100),
       .help = "Further attempts after 429, 503, a timeout or a lost connection",
       .record = Recorded{"retries"}},
      {.name = "--user-agent",
       .fills = text(fetch.user_agent),
       .help = "Sent with each request; its first word is looked up in robots.txt",
       .record = Recorded{"user_agent"}},
      {.name = "--header",
       .fills = texts(fetch.headers),
       .type = "'NAME: VALUE'",
       .help = "A further request header; may be repeated",
       .record = Recorded{"headers"},
       .redacted = header_without_value},
      {.name = "--proxy",
       .fills = text(fetch.proxy),
       .type = "URL",
       .help = "Proxy for all requests",
       .record = Recorded{"proxy"},
       .redacted = proxy_without_credentials},
      {.name = "--ca-file",
       .fills = existing_file(fetch.ca_file),
       .help = "PEM certificates to trust instead of the system's",
       .record = Recorded{"ca_file"}},
      {.name = "--insecure",
       .fills = flag(fetch.insecure),
       .help = "Do not verify certificates",
       .record = Recorded{"insecure"}},
  };
}

std::vector<Option> selecting_rows(CrawlOptions& options) {
  Scope::Options& scope = options.scope;
  return {
      {.name = "--scope",
       .fills = choice(scope.kind, kScopes),
       .help = "Which links to follow: on a seed's host, its origin, below its folder, or any",
       .kept = true,
       .record = Recorded{"scope"}},
      {.name = "--include",
       .fills = texts(scope.include),
       .type = "REGEX",
       .help = "Only URLs that match one of these (RE2); may be repeated",
       .kept = true,
       .record = Recorded{"include"}},
      {.name = "--exclude",
       .fills = texts(scope.exclude),
       .type = "REGEX",
       .help = "No URLs that match one of these (RE2); may be repeated",
       .kept = true,
       .record = Recorded{"exclude"}},
      {.name = "--depth",
       .fills = number(scope.max_depth, 0, kNoDepthLimit - 1),
       .help = "Links to follow from a seed [no limit]",
       .shows_initial = false,
       .kept = true,
       .record = Recorded{"depth"}},
      {.name = "--max-pages",
       .fills = number(options.max_pages),
       .help = "URLs to request, over all runs [no limit]",
       .shows_initial = false,
       .record = Recorded{"max_pages"}},
      {.name = "--order",
       .fills = choice(options.order, kOrders),
       .help = "First found first, last found first, or fewest links from a seed first",
       .record = Recorded{"order"}},
      {.name = "--sitemaps",
       .fills = choice(options.sitemaps, kSitemaps),
       .help = "Which sitemaps to take URLs from: those that robots.txt names, none, or "
               "/sitemap.xml too where it names none",
       .kept = true,
       .record = Recorded{"sitemaps"}},
  };
}

std::vector<Option> polite_rows(CrawlOptions& options) {
  return {
      {.name = "--per-host",
       .fills = number(options.per_host, 1, 10'000),
       .help = "Requests at once to one host",
       .record = Recorded{"per_host"}},
      {.name = "--delay",
       .fills = duration(options.delay),
       .help = "Between the starts of two requests to one host",
       .record = Recorded{"delay_ms"}},
      {.name = "--no-robots",
       .fills = opposite_flag(options.robots),
       .help = "Neither fetch nor obey robots.txt",
       .kept = true,
       .record = Recorded{.name = "robots", .opposite = true}},
  };
}

std::vector<Option> output_rows(CrawlOptions& options) {
  return {
      {.name = "--bodies",
       .fills = flag(options.bodies),
       .help = "Keep every response as it was received (compressed)",
       .kept = true,
       .record = Recorded{"bodies"}},
      {.name = "--quiet",
       .letter = 'q',
       .fills = flag(options.quiet),
       .help = "No progress and no summary",
       .record = NotRecorded{kOfOutput}},
      {.name = "--stats",
       .fills = file(options.stats_file),
       .help = "Write totals and a timeline as JSON",
       .record = NotRecorded{kOfOutput}},
      {.name = "--log-level",
       .fills = word(options.log_level, {"debug", "info", "warn", "error", "off"}),
       .help = "What is logged to stderr or --log-file",
       .record = NotRecorded{kOfOutput}},
      {.name = "--log-file",
       .fills = file(options.log_file),
       .help = "Log there instead of to stderr",
       .record = NotRecorded{kOfOutput}},
      {.name = std::string(kConfigOption),
       .fills = existing_file(options.config),
       .help = "Read options from a TOML file; WEFT_NAME variables are read too",
       .record = NotRecorded{"the options that it sets are recorded themselves"}},
  };
}

std::vector<Option> grouped(std::vector<Option> rows, const std::string& group) {
  for (Option& row : rows) row.group = group;
  return rows;
}

}  // namespace

std::vector<Option> crawl_table(CrawlOptions& options) {
  options = CrawlOptions();
  std::vector<Option> table;
  append(table, main_rows(options));
  append(table, grouped(fetching_rows(options), "Fetching"));
  append(table, grouped(selecting_rows(options), "Selecting"));
  append(table, grouped(polite_rows(options), "Politeness"));
  append(table, grouped(output_rows(options), "Output"));
  return table;
}

}  // namespace crawler
