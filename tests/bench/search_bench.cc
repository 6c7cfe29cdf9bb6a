// What a search costs on a crawl of 100,000 pages: the wall time of `weft search` as a process,
// from its start to its end. The file is made here, by the crawl's own writer: 90,000 pages of some
// 300 words and 10,000 of some 600 Chinese characters, both by Zipf's law, on 100 hosts. usage:
// search_bench [FILE]    FILE: kept, and taken if it is there
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "storage/runs.h"
#include "storage/writer.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

constexpr std::uint32_t kPages = 100'000;
constexpr std::uint32_t kHosts = 100;
constexpr std::size_t kVocabulary = 100'000;
constexpr std::size_t kWordsAPage = 300;
constexpr std::size_t kCharacters = 4'000;
constexpr std::size_t kCharactersAPage = 600;
constexpr std::size_t kMostBacklog = 20'000;  // records
constexpr std::size_t kRuns = 21;

// The n-th most frequent word and character.
std::string word(std::size_t n) {
  std::string word = "w";
  for (std::size_t left = n * 2'654'435'761 % kVocabulary + 17; left > 0; left /= 26)
    word += static_cast<char>('a' + left % 26);
  return word;
}
std::string character(std::size_t n) {
  const std::size_t code = 0x4e00 + n * 5 % 20'000;
  return {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
          static_cast<char>(0x80 | (code & 0x3f))};
}

// From 0 up to but not `size`; n has a share of 1/(n + 1).
class Zipf {
 public:
  explicit Zipf(std::size_t size) : size_(static_cast<double>(size)) {}
  template <class Random>
  std::size_t operator()(Random& random) const {
    return static_cast<std::size_t>(
               std::pow(size_, std::uniform_real_distribution<>(0, 1)(random))) -
           1;
  }

 private:
  double size_;
};

void make(const std::string& path) {
  storage::Database db(path, storage::Database::Mode::kCrawl);
  const std::int64_t run = storage::start_run(db, "0.1.0", "weft crawl", "{}", 0);
  std::mt19937_64 random(4);
  const Zipf words(kVocabulary);
  const Zipf characters(kCharacters);
  {
    storage::Writer writer(db, {});
    storage::Discovery seeds;
    for (std::uint32_t host = 1; host <= kHosts; ++host)
      tests::add_origin(seeds, host, "http://h" + std::to_string(host) + ".example");
    for (std::uint32_t id = 1; id <= kPages; ++id) {
      const std::uint32_t host = id % kHosts + 1;
      storage::UrlRow row =
          tests::make_url(id, "http://h" + std::to_string(host) + ".example/" + std::to_string(id));
      row.host = storage::HostId{host};
      row.origin = storage::OriginId{host};
      seeds.new_urls.push_back(std::move(row));
    }
    writer.put(std::move(seeds));
    for (std::uint32_t id = 1; id <= kPages; ++id) {
      std::string title;
      std::string text;
      if (id % 10 == 0) {
        for (int i = 0; i < 8; ++i) title += character(characters(random));
        for (std::size_t i = 0; i < kCharactersAPage; ++i) {
          text += character(characters(random));
          if (random() % 12 == 0) text += "，";
        }
      } else {
        for (int i = 0; i < 5; ++i) title += word(words(random)) + ' ';
        for (std::size_t i = 0; i < kWordsAPage; ++i)
          text += word(words(random)) + (random() % 12 == 0 ? ".\n" : " ");
      }
      writer.put(tests::make_page(id, std::move(title), std::move(text)));
      tests::wait_until([&] { return writer.backlog() < kMostBacklog; }, "the writer");
    }
    writer.close();
  }
  storage::end_run(db, run, "finished", "{}", 0);
}

double children_cpu_ms() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto ms = [](const timeval& time) {
    return double(time.tv_sec) * 1e3 + double(time.tv_usec) / 1e3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

void measure(const std::string& path, const char* kind, const std::vector<std::string>& words) {
  std::vector<std::string> args{"search", path};
  args.insert(args.end(), words.begin(), words.end());
  std::vector<double> times;
  const double cpu = children_cpu_ms();
  for (std::size_t i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    tests::weft(args);
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  const double mean_cpu = (children_cpu_ms() - cpu) / kRuns;
  std::sort(times.begin(), times.end());
  args.insert(args.end(), {"--format", "csv", "--no-headers", "--limit", "1000000"});
  const std::string rows = tests::weft(args).out;
  std::printf("%-28s %8td pages  median %6.1f ms  worst %6.1f ms  CPU %6.1f ms\n", kind,
              std::count(rows.begin(), rows.end(), '\n'), times[kRuns / 2], times.back(), mean_cpu);
}

}  // namespace

int main(int argc, char** argv) {
  const tests::TempDir dir;
  const std::string path = argc > 1 ? argv[1] : dir.file("crawl.db");
  if (!std::filesystem::exists(path)) make(path);
  measure(path, "no such word", {"zebra"});
  measure(path, "rare word", {word(50'000)});
  measure(path, "middling word", {word(1'000)});
  measure(path, "common word", {word(20)});
  measure(path, "the most common word", {word(0)});
  measure(path, "two words", {word(100), word(200)});
  measure(path, "two most common words", {word(0), word(1)});
  measure(path, "phrase", {word(0) + ' ' + word(1)});
  measure(path, "prefix", {"--raw", word(20).substr(0, 3) + '*'});
  measure(path, "intitle:", {"intitle:" + word(0)});
  measure(path, "common word, site:", {word(0), "site:h7.example"});
  measure(path, "common word, site: with none", {word(0), "site:h7.example/none"});
  measure(path, "common word, inurl:", {word(0), "inurl:9999"});
  measure(path, "character", {character(0)});
  measure(path, "two characters", {character(10) + character(3)});
  measure(path, "four characters", {character(0) + character(1) + character(0) + character(2)});
  measure(path, "site: alone", {"site:h99.example"});
}
