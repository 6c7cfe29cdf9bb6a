#include "crawler/options/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <thread>

#include "crawler/options/units.h"
#include "parser/url.h"
#include "parser/worker_protocol.h"

namespace crawler {
namespace {

using nlohmann::json;

constexpr unsigned kAsyncConcurrency = 256;
constexpr unsigned kThreadConcurrency = 32;
constexpr unsigned kMostConcurrency = 100'000;  // more descriptors than a process is ever granted
constexpr unsigned kMostParsers = 1024;

constexpr std::string_view kConfig = "--config";

// The meta key under which a file keeps the options that it holds on to.
constexpr std::string_view kKeptOptions = "crawl_options";

const std::map<std::string, Strategy> kStrategies{{"async", Strategy::kAsync},
                                                  {"threads", Strategy::kThreads},
                                                  {"sequential", Strategy::kSequential}};
const std::map<std::string, storage::Order> kOrders{{"breadth", storage::Order::kBreadth},
                                                    {"depth", storage::Order::kDepth},
                                                    {"priority", storage::Order::kPriority}};
const std::map<std::string, Scope::Kind> kScopes{{"host", Scope::Kind::kHost},
                                                 {"origin", Scope::Kind::kOrigin},
                                                 {"prefix", Scope::Kind::kPrefix},
                                                 {"any", Scope::Kind::kAny}};

const std::map<std::string, Sitemaps> kSitemaps{
    {"named", Sitemaps::kNamed}, {"off", Sitemaps::kOff}, {"try", Sitemaps::kTry}};

template <class Enum>
std::string word_of(const std::map<std::string, Enum>& words, Enum value) {
  for (const auto& [word, meaning] : words)
    if (meaning == value) return word;
  return {};
}

template <class Enum>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Enum& value,
                        const std::map<std::string, Enum>& words, const std::string& help) {
  std::string choices;
  for (const auto& [word, meaning] : words) choices += (choices.empty() ? "" : "|") + word;
  return app
      .add_option_function<std::string>(
          name, [&value, &words](const std::string& word) { value = words.at(word); }, help)
      ->check([&words, choices](const std::string& word) {
        return words.contains(word) ? std::string() : "'" + word + "' is none of " + choices;
      })
      ->type_name(choices)
      ->default_str(word_of(words, value));
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& value,
                          const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value](const std::string& text) {
            value = std::chrono::duration_cast<std::chrono::milliseconds>(*parse_duration(text));
          },
          help)
      ->check([](const std::string& text) {
        return parse_duration(text) ? std::string()
                                    : "'" + text + "' is no duration; write 250ms, 2s or 1m30s";
      })
      ->type_name("TIME")
      ->default_str(format_duration(value));
}

CLI::Option* add_size(CLI::App& app, const std::string& name, std::uint64_t& value,
                      const std::string& help) {
  return app
      .add_option_function<std::string>(
          name, [&value](const std::string& text) { value = *parse_size(text); }, help)
      ->check([](const std::string& text) {
        return parse_size(text) ? std::string()
                                : "'" + text + "' is no size; write 100, 64KiB or 1.5MB";
      })
      ->type_name("SIZE")
      ->default_str(format_size(value));
}

json depth_of(const Scope::Options& scope) {
  return scope.max_depth == kNoDepthLimit ? json() : json(scope.max_depth);
}

// "user:password@" of a proxy left out; its scheme may be any, or missing.
std::string proxy_without_credentials(const std::string& proxy) {
  const std::size_t scheme = proxy.find("://");
  const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t at = proxy.rfind('@');
  return at == std::string::npos || at < host ? proxy
                                              : proxy.substr(0, host) + proxy.substr(at + 1);
}

std::string without_secret(const std::string& option, const std::string& value) {
  if (option == "--header") return value.substr(0, value.find(':')) + ": ...";
  if (option == "--proxy") return proxy_without_credentials(value);
  return option == "seeds" ? without_credentials(value) : value;
}

[[noreturn]] void fail_damaged(const storage::Database& db, const std::string& text) {
  throw storage::Error(db.path() + ": its crawl_options are damaged: " + text.substr(0, 100));
}

// Adds WEFT_MAX_PAGES and the like: every option's long name, in capitals.
void add_environment(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const auto& names = option->get_lnames();
    if (names.empty() || names.front() == "help") continue;
    std::string name = "WEFT_" + names.front();
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    option->envname(name);
  }
}

CLI::Option* find_option(CLI::App& app, const std::string& name) {
  for (CLI::Option* option : app.get_options())
    if (option->check_lname(name) || option->get_name() == name) return option;
  return nullptr;
}

}  // namespace

std::string_view to_string(Strategy strategy) {
  switch (strategy) {
    case Strategy::kAsync:
      return "async";
    case Strategy::kThreads:
      return "threads";
    case Strategy::kSequential:
      return "sequential";
  }
  return "";
}

void add_crawl_options(CLI::App& app, CrawlOptions& options) {
  options.fetch.user_agent = "weft/" WEFT_VERSION " (+" WEFT_URL ")";
  app.add_option("seeds", options.seeds,
                 "Seed lists (one URL a line), URLs, or - for standard input. None: go on with "
                 "what is queued in --db")
      ->type_name("FILE|URL|-");
  app.add_option("--db", options.db,
                 "The SQLite file that holds the crawl; made if missing. It has to be named")
      ->type_name("FILE");

  const std::string fetching = "Fetching";
  add_choice(app, "--strategy", options.strategy, kStrategies,
             "Coroutines on one thread, a pool of threads, or one after another")
      ->group(fetching);
  app.add_option("--concurrency", options.concurrency,
                 "Requests at once, over all hosts [256 for async, 32 for threads]")
      ->check(CLI::Range(1u, kMostConcurrency))
      ->type_name("N")
      ->group(fetching);
  app.add_option("--parsers", options.parsers,
                 "Processes that parse; 0 parses inside the crawl, unprotected [one a core]")
      ->check(CLI::Range(0, static_cast<int>(kMostParsers)))
      ->type_name("N")
      ->group(fetching);
  add_duration(app, "--timeout", options.fetch.total_timeout, "Longest time for one response")
      ->group(fetching);
  add_duration(app, "--connect-timeout", options.fetch.connect_timeout,
               "Longest time to look up a name and connect")
      ->group(fetching);
  add_duration(app, "--first-byte-timeout", options.fetch.first_byte_timeout,
               "Longest wait for an answer's first byte")
      ->group(fetching);
  add_duration(app, "--parse-timeout", options.parse_timeout,
               "Longest time to parse one page; then its process is killed")
      ->group(fetching);
  add_size(app, "--max-body", options.fetch.max_body, "Largest body, decoded")->group(fetching);
  app.add_option("--retries", options.retries,
                 "Further attempts after 429, 503, a timeout or a lost connection")
      ->check(CLI::Range(0u, 100u))
      ->capture_default_str()
      ->type_name("N")
      ->group(fetching);
  app.add_option("--user-agent", options.fetch.user_agent,
                 "Sent with each request; its first word is looked up in robots.txt")
      ->capture_default_str()
      ->type_name("TEXT")
      ->group(fetching);
  app.add_option("--header", options.fetch.headers, "A further request header; may be repeated")
      ->allow_extra_args(false)  // or it would take the seeds that follow
      ->type_name("'NAME: VALUE'")
      ->group(fetching);
  app.add_option("--proxy", options.fetch.proxy, "Proxy for all requests")
      ->type_name("URL")
      ->group(fetching);
  app.add_option("--ca-file", options.fetch.ca_file,
                 "PEM certificates to trust instead of the system's")
      ->check(CLI::ExistingFile)
      ->type_name("FILE")
      ->group(fetching);
  app.add_flag("--insecure", options.fetch.insecure, "Do not verify certificates")->group(fetching);

  const std::string selecting = "Selecting";
  add_choice(app, "--scope", options.scope.kind, kScopes,
             "Which links to follow: on a seed's host, its origin, below its folder, or any")
      ->group(selecting);
  app.add_option("--include", options.scope.include,
                 "Only URLs that match one of these (RE2); may be repeated")
      ->allow_extra_args(false)  // or it would take the seeds that follow
      ->type_name("REGEX")
      ->group(selecting);
  app.add_option("--exclude", options.scope.exclude,
                 "No URLs that match one of these (RE2); may be repeated")
      ->allow_extra_args(false)  // or it would take the seeds that follow
      ->type_name("REGEX")
      ->group(selecting);
  app.add_option("--depth", options.scope.max_depth, "Links to follow from a seed [no bound]")
      ->check(CLI::Range(0, kNoDepthLimit - 1))
      ->type_name("N")
      ->group(selecting);
  app.add_option("--max-pages", options.max_pages, "URLs to request, over all runs [no bound]")
      ->type_name("N")
      ->group(selecting);
  add_choice(app, "--order", options.order, kOrders,
             "First found first, last found first, or fewest links from a seed first")
      ->group(selecting);

  add_choice(app, "--sitemaps", options.sitemaps, kSitemaps,
             "Which sitemaps to take URLs from: those that robots.txt names, none, or /sitemap.xml "
             "too where it names none")
      ->group(selecting);

  const std::string polite = "Politeness";
  app.add_option("--per-host", options.per_host, "Requests at once to one host")
      ->check(CLI::Range(1u, 10'000u))
      ->capture_default_str()
      ->type_name("N")
      ->group(polite);
  add_duration(app, "--delay", options.delay, "Between the starts of two requests to one host")
      ->group(polite);
  // Not a "!--no-robots" flag of CLI11: that takes WEFT_NO_ROBOTS=1 for "robots = 1".
  app.add_flag_callback(
         "--no-robots", [&options] { options.robots = false; },
         "Do not ask for robots.txt, nor heed it")
      ->group(polite);

  const std::string output = "Output";
  app.add_flag("--bodies", options.bodies, "Keep every response as it was received (compressed)")
      ->group(output);
  app.add_flag("-q,--quiet", options.quiet, "No progress and no summary")->group(output);
  app.add_option("--stats", options.stats_file, "Write totals and a timeline as JSON")
      ->type_name("FILE")
      ->group(output);
  app.add_option("--log-level", options.log_level, "What is logged to stderr or --log-file")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->capture_default_str()
      ->type_name("LEVEL")
      ->group(output);
  app.add_option("--log-file", options.log_file, "Log there instead of to stderr")
      ->type_name("FILE")
      ->group(output);
  add_environment(app);
  app.add_option("--config", "Read options from a TOML file; WEFT_NAME variables are read too")
      ->check(CLI::ExistingFile)
      ->type_name("FILE")
      ->group(output);
}

void read_config(CLI::App& app) {
  const CLI::Option* const config = app.get_option(std::string(kConfig));
  if (config->count() == 0) return;
  const std::string path = config->results().back();
  for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(path)) {
    CLI::Option* const option = item.parents.empty() ? find_option(app, item.name) : nullptr;
    if (option == nullptr || option == config)
      throw std::invalid_argument(
          path + ": " +
          (item.parents.empty() ? "weft " + app.get_name() + " has no option '" + item.name + "'"
                                : "sections are not read: [" + item.parents.front() + "]"));
    if (option->count() > 0) continue;  // the command line, or the environment, has said it
    try {
      if (option->get_expected_min() == 0)
        option->add_result(CLI::ConfigTOML().to_flag(item));
      else
        option->add_result(item.inputs);
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw std::invalid_argument(path + ": " + error.what());
    }
  }
}

void complete(CrawlOptions& options) {
  if (options.strategy == Strategy::kSequential) {
    if (options.concurrency > 1)
      throw std::invalid_argument(
          "--strategy sequential asks for one thing at a time; leave out "
          "--concurrency " +
          std::to_string(options.concurrency));
    options.concurrency = 1;
  }
  if (options.concurrency == 0)
    options.concurrency =
        options.strategy == Strategy::kAsync ? kAsyncConcurrency : kThreadConcurrency;
  if (options.parsers < 0)
    options.parsers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (options.sitemaps == Sitemaps::kTry && !options.robots)
    throw std::invalid_argument(
        "--sitemaps try looks for a sitemap once robots.txt names none, and with --no-robots "
        "nobody asks it; leave one of the two out");
  const Scope checked(options.scope);  // a bad pattern is told before the file is touched
  if (options.fetch.max_body > parser::kMaxWorkerBody)
    throw std::invalid_argument("--max-body " + format_size(options.fetch.max_body) +
                                " is more than a page may have: at most " +
                                format_size(parser::kMaxWorkerBody));
  for (const std::string& header : options.fetch.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos || colon == 0 ||
        header.find_first_of("\r\n") != std::string::npos)
      throw std::invalid_argument("--header '" + header + "' is not of the form 'Name: value'");
  }
  if (options.fetch.user_agent.find_first_of("\r\n") != std::string::npos)
    throw std::invalid_argument("--user-agent must be one line");
}

KeptOptions kept_options(const storage::Database& db) {
  KeptOptions options;
  const std::string text = db.meta(kKeptOptions);
  if (text.empty()) return options;
  try {
    const json kept = json::parse(text);
    options.scope.kind = kScopes.at(kept.at("scope").get<std::string>());
    options.scope.include = kept.at("include").get<std::vector<std::string>>();
    options.scope.exclude = kept.at("exclude").get<std::vector<std::string>>();
    const json& depth = kept.at("depth");
    if (!depth.is_null()) options.scope.max_depth = depth.get<std::uint16_t>();
    options.robots = !kept.at("no-robots").get<bool>();
    options.sitemaps = kSitemaps.at(kept.at("sitemaps").get<std::string>());
    options.bodies = kept.at("bodies").get<bool>();
  } catch (const std::exception&) {
    fail_damaged(db, text);
  }
  return options;
}

void reconcile(const CLI::App& app, CrawlOptions& options, storage::Database& db) {
  // What decides which URLs belong to the crawl, and what is kept of them.
  json now = {{"scope", word_of(kScopes, options.scope.kind)},
              {"include", options.scope.include},
              {"exclude", options.scope.exclude},
              {"depth", depth_of(options.scope)},
              {"no-robots", !options.robots},
              {"sitemaps", word_of(kSitemaps, options.sitemaps)},
              {"bodies", options.bodies}};
  const std::string text = db.meta(kKeptOptions);
  if (text.empty()) {
    db.set_meta(kKeptOptions, now.dump());
    return;
  }
  const json kept = json::parse(text, nullptr, false);
  if (!kept.is_object()) fail_damaged(db, text);
  for (const auto& [name, value] : now.items()) {
    const json before = kept.value(name, json());
    if (before == value) continue;
    if (app.get_option("--" + name)->count() > 0)
      throw storage::Error(fmt::format(
          "{} holds a crawl with {} = {}; with --{} = {} it would be neither. Leave the "
          "option out, or use another --db",
          db.path(), name, before.dump(), name, value.dump()));
  }
  const KeptOptions taken = kept_options(db);
  options.scope = taken.scope;
  options.robots = taken.robots;
  options.sitemaps = taken.sitemaps;
  options.bodies = taken.bodies;
}

std::string without_credentials(const std::string& seed) {
  parser::Url url;
  if (seed.find('@') == std::string::npos || url.parse(seed) != parser::UrlError::kOk) return seed;
  return std::string(url.href());
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string command_line_of(const CLI::App& app) {
  std::string line = "weft " + app.get_name();
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (option->count() == 0 || name == kConfig) continue;  // what it says stands here itself
    for (const std::string& value : option->results()) {
      if (name.starts_with('-')) line += ' ' + name;
      if (option->get_expected_min() == 0) break;  // a flag
      line += ' ' + shell_word(without_secret(name, value));
    }
  }
  return line;
}

std::string to_json(const CrawlOptions& options, const std::string& accept_encoding) {
  std::vector<std::string> seeds;
  for (const std::string& seed : options.seeds) seeds.push_back(without_credentials(seed));
  return json{{"seeds", seeds},
              {"strategy", to_string(options.strategy)},
              {"concurrency", options.concurrency},
              {"parsers", options.parsers},
              {"order", word_of(kOrders, options.order)},
              {"scope", word_of(kScopes, options.scope.kind)},
              {"include", options.scope.include},
              {"exclude", options.scope.exclude},
              {"depth", depth_of(options.scope)},
              {"max_pages", options.max_pages},
              {"per_host", options.per_host},
              {"delay_ms", options.delay.count()},
              {"retries", options.retries},
              {"robots", options.robots},
              {"sitemaps", word_of(kSitemaps, options.sitemaps)},
              {"bodies", options.bodies},
              {"timeout_ms", options.fetch.total_timeout.count()},
              {"max_body", options.fetch.max_body},
              {"user_agent", options.fetch.user_agent},
              {"accept_encoding", accept_encoding}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace crawler
