#include "crawler/crawl/stats.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "crawler/process/process_usage.h"
#include "storage/json_writer.h"

namespace crawler {
namespace {

constexpr std::size_t index(storage::State state) { return static_cast<std::size_t>(state); }
constexpr std::size_t index(storage::Reason reason) { return static_cast<std::size_t>(reason); }

void write_latency(storage::JsonWriter& json, std::string_view name, const Histogram& histogram) {
  json.object(name, [&] {
    json.member("count", histogram.count());
    json.member("min", histogram.min());
    json.member("mean", histogram.mean());
    json.member("p50", histogram.percentile(50));
    json.member("p95", histogram.percentile(95));
    json.member("p99", histogram.percentile(99));
    json.member("max", histogram.max());
  });
}

}  // namespace

Stats::Stats(Time start) : start_(start), end_(start), next_sample_(start) {}

void Stats::record_fetch(const Fetched& fetched) {
  ++requests_;
  robots_ += fetched.robots;
  retries_ += fetched.retry;
  wire_bytes_ += fetched.wire_bytes;
  body_bytes_ += fetched.body_bytes;
  if (fetched.error != storage::Reason::kNone) return;
  ++(fetched.timings.connect > 0 ? connections_opened_ : connections_reused_);
  first_byte_.record(fetched.timings.first_byte);
  total_.record(fetched.timings.total);
  const int status_class = fetched.status / 100;
  if (!fetched.robots && status_class >= 1 && status_class <= 5)
    ++statuses_[static_cast<std::size_t>(status_class)];
}

void Stats::record_outcome(storage::State state, storage::Reason reason) {
  ++outcomes_[index(state)][index(reason)];
}

void Stats::take_back_outcome(storage::State state, storage::Reason reason) {
  // One that an earlier run skipped was never counted in this one.
  std::uint64_t& count = outcomes_[index(state)][index(reason)];
  if (count > 0) --count;
}

void Stats::record_parse(Duration time, std::string_view error) {
  const auto most = std::int64_t{std::numeric_limits<std::uint32_t>::max()};
  parse_.record(static_cast<std::uint32_t>(std::clamp<std::int64_t>(time.count(), 0, most)));
  if (error.empty()) return;
  const auto known = parse_errors_.find(error);
  if (known != parse_errors_.end()) {
    ++known->second;
  } else {
    parse_errors_.emplace(error, 1);
  }
}

void Stats::sample(Time now, const Gauges& gauges) {
  if (now < next_sample_) return;
  const Memory memory = memory_of(0);
  own_peak_ = std::max(own_peak_, memory.peak);
  most_threads_ = std::max(most_threads_, memory.threads);
  timeline_.push_back({std::chrono::duration_cast<std::chrono::milliseconds>(now - start_), pages(),
                       wire_bytes_, gauges, memory.now + gauges.parser_memory});
  if (timeline_.size() == kMaxSamples) {
    for (std::size_t i = 1; 2 * i < timeline_.size(); ++i) timeline_[i] = timeline_[2 * i];
    timeline_.resize(kMaxSamples / 2);
    sample_every_ *= 2;
  }
  next_sample_ = start_ + timeline_.back().at + sample_every_;
}

void Stats::finish(Time now, const Totals& totals) {
  end_ = now;
  totals_ = totals;
  own_peak_ = std::max(own_peak_, memory_of(0).peak);
}

std::uint64_t Stats::count(storage::State state) const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : outcomes_[index(state)]) sum += count;
  return sum;
}

std::uint64_t Stats::count(storage::Reason reason) const {
  std::uint64_t sum = 0;
  for (const auto& by_reason : outcomes_) sum += by_reason[index(reason)];
  return sum;
}

std::vector<std::pair<std::string_view, std::uint64_t>> Stats::errors() const {
  return by_reason(storage::State::kFailed);
}

std::vector<std::pair<std::string_view, std::uint64_t>> Stats::by_reason(
    storage::State state) const {
  std::vector<std::pair<std::string_view, std::uint64_t>> counts;
  for (const storage::ReasonInfo& reason : storage::kReasons) {
    const std::uint64_t count = outcomes_[index(state)][index(reason.reason)];
    if (count > 0) counts.emplace_back(reason.word, count);
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return counts;
}

double Stats::seconds() const { return std::chrono::duration<double>(end_ - start_).count(); }

std::string Stats::to_json() const {
  std::string text;
  storage::JsonWriter json(text);
  json.object([&] {
    json.member("seconds", seconds());
    write_outcomes(json);
    write_requests(json);
    write_times(json);
    json.object("memory", [&] {
      json.member("peak", peak_memory());
      json.member("weft", own_peak_);
      json.member("parsers", totals_.parser_memory);
    });
    write_timeline(json);
  });
  return text;
}

void Stats::write_outcomes(storage::JsonWriter& json) const {
  using storage::State;
  json.object("urls", [&] {
    json.member("done", count(State::kDone));
    json.member("failed", count(State::kFailed));
    json.member("skipped", count(State::kSkipped));
    json.member("queued", totals_.queued);
  });
  json.object("reasons", [&] {
    for (const State state : {State::kDone, State::kSkipped, State::kFailed})
      for (const auto& [word, count] : by_reason(state)) json.member(word, count);
  });
  json.object("status", [&] {
    for (std::size_t i = 1; i < statuses_.size(); ++i)
      json.member(std::to_string(i) + "xx", statuses_[i]);
  });
}

void Stats::write_requests(storage::JsonWriter& json) const {
  json.object("requests", [&] {
    json.member("total", requests_);
    json.member("robots", robots_);
    json.member("retries", retries_);
    json.member("most_in_flight", totals_.most_in_flight);
  });
  json.object("connections", [&] {
    json.member("opened", connections_opened_);
    json.member("reused", connections_reused_);
  });
  json.object("bytes", [&] {
    json.member("wire", wire_bytes_);
    json.member("decoded", body_bytes_);
  });
  json.object("latency_us", [&] {
    write_latency(json, "first_byte", first_byte_);
    write_latency(json, "total", total_);
  });
}

void Stats::write_times(storage::JsonWriter& json) const {
  write_latency(json, "parse_us", parse_);
  json.object("parse_errors", [&] {
    for (const auto& [word, count] : parse_errors_) json.member(word, count);
  });
  json.member("parser_restarts", totals_.parser_restarts);
  json.member("threads", most_threads_);  // of this process, at most
  const auto stage = [&json](std::string_view name, std::string_view what, auto time,
                             Duration cpu) {
    json.object(name, [&] {
      json.member(what, time);
      json.member("cpu", cpu.count());
    });
  };
  json.object("time_us", [&] {
    stage("fetch", "waiting", total_.sum(), totals_.fetch_cpu);
    stage("parse", "busy", parse_.sum(), totals_.parse_cpu);
    stage("store", "busy", totals_.store_busy.count(), totals_.store_cpu);
    json.object("crawl", [&] { json.member("cpu", totals_.crawl_cpu.count()); });
  });
}

void Stats::write_timeline(storage::JsonWriter& json) const {
  json.object("timeline", [&] {
    json.member("every_ms", sample_every_.count());
    json.array("samples", [&] {
      for (const Sample& sample : timeline_)
        json.object([&] {
          json.member("ms", sample.at.count());
          json.member("pages", sample.pages);
          json.member("wire_bytes", sample.wire_bytes);
          json.member("queued", sample.gauges.queued);
          json.member("in_flight", sample.gauges.in_flight);
          json.member("parsing", sample.gauges.parsing);
          json.member("writing", sample.gauges.writing);
          json.member("memory", sample.memory);
        });
    });
  });
}

}  // namespace crawler
