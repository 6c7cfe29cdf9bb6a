// What a crawl is told: the options of `weft crawl`, their defaults, and which of them a file holds
// on to.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/options/fetch_options.h"
#include "crawler/policy/scope.h"
#include "storage/database.h"
#include "storage/records.h"

namespace crawler {

enum class Strategy : std::uint8_t { kAsync, kThreads, kSequential };
std::string_view to_string(Strategy strategy);

// Which sitemaps are read. kNamed: those that robots.txt names; kTry: also /sitemap.xml of a host
// whose robots.txt names none.
enum class Sitemaps : std::uint8_t { kOff, kNamed, kTry };

struct CrawlOptions {
  std::vector<std::string> seeds;  // files, URLs, "-"
  std::string db;

  Strategy strategy = Strategy::kAsync;
  unsigned concurrency = 0;  // requests at once; 0: 256 for async, 32 for threads, 1 for sequential
  int parsers = -1;          // worker processes; 0: parse inline; -1: one a core
  std::chrono::milliseconds parse_timeout{5000};

  storage::Order order = storage::Order::kPriority;
  Scope::Options scope;
  std::uint64_t max_pages = 0;  // URLs requested, over all runs of the file; 0: no bound
  unsigned per_host = 2;
  std::chrono::milliseconds delay{500};
  unsigned retries = 2;  // further attempts at a URL whose failure may pass
  bool robots = true;
  Sitemaps sitemaps = Sitemaps::kNamed;
  bool bodies = false;
  FetchOptions fetch;

  bool quiet = false;
  std::string log_level = "warn";
  std::string log_file;
  std::string stats_file;
};

// Declares the options on `app`, each also read from WEFT_NAME and, by read_config(), from
// --config.
void add_crawl_options(CLI::App& app, CrawlOptions& options);

// Takes from the file named by --config, if one is, what neither the command line nor the
// environment has set. (CLI11 reads such files for a program, and none for its subcommands.) Called
// once `app` is parsed. Throws std::invalid_argument and CLI::FileError.
void read_config(CLI::App& app);

// Fills in what depends on other options, and refuses what cannot be. Throws std::invalid_argument.
void complete(CrawlOptions& options);

// What a file holds on to, for whoever asks what its crawl would do; the defaults where no crawl
// was started on it. Throws storage::Error where it is damaged.
struct KeptOptions {
  Scope::Options scope;
  bool robots = true;
  Sitemaps sitemaps = Sitemaps::kNamed;
  bool bodies = false;
};
KeptOptions kept_options(const storage::Database& db);

// A file holds on to the options that decide which URLs belong to its crawl: a crawl that goes on
// takes them from there, and one that was given a different value is refused, since the file would
// then be neither crawl. Throws storage::Error.
void reconcile(const CLI::App& app, CrawlOptions& options, storage::Database& db);

// A seed without its "user:password@". The URL parser drops it however it is spelled
// ("https:user:password@host" counts too); a file's name it does not take for a URL.
std::string without_credentials(const std::string& seed);

// What the file's record of a run says of it: the command line as it could be typed again, and
// every option in force. Files are handed on, so no secret stands there: names and passwords in
// URLs are left out, and the values of --header.
std::string command_line_of(const CLI::App& app);
// `text` so that a shell takes it for one word.
std::string shell_word(const std::string& text);
// `accept_encoding`: what libcurl sends, since the options do not know it.
std::string to_json(const CrawlOptions& options, const std::string& accept_encoding);

}  // namespace crawler
