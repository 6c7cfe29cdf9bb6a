// weft export: what a crawl found, in the forms that other tools read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/commands/commands.h"
#include "crawler/commands/output.h"
#include "crawler/options/binding.h"
#include "storage/database.h"
#include "storage/export_graph.h"
#include "storage/export_mirror.h"
#include "storage/export_sitemap.h"
#include "storage/export_warc.h"
#include "storage/out_file.h"
#include "storage/table.h"

namespace crawler {
namespace {

struct ExportOptions {
  std::string database;
  std::string what;
  std::string format;  // "" where none was given
  std::string output;  // "" for stdout
  bool no_headers = false;
  bool csv_safe = false;
  bool force = false;
};

struct Rows {
  std::string_view name;
  std::string_view sql;
};

// Every column that says something without the file's own numbers.
constexpr std::array<Rows, 4> kRows{
    {{"pages",
      "SELECT u.url, p.status, u.state, u.reason, u.depth, p.fetched_at, p.content_type, "
      "p.charset, p.wire_bytes, p.body_bytes, p.title, p.lang, p.description, p.canonical, "
      "p.meta_robots, p.digest, p.simhash, p.elements, p.parsed_as, p.protocol, p.address, "
      "t.url AS redirect_to, p.name_us, p.connect_us, p.tls_us, p.first_byte_us, p.total_us, "
      "p.parse_us FROM pages p CROSS JOIN urls u ON u.id = p.url_id "
      "LEFT JOIN urls t ON t.id = p.redirect_to ORDER BY p.url_id"},
     {"links",
      "SELECT f.url AS from_url, l.seq, t.url AS to_url, l.fragment, l.text, l.rel, l.source, "
      "t.state, t.reason, p.status FROM links l CROSS JOIN urls f ON f.id = l.from_id "
      "CROSS JOIN urls t ON t.id = l.to_id LEFT JOIN pages p ON p.url_id = l.to_id "
      "ORDER BY l.from_id, l.seq"},
     {"hosts", "SELECT s.* FROM host_summary s JOIN hosts h ON h.name = s.host ORDER BY h.id"},
     {"urls",
      "SELECT u.url, u.state, u.reason, u.detail, u.depth, u.redirects, u.attempts, "
      "f.url AS found_on, p.status FROM urls u LEFT JOIN urls f ON f.id = u.found_on "
      "LEFT JOIN pages p ON p.url_id = u.id ORDER BY u.id"}}};

// Stdout, or the file of -o.
class Target {
 public:
  explicit Target(const ExportOptions& options) {
    if (!options.output.empty()) file_.emplace(options.output, options.database);
  }
  std::ostream& stream() { return file_ ? file_->stream() : std::cout; }
  void finish() {
    if (file_) return file_->finish();
    if (!std::cout.flush()) throw storage::Error("the output could not be written whole");
  }

 private:
  std::optional<storage::OutFile> file_;
};

std::string format_of(const ExportOptions& options, const std::vector<std::string>& known) {
  if (options.format.empty() && !known.empty()) return known.front();
  if (std::find(known.begin(), known.end(), options.format) != known.end() ||
      (known.empty() && options.format.empty()))
    return options.format;
  if (known.empty())
    throw std::invalid_argument(options.what + " has one form alone: leave out --format");
  throw std::invalid_argument(fmt::format("--format of {} is {}, not '{}'", options.what,
                                          fmt::join(known, ", "), options.format));
}

void export_rows(const ExportOptions& options, const Rows& rows, const storage::Database& db) {
  storage::TableOptions table;
  table.format = *storage::format_from(format_of(options, {"csv", "jsonl", "json"}));
  table.headers = !options.no_headers;
  table.spreadsheet_safe = options.csv_safe;
  storage::Statement statement(db, rows.sql);
  Target output(options);
  storage::Table rows_out(output.stream(), statement.column_names(), table);
  storage::push_rows(rows_out, statement, 0);
  rows_out.finish();
  output.finish();
}

void export_the_graph(const ExportOptions& options, const storage::Database& db) {
  const auto format = storage::graph_format_from(format_of(options, {"graphml", "dot", "edges"}));
  Target output(options);
  storage::export_graph(db, *format, output.stream());
  output.finish();
}

storage::OutFolder folder_of(const ExportOptions& options) {
  if (options.output.empty())
    throw std::invalid_argument(options.what + " is more than one file: name a folder with -o");
  return storage::OutFolder(options.output, options.force);
}

void need_bodies(const storage::Database& db) {
  storage::Statement any(db, "SELECT 1 FROM bodies LIMIT 1");
  if (!any.step())
    throw storage::Error(db.path() + ": holds no bodies; weft crawl keeps them with --bodies");
}

void export_the_sitemap(const ExportOptions& options, const storage::Database& db) {
  storage::OutFolder folder = folder_of(options);
  const storage::SitemapCounts counts = storage::export_sitemap(db, folder);
  std::cerr << fmt::format("weft: {} URLs of {} hosts in {} files\n", counts.urls, counts.hosts,
                           counts.files);
  if (counts.too_long > 0)
    std::cerr << fmt::format("weft: left out {} URLs of 2,048 characters or more\n",
                             counts.too_long);
}

void export_the_mirror(const ExportOptions& options, const storage::Database& db) {
  need_bodies(db);
  storage::OutFolder folder = folder_of(options);
  std::cerr << fmt::format("weft: {} files\n",
                           storage::export_mirror(db, folder, options.csv_safe));
}

// "crawl.warc.gz" has its index beside it in "crawl.cdxj".
std::string index_name(std::string_view warc) {
  for (const std::string_view ending : {".gz", ".warc"})
    if (warc.ends_with(ending)) warc.remove_suffix(ending.size());
  return std::string(warc) + ".cdxj";
}

void export_the_warc(const ExportOptions& options, const storage::Database& db) {
  need_bodies(db);
  if (options.output.empty() && stdout_is_terminal())
    throw std::invalid_argument("a WARC is binary and stdout is a terminal: name a file with -o");
  Target output(options);
  std::optional<storage::OutFile> index;
  std::string name = "stdin.warc.gz";  // as its reader gets it
  if (!options.output.empty()) {
    name = std::filesystem::path(options.output).filename().string();
    index.emplace(index_name(options.output), options.database);
  }
  const storage::WarcCounts counts =
      storage::export_warc(db, output.stream(), name, index ? &index->stream() : nullptr);
  output.finish();
  if (index) index->finish();
  std::cerr << fmt::format("weft: {} responses and {} revisits\n", counts.responses,
                           counts.revisits);
}

int run_export(const ExportOptions& options) {
  const storage::Database db(options.database, storage::Database::Mode::kReadOnly);
  const auto rows = std::find_if(kRows.begin(), kRows.end(), [&](const Rows& candidate) {
    return candidate.name == options.what;
  });
  if (rows != kRows.end()) {
    export_rows(options, *rows, db);
  } else if (options.what == "graph") {
    export_the_graph(options, db);
  } else {
    format_of(options, {});
    if (options.what == "sitemap") export_the_sitemap(options, db);
    if (options.what == "mirror") export_the_mirror(options, db);
    if (options.what == "warc") export_the_warc(options, db);
  }
  return 0;
}

}  // namespace

Command export_command() {
  const auto options = std::make_shared<ExportOptions>();
  Command command{.name = "export",
                  .summary = "Write what a crawl found in the forms that other tools read"};
  command.options = {
      {.name = "DB",
       .fills = file(options->database),
       .help = "The file that weft crawl made",
       .required = true},
      {.name = "WHAT",
       .fills = word(options->what,
                     {"pages", "links", "hosts", "urls", "graph", "sitemap", "mirror", "warc"}),
       .help = "pages, links, hosts, urls: rows; graph: the link graph; sitemap; and of a crawl "
               "with --bodies: mirror, warc",
       .required = true},
      {.name = "--format",
       .fills = word(options->format, {"csv", "jsonl", "json", "graphml", "dot", "edges"}),
       .help = "Of rows csv, jsonl or json [csv]; of graph graphml, dot or edges [graphml]"},
      {.name = "--output",
       .letter = 'o',
       .fills = file(options->output),
       .type = "PATH",
       .help = "Write there instead of to stdout: a file, over an older one once all is written; "
               "of sitemap and mirror a folder, which they need"},
      {.name = "--force",
       .fills = flag(options->force),
       .help = "Replace files in a folder that is not empty"},
      {.name = "--no-headers",
       .fills = flag(options->no_headers),
       .help = "Leave the columns' names out of csv"},
      {.name = "--csv-safe",
       .fills = flag(options->csv_safe),
       .help = "Put a ' before texts that a spreadsheet would take for a formula (csv)"},
  };
  command.footer =
      "graph    A node for each URL seen, an edge for each pair linked, with the number of links;\n"
      "         edges is a line an edge: from, to and links, separated by tabs.\n"
      "sitemap  A folder for each host with its sitemap.xml (sitemaps.org), split at 50,000 URLs "
      "or\n"
      "         50 MiB: HTML pages answered with 200, without noindex or another canonical URL.\n"
      "mirror   HOST/PATH for each page fetched, decoded, links as they were; mirror.csv lists "
      "them.\n"
      "         Names are made safe, so a file may be called other than its URL's end.\n"
      "warc     WARC 1.1 in gzip, with a CDXJ index beside it where -o names a file: a response, "
      "or a\n"
      "         revisit where an earlier body was the same, and the request. Bodies stand decoded; "
      "the\n"
      "         fields that named their encoding stand as X-Crawler-..., as Common Crawl has "
      "them.\n"
      "         The request is made again from the crawl's options, without what --header added.\n"
      "There is no Parquet: no package of Debian 12 carries a library that writes it. DuckDB and\n"
      "others make it of csv or jsonl.\n\n"
      "Examples:\n"
      "  weft export crawl.db links --format jsonl -o links.jsonl\n"
      "  weft export crawl.db graph -o crawl.graphml\n"
      "  weft export crawl.db warc -o crawl.warc.gz\n\n"
      "Exit code: 0 done, 2 an error.";
  command.run = [options](const Command&) { return run_export(*options); };
  return command;
}

}  // namespace crawler
