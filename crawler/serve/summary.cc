// /api/summary: the whole crawl in figures. Each table is read once, in one go: a million rows take
// some tenths of a second, which grouping in SQL, with its sorting, would double.
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "crawler/serve/api.h"
#include "crawler/serve/json.h"

namespace crawler {
namespace {

using storage::Database;
using storage::Statement;

// Groups of one kind that are counted apart. A crawl has a few dozens; the file may be a
// stranger's.
constexpr std::size_t kMostGroups = 10'000;

// How often each key was met. Rows that follow each other are mostly alike: the last key is at
// hand.
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
  // From the lowest group that there is to the highest, with those between; `from` and `to` are
  // the names of a group's bounds, the second of which is not in it.
  std::string json(std::string_view from, std::string_view to) const {
    std::size_t first = 0;
    std::size_t end = counts_.size();
    while (first < end && counts_[first] == 0) ++first;
    while (end > first && counts_[end - 1] == 0) --end;
    JsonArray items;
    for (std::size_t n = first; n < end; ++n)
      items.add(fmt::format(R"({{"{}":{},"{}":{},"count":{}}})", from,
                            n == 0 ? 0 : std::uint64_t{1} << (n - 1), to, std::uint64_t{1} << n,
                            counts_[n]));
    return items.text();
  }

 private:
  std::array<std::uint64_t, 64> counts_{};  // no value has more than 63 bits
};

template <class Key>
std::string json(const Tally<Key>& tally, std::string_view name) {
  JsonArray items;
  for (const auto& [key, count] : tally.counts())
    items.add(fmt::format(R"({{"{}":{},"count":{}}})", name, key, count));
  return items.text();
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
  std::string reasons() const {
    JsonArray items;
    for (const auto& [state, reasons] : states)
      for (const auto& [reason, n] : reasons.counts())
        items.add(fmt::format(R"({{"state":{},"reason":{},"count":{}}})", json_string(state),
                              json_string(reason), n));
    return items.text();
  }
};

struct Pages {
  Tally<std::int64_t> statuses;
  Powers sizes, latencies;
  std::uint64_t count = 0;
  double wire_bytes = 0, body_bytes = 0;  // exact up to 8 PiB, and a stranger's cannot overflow

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

std::string count_crawl(const Database& db) {
  // Keeps all that follows at one moment of the file.
  Statement moment(db, "SELECT name FROM sqlite_schema");
  moment.step();
  const Urls urls(db);
  const Pages pages(db);
  return fmt::format(
      R"("totals":{{"urls":{},"queued":{},"done":{},"skipped":{},"failed":{},"pages":{},)"
      R"("hosts":{},"links":{},"wire_bytes":{:.0f},"body_bytes":{:.0f}}},"reasons":{},)"
      R"("statuses":{},"depths":{},"sizes":{},"latencies":{})",
      urls.count, urls.in("queued"), urls.in("done"), urls.in("skipped"), urls.in("failed"),
      pages.count, count_rows(db, "SELECT count(*) FROM hosts"),
      count_rows(db, "SELECT count(*) FROM links"), pages.wire_bytes, pages.body_bytes,
      urls.reasons(), json(pages.statuses, "status"), json(urls.depths, "depth"),
      pages.sizes.json("from", "to"), pages.latencies.json("from_us", "to_us"));
}

}  // namespace crawler
