// /api/summary: the whole crawl in figures. Each table is read once: a million rows take some
// tenths of a second, which grouping in SQL, with its sorting, would double.
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "crawler/serve/api.h"
#include "crawler/serve/json.h"

namespace crawler {
namespace {

using storage::Database;
using storage::Statement;

// Groups of one kind that are counted apart. A crawl has a few dozens; an untrusted file may have
// any number.
constexpr std::size_t kMostGroups = 10'000;

// How often each key occurs. Most rows have the key of the row before, so the last key is cached.
template <class Key>
class Tally {
 public:
  Tally() = default;
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  template <class Like>
  void add(const Like& key) {
    if (last_ == nullptr || last_->first != key) {
      auto at = counts_.find(key);
      if (at == counts_.end()) {
        if (counts_.size() == kMostGroups) return;
        at = counts_.emplace(Key(key), 0).first;
      }
      last_ = &*at;
    }
    ++last_->second;
  }
  const std::map<Key, std::uint64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::map<Key, std::uint64_t, std::less<>> counts_;
  std::pair<const Key, std::uint64_t>* last_ = nullptr;
};

// Values by powers of two: the first group is 0, the nth those of n bits.
class Powers {
 public:
  void add(std::int64_t value) {
    ++counts_[value < 0
                  ? 0
                  : static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(value)))];
  }
  // An array of the groups from the lowest one that has values to the highest. `from` and `to` name
  // the bounds of a group; the second bound is not in it.
  void write(JsonWriter& json, std::string_view name, std::string_view from,
             std::string_view to) const {
    std::size_t first = 0;
    std::size_t end = counts_.size();
    while (first < end && counts_[first] == 0) ++first;
    while (end > first && counts_[end - 1] == 0) --end;
    json.array(name, [&] {
      for (std::size_t n = first; n < end; ++n)
        json.object([&] {
          json.member(from, n == 0 ? 0 : std::uint64_t{1} << (n - 1));
          json.member(to, std::uint64_t{1} << n);
          json.member("count", counts_[n]);
        });
    });
  }

 private:
  std::array<std::uint64_t, 64> counts_{};  // no value has more than 63 bits
};

template <class Key>
void write(JsonWriter& json, std::string_view name, const Tally<Key>& tally, std::string_view key) {
  json.array(name, [&] {
    for (const auto& entry : tally.counts())
      json.object([&] {
        json.member(key, entry.first);
        json.member("count", entry.second);
      });
  });
}

struct Urls {
  // By state, then by reason.
  std::map<std::string, Tally<std::string>, std::less<>> states;
  Tally<std::int64_t> depths;
  std::uint64_t count = 0;

  explicit Urls(const Database& db) {
    Statement row(db, "SELECT state, reason, depth FROM urls");
    for (; row.step(); ++count) {
      const std::string_view state = row.column_text(0);
      auto found = states.find(state);
      if (found == states.end() && states.size() < kMostGroups)
        found = states.try_emplace(std::string(state)).first;
      if (found != states.end()) found->second.add(row.column_text(1));
      depths.add(row.column_int(2));
    }
  }
  std::uint64_t in(std::string_view state) const {
    std::uint64_t sum = 0;
    if (const auto found = states.find(state); found != states.end())
      for (const auto& [reason, n] : found->second.counts()) sum += n;
    return sum;
  }
  void write_reasons(JsonWriter& json) const {
    json.array("reasons", [&] {
      for (const auto& state : states)
        for (const auto& reason : state.second.counts())
          json.object([&] {
            json.member("state", state.first);
            json.member("reason", reason.first);
            json.member("count", reason.second);
          });
    });
  }
};

struct Pages {
  Tally<std::int64_t> statuses;
  Powers sizes, latencies;
  std::uint64_t count = 0;
  double wire_bytes = 0, body_bytes = 0;  // exact up to 8 PiB; never overflow

  explicit Pages(const Database& db) {
    Statement row(db, "SELECT status, wire_bytes, body_bytes, total_us FROM pages");
    for (; row.step(); ++count) {
      statuses.add(row.column_int(0));
      wire_bytes += row.column_double(1);
      body_bytes += row.column_double(2);
      sizes.add(row.column_int(2));
      latencies.add(row.column_int(3));
    }
  }
};

std::int64_t count_rows(const Database& db, const char* sql) {
  Statement row(db, sql);
  return row.step() ? row.column_int(0) : 0;
}

}  // namespace

struct CrawlCounts {
  explicit CrawlCounts(const Database& db)
      : urls(db),
        pages(db),
        hosts(count_rows(db, "SELECT count(*) FROM hosts")),
        links(count_rows(db, "SELECT count(*) FROM links")) {}

  const Urls urls;
  const Pages pages;
  const std::int64_t hosts, links;
};

std::shared_ptr<const CrawlCounts> count_crawl(const Database& db) {
  // A statement that has a row keeps the reads that follow in one transaction.
  Statement transaction(db, "SELECT name FROM sqlite_schema");
  transaction.step_to_row();
  return std::make_shared<const CrawlCounts>(db);
}

void write_counts(JsonWriter& json, const CrawlCounts& counts) {
  const Urls& urls = counts.urls;
  const Pages& pages = counts.pages;
  json.object("totals", [&] {
    json.member("urls", urls.count);
    for (const char* state : {"queued", "done", "skipped", "failed"})
      json.member(state, urls.in(state));
    json.member("pages", pages.count);
    json.member("hosts", counts.hosts);
    json.member("links", counts.links);
    json.key("wire_bytes");
    json.fixed(pages.wire_bytes, 0);
    json.key("body_bytes");
    json.fixed(pages.body_bytes, 0);
  });
  urls.write_reasons(json);
  write(json, "statuses", pages.statuses, "status");
  write(json, "depths", urls.depths, "depth");
  pages.sizes.write(json, "sizes", "from", "to");
  pages.latencies.write(json, "latencies", "from_us", "to_us");
}

}  // namespace crawler
