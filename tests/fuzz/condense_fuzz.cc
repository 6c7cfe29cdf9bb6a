// A fuzz target: a page that is read otherwise condensed than whole ends the process. Built with
// Clang it is a libFuzzer program; else it reads the files that it is given, as they are and then
// changed at random:
//   condense_fuzz ROUNDS SEED FILE...
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/compare_pages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (fuzz::differs({reinterpret_cast<const char*>(data), size})) std::abort();
  return 0;
}

#ifndef WEFT_LIBFUZZER
namespace {

class Mutator {
 public:
  Mutator(std::uint32_t seed, std::vector<std::string> pages)
      : random_(seed), pages_(std::move(pages)) {}

  // Pieces of pages, joined where they do not fit, with bytes left out, repeated and exchanged.
  std::string next() {
    std::string page;
    for (std::size_t parts = 1 + below(6); parts > 0; --parts) {
      const std::string& source = pages_[below(pages_.size())];
      if (source.empty()) continue;
      page += source.substr(below(source.size()), 1 + below(below(4) == 0 ? 3000 : 300));
    }
    for (std::size_t changes = below(12); changes > 0 && !page.empty(); --changes) change(page);
    return page;
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }

  void change(std::string& page) {
    static constexpr std::string_view kBytes = "<>/!-&;#\"'= \n\tabpi3";
    const std::size_t at = below(page.size());
    switch (below(4)) {
      case 0:
        page.erase(at, 1 + below(20));
        break;
      case 1:
        page.insert(at, page.substr(below(page.size()), below(40)));
        break;
      case 2:
        page.insert(at, 1, kBytes[below(kBytes.size())]);
        break;
      default:
        page[at] = kBytes[below(kBytes.size())];
    }
  }

  std::mt19937 random_;
  std::vector<std::string> pages_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: condense_fuzz ROUNDS SEED FILE...\n");
    return 2;
  }
  std::vector<std::string> pages;
  for (int i = 3; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    pages.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (fuzz::differs(pages.back())) std::printf("%s: differs\n", argv[i]);
  }
  std::size_t condensed = 0;
  std::size_t different = 0;
  Mutator mutator(static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)), pages);
  for (std::uint64_t rounds = std::strtoull(argv[1], nullptr, 10); rounds > 0; --rounds) {
    const std::string page = mutator.next();
    condensed += fuzz::read(page, false).page.reading == parser::Reading::kCondensed;
    if (!fuzz::differs(page)) continue;
    const std::string name = "differs-" + std::to_string(++different) + ".html";
    std::ofstream(name, std::ios::binary) << page;
    std::printf("%s\n", name.c_str());
  }
  std::printf("%zu condensed, %zu different\n", condensed, different);
  return different == 0 ? 0 : 1;
}
#endif
