// What a page costs: gumbo alone on the whole page, PageParser::parse (charset, tree, walk, text,
// links, SimHash, frame) of the whole page, and the same of the condensed one, over the same pages,
// in turn, as ratios.
//
// The pages are the .html files under the folders of $WEFT_BENCH_PAGES (with ':' between them), or,
// where that is a file, those that a crawl with --bodies parsed into it; else the manuals that
// Debian's python3-doc and sqlite3-doc install. Without any there is nothing to measure.
#include <benchmark/benchmark.h>
#include <gumbo.h>
#include <sqlite3.h>
#include <zstd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "parser/arena.h"
#include "parser/charset.h"
#include "parser/condense.h"
#include "parser/html.h"
#include "parser/page.h"
#include "parser/simhash.h"

namespace {

// The bodies of a crawl's parsed pages.
std::vector<std::string> bodies_of(const char* path) {
  std::vector<std::string> found;
  sqlite3* db = nullptr;
  sqlite3_stmt* rows = nullptr;
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
      sqlite3_prepare_v2(db,
                         "SELECT b.body, p.body_bytes FROM bodies b JOIN pages p USING (url_id) "
                         "WHERE p.elements IS NOT NULL",
                         -1, &rows, nullptr) == SQLITE_OK)
    while (sqlite3_step(rows) == SQLITE_ROW) {
      std::string body(static_cast<std::size_t>(sqlite3_column_int64(rows, 1)), '\0');
      const std::size_t size =
          ZSTD_decompress(body.data(), body.size(), sqlite3_column_blob(rows, 0),
                          static_cast<std::size_t>(sqlite3_column_bytes(rows, 0)));
      if (size == body.size()) found.push_back(std::move(body));
    }
  sqlite3_finalize(rows);
  sqlite3_close(db);
  return found;
}

const std::vector<std::string>& pages() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> found;
    std::vector<std::filesystem::path> folders{"/usr/share/doc/python3-doc/html",
                                               "/usr/share/doc/sqlite3"};
    if (const char* const named = std::getenv("WEFT_BENCH_PAGES")) {
      if (std::filesystem::is_regular_file(named)) return bodies_of(named);
      folders.clear();
      std::istringstream list(named);
      for (std::string folder; std::getline(list, folder, ':');) folders.emplace_back(folder);
    }
    for (const auto& folder : folders) {
      if (!std::filesystem::is_directory(folder)) continue;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".html" || !entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        found.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
      }
    }
    return found;
  }();
  return all;
}

std::size_t total_bytes() {
  std::size_t bytes = 0;
  for (const std::string& page : pages()) bytes += page.size();
  return bytes;
}

bool skip_without_pages(benchmark::State& state) {
  if (pages().empty()) state.SkipWithError("no pages: set WEFT_BENCH_PAGES");
  return pages().empty();
}

// CPU time of this thread: other work on the machine does not count.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void* allocate(void* arena, std::size_t bytes) {
  return static_cast<parser::Arena*>(arena)->allocate(bytes);
}
void deallocate(void*, void*) {}

void gumbo_alone(parser::Arena& arena, const std::string& page) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate;
  options.deallocator = deallocate;
  options.userdata = &arena;
  options.max_errors = 0;
  benchmark::DoNotOptimize(gumbo_parse_with_options(&options, page.data(), page.size()));
  arena.reset();
}

// Counters: seconds of each over all pages, and the condensed ones' share of the others.
void Parse(benchmark::State& state) {
  if (skip_without_pages(state)) return;
  parser::Arena arena(std::abort);
  parser::PageParser page_parser(std::abort);
  std::string frame;
  const auto parse = [&](const std::string& page, bool whole) {
    const double start = cpu_seconds();
    frame.clear();
    page_parser.parse({"http://localhost/manual/page.html", "text/html", page,
                       whole ? parser::Method::kWhole : parser::Method::kCondensed},
                      frame);
    benchmark::DoNotOptimize(frame.data());
    return cpu_seconds() - start;
  };
  double gumbo = 0;
  double whole = 0;
  double condensed = 0;
  for (auto _ : state) {
    for (const std::string& page : pages()) {
      const double start = cpu_seconds();
      gumbo_alone(arena, page);
      gumbo += cpu_seconds() - start;
      whole += parse(page, true);
      condensed += parse(page, false);
    }
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["pages"] = static_cast<double>(pages().size());
  state.counters["MB"] = static_cast<double>(total_bytes()) * 1e-6;
  state.counters["gumbo_s"] = gumbo / rounds;
  state.counters["whole_s"] = whole / rounds;
  state.counters["condensed_s"] = condensed / rounds;
  state.counters["of_whole"] = condensed / whole;
  state.counters["of_gumbo"] = condensed / gumbo;
}
BENCHMARK(Parse)->Unit(benchmark::kMillisecond)->MinTime(5);

// The condensed pages by themselves, for a profiler.
void ParseCondensed(benchmark::State& state) {
  if (skip_without_pages(state)) return;
  parser::PageParser page_parser(std::abort);
  std::string frame;
  for (auto _ : state)
    for (const std::string& page : pages()) {
      frame.clear();
      page_parser.parse({"http://localhost/manual/page.html", "text/html", page}, frame);
      benchmark::DoNotOptimize(frame.data());
    }
  state.SetBytesProcessed(static_cast<std::int64_t>(total_bytes()) * state.iterations());
}
BENCHMARK(ParseCondensed)->Unit(benchmark::kMillisecond);

// The condenser alone.
void Condense(benchmark::State& state) {
  if (skip_without_pages(state)) return;
  parser::Arena arena(std::abort);
  parser::Condenser condenser;
  double bytes = 0;
  for (auto _ : state)
    for (const std::string& page : pages()) {
      bytes += static_cast<double>(condenser.condense(page, arena).page.size());
      arena.reset();
    }
  state.SetBytesProcessed(static_cast<std::int64_t>(total_bytes()) * state.iterations());
  state.counters["kept"] =
      bytes / static_cast<double>(state.iterations()) / static_cast<double>(total_bytes());
}
BENCHMARK(Condense)->Unit(benchmark::kMillisecond);

void Charset(benchmark::State& state) {
  if (skip_without_pages(state)) return;
  parser::CharsetDecoder decoder;
  for (auto _ : state)
    for (const std::string& page : pages()) benchmark::DoNotOptimize(decoder.decode(page, ""));
  state.SetBytesProcessed(static_cast<std::int64_t>(total_bytes()) * state.iterations());
}
BENCHMARK(Charset)->Unit(benchmark::kMillisecond);

// Of the pages' source, since only its length matters here.
void SimHash(benchmark::State& state) {
  if (skip_without_pages(state)) return;
  for (auto _ : state)
    for (const std::string& page : pages()) benchmark::DoNotOptimize(parser::simhash(page));
  state.SetBytesProcessed(static_cast<std::int64_t>(total_bytes()) * state.iterations());
}
BENCHMARK(SimHash)->Unit(benchmark::kMillisecond);

}  // namespace
