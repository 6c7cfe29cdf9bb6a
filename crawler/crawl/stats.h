// What a crawl counts while it runs, and the two forms in which it tells: the summary for people
// and the JSON of --stats.
//
// Owned by the engine and used on its thread alone; it is told everything and asks nobody but the
// kernel for this process's memory. Its own memory is bounded: latencies go into histograms, and
// the timeline loses every other sample and half its resolution each time that it is full.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/crawl/histogram.h"
#include "storage/outcome.h"
#include "storage/records.h"

namespace storage {
class JsonWriter;
}

namespace crawler {

class Stats {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::microseconds;

  // One sample of the timeline is taken this often, until there are kMaxSamples: seven minutes.
  static constexpr std::chrono::milliseconds kSampleEvery{100};
  static constexpr std::size_t kMaxSamples = 4096;

  // One request that has been answered or has failed. Cancelled ones are not told.
  struct Fetched {
    bool robots = false;
    bool retry = false;  // not the first attempt
    storage::Reason error = storage::Reason::kNone;
    int status = 0;
    std::uint64_t wire_bytes = 0;
    std::uint64_t body_bytes = 0;
    storage::Timings timings{};
  };

  // What is under way at one moment.
  struct Gauges {
    std::uint64_t queued = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t parsing = 0;
    std::uint64_t writing = 0;        // rows not yet committed
    std::uint64_t parser_memory = 0;  // bytes, all workers
  };

  // What the parts have counted for themselves, told once they have ended.
  struct Totals {
    std::uint64_t queued = 0;  // left, for the next run
    std::size_t most_in_flight = 0;
    Duration crawl_cpu{0};  // this process, all threads
    Duration fetch_cpu{0};  // of fetcher threads; 0 where they have none
    Duration parse_cpu{0};  // of the workers
    Duration store_busy{0};
    Duration store_cpu{0};
    std::uint64_t parser_restarts = 0;
    std::uint64_t parser_memory = 0;  // bytes, peaks of all workers
  };

  explicit Stats(Time start);

  void record_fetch(const Fetched& fetched);
  // A URL has ended. One that was skipped and is queued after all is taken back.
  void record_outcome(storage::State state, storage::Reason reason);
  void take_back_outcome(storage::State state, storage::Reason reason);
  // `error`: "" or the parser's word for what went wrong.
  void record_parse(Duration time, std::string_view error);
  // To be called at least every kSampleEvery; ignored where the next sample is not due.
  void sample(Time now, const Gauges& gauges);
  void finish(Time now, const Totals& totals);

  std::uint64_t count(storage::State state) const;
  std::uint64_t count(storage::Reason reason) const;
  std::uint64_t pages() const { return count(storage::Reason::kFetched); }
  std::uint64_t wire_bytes() const { return wire_bytes_; }
  // The failed URLs by reason, most frequent first.
  std::vector<std::pair<std::string_view, std::uint64_t>> errors() const;

  std::string to_json() const;
  void print_summary(std::ostream& out) const;

 private:
  struct Sample {
    std::chrono::milliseconds at{0};  // since the start
    std::uint64_t pages = 0;
    std::uint64_t wire_bytes = 0;
    Gauges gauges;
    std::uint64_t memory = 0;  // resident, workers included
  };

  std::vector<std::pair<std::string_view, std::uint64_t>> by_reason(storage::State state) const;
  std::uint64_t peak_memory() const { return own_peak_ + totals_.parser_memory; }
  double seconds() const;
  void write_outcomes(storage::JsonWriter& json) const;
  void write_requests(storage::JsonWriter& json) const;
  void write_times(storage::JsonWriter& json) const;
  void write_timeline(storage::JsonWriter& json) const;

  const Time start_;
  Time end_;
  Totals totals_;
  // By state and reason.
  std::array<std::array<std::uint64_t, storage::kReasons.size()>, storage::kStates.size()>
      outcomes_{};
  std::array<std::uint64_t, 6> statuses_{};  // by class; pages alone
  std::uint64_t requests_ = 0, robots_ = 0, retries_ = 0;
  std::uint64_t connections_opened_ = 0, connections_reused_ = 0;
  std::uint64_t wire_bytes_ = 0, body_bytes_ = 0;
  Histogram first_byte_, total_, parse_;  // microseconds
  std::map<std::string, std::uint64_t, std::less<>> parse_errors_;
  std::uint64_t own_peak_ = 0;
  std::uint64_t most_threads_ = 0;
  Time next_sample_;
  std::chrono::milliseconds sample_every_ = kSampleEvery;
  std::vector<Sample> timeline_;
};

}  // namespace crawler
