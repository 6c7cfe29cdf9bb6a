// What the writer costs for a crawl of 6,371 manual pages with 383,000 links and 41 MB of text: CPU
// time of its thread, then of end_run(). Words follow Zipf's law, half of each page's from a few of
// its own, as real pages have it; pages end in a shuffled order, as a crawl's do.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "storage/runs.h"
#include "storage/writer.h"

namespace {

constexpr std::size_t kPages = 6371;
constexpr std::size_t kLinksPerPage = 60;
constexpr std::size_t kTextBytes = 6450;
constexpr std::size_t kVocabulary = 120'000;
constexpr std::size_t kTopicWords = 60;
constexpr std::size_t kNeighbours = 32;  // pages in flight at once: how far the order is shuffled

struct Corpus {
  std::vector<std::string> titles, texts, urls;
};

const Corpus& corpus() {
  static const Corpus made = [] {
    std::mt19937_64 random(7);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < kVocabulary; ++i) {
      std::string word;
      const std::size_t length =
          1 + static_cast<std::size_t>(std::log2(double(i + 2)) / 2.2) + random() % 4;
      for (std::size_t k = 0; k < length; ++k) word += static_cast<char>('a' + random() % 26);
      words.push_back(word);
    }
    // rank = V^u is Zipf with exponent 1.
    const auto word = [&]() -> const std::string& {
      const double u = std::uniform_real_distribution<>(0, 1)(random);
      return words[static_cast<std::size_t>(std::pow(double(kVocabulary), u)) - 1];
    };
    Corpus all;
    for (std::size_t page = 0; page < kPages; ++page) {
      std::vector<std::string> topic;
      for (std::size_t i = 0; i < kTopicWords; ++i) topic.push_back(words[random() % kVocabulary]);
      std::string text;
      while (text.size() < kTextBytes) {
        text +=
            random() % 2 ? word() : topic[std::min(random() % kTopicWords, random() % kTopicWords)];
        text += random() % 12 ? " " : ".\n";
      }
      all.titles.push_back(topic[0] + ' ' + topic[1] + " - " + word());
      all.texts.push_back(std::move(text));
      all.urls.push_back("http://127.0.0.1:8080/manuals/" + topic[0] + "/chapter-" +
                         std::to_string(page) + ".html");
    }
    return all;
  }();
  return made;
}

double process_cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

void crawl(benchmark::State& state, bool text, bool links, bool bodies) {
  const Corpus& all = corpus();
  const std::string dir = std::filesystem::temp_directory_path() / "weft-writer-bench";
  for (auto _ : state) {
    std::filesystem::remove_all(dir);
    std::filesystem::create_directory(dir);
    std::mt19937_64 random(11);
    double writing = 0;
    double ending = 0;
    {
      storage::Database db(dir + "/crawl.db", storage::Database::Mode::kCrawl);
      storage::prepare_order(db, storage::Order::kPriority);
      const std::int64_t run = storage::start_run(db, "bench", "weft crawl", "{}", 0);
      storage::WriterOptions options;
      options.bodies = bodies;
      storage::Writer writer(db, options);
      storage::Discovery seed;
      constexpr storage::HostId kHost{1};
      constexpr storage::OriginId kOrigin{1};
      seed.new_hosts.push_back({kHost, "127.0.0.1"});
      seed.new_origins.push_back({kOrigin, kHost, "http://127.0.0.1:8080"});
      seed.new_urls.push_back(
          {.id = storage::UrlId{1}, .host = kHost, .origin = kOrigin, .url = all.urls[0]});
      writer.put(std::move(seed));
      std::vector<std::size_t> order(kPages);
      for (std::size_t i = 0; i < kPages; ++i) order[i] = i;
      for (std::size_t i = 0; i + kNeighbours < kPages; i += kNeighbours)
        std::shuffle(&order[i], &order[i + kNeighbours], random);
      std::size_t known = 1;
      for (const std::size_t i : order) {
        storage::PageOutcome page;
        page.url = static_cast<storage::UrlId>(i + 1);
        page.has_page = true;
        page.page.status = 200;
        page.page.content_type = "text/html; charset=utf-8";
        page.page.protocol = "http/1.1";
        page.page.address = "127.0.0.1";
        page.page.digest.assign(64, 'a');
        const auto parsed = std::make_shared<parser::ParsedPage>();
        parsed->lang = "en";
        parsed->charset = "UTF-8";
        parsed->title = all.titles[i];
        if (text) parsed->text = all.texts[i];
        page.page.parsed = parsed.get();
        page.backing = parsed;
        for (; known < kPages && known < i + 100; ++known)
          page.new_urls.push_back({.id = static_cast<storage::UrlId>(known + 1),
                                   .host = kHost,
                                   .origin = kOrigin,
                                   .found_on = page.url,
                                   .depth = static_cast<std::uint16_t>(1 + known / 1000),
                                   .url = all.urls[known]});
        for (std::size_t k = 0; links && k < kLinksPerPage; ++k) {
          const std::size_t to = random() % known;
          page.links.push_back({static_cast<storage::UrlId>(to + 1), k % 3 ? "" : "#section-2",
                                all.titles[to], k % 7 ? "" : "nofollow", "a"});
        }
        if (bodies) {
          page.raw_head = std::make_shared<std::string>("HTTP/1.1 200 OK\r\n\r\n");
          page.raw_body = std::make_shared<std::string>(all.texts[i]);
        }
        writer.put(std::move(page));
        while (writer.backlog() > 100'000)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      writer.close();
      writing = double(writer.stats().cpu.count()) / 1e3;
      state.counters["commits"] = double(writer.stats().commits);
      const double before = process_cpu_ms();
      storage::end_run(db, run, "finished", "{}", 0);
      ending = process_cpu_ms() - before;
    }
    state.SetIterationTime((writing + ending) / 1e3);
    state.counters["writer_cpu_ms"] = writing;
    state.counters["end_cpu_ms"] = ending;
    state.counters["file_MB"] = double(std::filesystem::file_size(dir + "/crawl.db")) / 1e6;
  }
  std::filesystem::remove_all(dir);
}

void BM_PagesAndUrls(benchmark::State& state) { crawl(state, false, false, false); }
void BM_Rows(benchmark::State& state) { crawl(state, false, true, false); }
void BM_RowsAndText(benchmark::State& state) { crawl(state, true, true, false); }
void BM_RowsTextAndBodies(benchmark::State& state) { crawl(state, true, true, true); }

}  // namespace

BENCHMARK(BM_PagesAndUrls)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Rows)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RowsAndText)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RowsTextAndBodies)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
