// How long a link takes to become a normalized URL. The promise is 1 us for an ordinary relative
// link. Run with --benchmark_filter to choose.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"

namespace {

using parser::Url;
using parser::UrlError;

constexpr std::string_view kBase = "https://docs.example.org/3/library/asyncio-task.html";

void parse_one(benchmark::State& state, std::string_view input) {
  Url base;
  base.parse(kBase);
  Url url;
  if (url.parse(input, &base) != UrlError::kOk) state.SkipWithError("not a URL");
  for (auto _ : state) {
    benchmark::DoNotOptimize(input);
    url.parse(input, &base);
    benchmark::DoNotOptimize(url.href().data());
  }
}

BENCHMARK_CAPTURE(parse_one, relative, "asyncio-stream.html");
BENCHMARK_CAPTURE(parse_one, parent_fragment, "../reference/compound_stmts.html#async-def");
BENCHMARK_CAPTURE(parse_one, from_root, "/3/library/functions.html");
BENCHMARK_CAPTURE(parse_one, query, "?page=2&sort=name");
BENCHMARK_CAPTURE(parse_one, fragment, "#asyncio.Task.cancel");
BENCHMARK_CAPTURE(parse_one, absolute, "https://github.com/python/cpython/issues/12345?a=b#top");
BENCHMARK_CAPTURE(parse_one, absolute_www, "http://www.example.com/");
BENCHMARK_CAPTURE(parse_one, escaped_text, "/wiki/Zürich Hauptbahnhof?q=größe");
BENCHMARK_CAPTURE(parse_one, ipv4, "http://127.0.0.1:8080/a");
BENCHMARK_CAPTURE(parse_one, idn, "https://bücher.example/katalog");
BENCHMARK_CAPTURE(parse_one, idn_ace, "https://xn--bcher-kva.example/katalog");
BENCHMARK_CAPTURE(parse_one, dots, "a/./b/../../c/%2e%2e/d/../../e");

// What a hostile page would send to make links dear.
std::string longest(std::string_view start, std::string_view piece) {
  std::string input(start);
  while (input.size() + piece.size() <= parser::kMaxUrlInput) input += piece;
  return input;
}

void parse_hostile(benchmark::State& state, const std::string& input) {
  Url base;
  base.parse(kBase);
  Url url;
  for (auto _ : state) benchmark::DoNotOptimize(url.parse(input, &base));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * input.size()));
}

BENCHMARK_CAPTURE(parse_hostile, spaces, longest("/", " a"));
BENCHMARK_CAPTURE(parse_hostile, bad_bytes, longest("/", "\xff"));
BENCHMARK_CAPTURE(parse_hostile, dots, longest("/", "a/../"));
BENCHMARK_CAPTURE(parse_hostile, newlines, longest("/", "\na"));
BENCHMARK_CAPTURE(parse_hostile, dotted_host, longest("http://", "1."));
BENCHMARK_CAPTURE(parse_hostile, ace_host, longest("http://", "xn--a."));
BENCHMARK_CAPTURE(parse_hostile, idn, [] {
  std::string input = "http://";
  for (int i = 0; i < 339; ++i) {  // CJK ideographs, all different: what Punycode is slowest at
    input += "\xe4";
    input.push_back(static_cast<char>(0xb8 + i / 64));
    input.push_back(static_cast<char>(0x80 + i * 37 % 64));
  }
  return input;
}());

// Every href="..." of the Python manual, against the page that it stands on.
struct Manual {
  std::vector<std::pair<Url, std::vector<std::string>>> pages;
  std::size_t links = 0;
};

Manual read_manual() {
  Manual manual;
  const std::filesystem::path root = "/usr/share/doc/python3-doc/html";
  std::error_code missing;
  for (const auto& file : std::filesystem::recursive_directory_iterator(root, missing)) {
    if (file.path().extension() != ".html") continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    std::vector<std::string> links;
    constexpr std::string_view kHref = "href=\"";
    for (std::size_t at = 0; (at = page.find(kHref, at)) != std::string::npos;) {
      at += kHref.size();
      links.push_back(page.substr(at, page.find('"', at) - at));
    }
    manual.links += links.size();
    Url base;
    base.parse("https://docs.example.org/" + file.path().lexically_relative(root).string());
    manual.pages.emplace_back(std::move(base), std::move(links));
  }
  return manual;
}

void python_manual(benchmark::State& state) {
  static const Manual manual = read_manual();
  if (manual.links == 0) {
    state.SkipWithError("python3-doc is not installed");
    return;
  }
  Url url;
  std::size_t good = 0;
  for (auto _ : state) {
    good = 0;
    for (const auto& [base, links] : manual.pages)
      for (const std::string& link : links) good += url.parse(link, &base) == UrlError::kOk;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * manual.links));
  state.counters["links"] = static_cast<double>(manual.links);
  state.counters["urls"] = static_cast<double>(good);
}
BENCHMARK(python_manual)->Unit(benchmark::kMillisecond);

}  // namespace
