#include "crawler/crawl/stats.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "crawler/process/process_usage.h"

namespace crawler {
namespace {

constexpr std::size_t index(storage::State state) { return static_cast<std::size_t>(state); }
constexpr std::size_t index(storage::Reason reason) { return static_cast<std::size_t>(reason); }

nlohmann::json latency_json(const Histogram& histogram) {
  return {{"count", histogram.count()},      {"min", histogram.min()},
          {"mean", histogram.mean()},        {"p50", histogram.percentile(50)},
          {"p95", histogram.percentile(95)}, {"p99", histogram.percentile(99)},
          {"max", histogram.max()}};
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
  for (std::size_t reason = 0; reason < kReasons; ++reason) {
    const std::uint64_t count = outcomes_[index(state)][reason];
    if (count > 0) counts.emplace_back(to_string(static_cast<storage::Reason>(reason)), count);
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return counts;
}

double Stats::seconds() const { return std::chrono::duration<double>(end_ - start_).count(); }

nlohmann::json Stats::to_json() const {
  using nlohmann::json;
  json reasons = json::object();
  for (const auto state :
       {storage::State::kDone, storage::State::kSkipped, storage::State::kFailed})
    for (const auto& [word, count] : by_reason(state)) reasons[std::string(word)] = count;
  json status = json::object();
  for (std::size_t i = 1; i < statuses_.size(); ++i)
    status[std::to_string(i) + "xx"] = statuses_[i];
  json samples = json::array();
  for (const Sample& sample : timeline_)
    samples.push_back({{"ms", sample.at.count()},
                       {"pages", sample.pages},
                       {"wire_bytes", sample.wire_bytes},
                       {"queued", sample.gauges.queued},
                       {"in_flight", sample.gauges.in_flight},
                       {"parsing", sample.gauges.parsing},
                       {"writing", sample.gauges.writing},
                       {"memory", sample.memory}});
  return {
      {"seconds", seconds()},
      {"urls",
       {{"done", count(storage::State::kDone)},
        {"failed", count(storage::State::kFailed)},
        {"skipped", count(storage::State::kSkipped)},
        {"queued", totals_.queued}}},
      {"reasons", std::move(reasons)},
      {"status", std::move(status)},
      {"requests",
       {{"total", requests_},
        {"robots", robots_},
        {"retries", retries_},
        {"most_in_flight", totals_.most_in_flight}}},
      {"connections", {{"opened", connections_opened_}, {"reused", connections_reused_}}},
      {"bytes", {{"wire", wire_bytes_}, {"decoded", body_bytes_}}},
      {"latency_us", {{"first_byte", latency_json(first_byte_)}, {"total", latency_json(total_)}}},
      {"parse_us", latency_json(parse_)},
      {"parse_errors", parse_errors_},
      {"parser_restarts", totals_.parser_restarts},
      {"threads", most_threads_},  // of this process, at most
      {"time_us",
       {{"fetch", {{"waiting", total_.sum()}, {"cpu", totals_.fetch_cpu.count()}}},
        {"parse", {{"busy", parse_.sum()}, {"cpu", totals_.parse_cpu.count()}}},
        {"store", {{"busy", totals_.store_busy.count()}, {"cpu", totals_.store_cpu.count()}}},
        {"crawl", {{"cpu", totals_.crawl_cpu.count()}}}}},
      {"memory",
       {{"peak", peak_memory()}, {"weft", own_peak_}, {"parsers", totals_.parser_memory}}},
      {"timeline", {{"every_ms", sample_every_.count()}, {"samples", std::move(samples)}}}};
}

}  // namespace crawler
