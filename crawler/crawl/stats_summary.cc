// The summary at a crawl's end, in the form of h2load's.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "crawler/crawl/stats.h"
#include "crawler/options/units.h"

namespace crawler {
namespace {

using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;

void print(std::ostream& out, std::string_view label, std::string_view text) {
  out << fmt::format("{:<10}{}\n", label, text);
}

void print_counts(std::ostream& out, std::string_view label, const Counts& counts) {
  if (counts.empty()) return;
  std::string text;
  for (const auto& [word, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word, count);
  print(out, label, text);
}

std::string duration(std::uint64_t us) {
  return format_duration(std::chrono::microseconds(static_cast<std::int64_t>(us)));
}

void print_latency(std::ostream& out, std::string_view label, const Histogram& histogram) {
  out << fmt::format("  {:<12}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", label,
                     duration(histogram.min()), duration(histogram.mean()),
                     duration(histogram.percentile(50)), duration(histogram.percentile(95)),
                     duration(histogram.percentile(99)), duration(histogram.max()));
}

}  // namespace

void Stats::print_summary(std::ostream& out) const {
  // A crawl that ends at once has no rate to speak of; a millisecond keeps the division sane.
  const double elapsed = std::max(seconds(), 0.001);
  out << fmt::format(
      "finished in {}, {:.2f} pages/s, {}/s\n\n",
      format_duration(std::chrono::duration_cast<Duration>(end_ - start_)),
      static_cast<double>(pages()) / elapsed,
      format_size(static_cast<std::uint64_t>(static_cast<double>(wire_bytes_) / elapsed)));

  print(
      out, "urls:",
      fmt::format("{} done, {} failed, {} skipped, {} queued", count(storage::State::kDone),
                  count(storage::State::kFailed), count(storage::State::kSkipped), totals_.queued));
  print(out, "status:",
        fmt::format("{} 2xx, {} 3xx, {} 4xx, {} 5xx", statuses_[2], statuses_[3], statuses_[4],
                    statuses_[5]));
  print_counts(out, "errors:", errors());
  print_counts(out, "parsing:", Counts(parse_errors_.begin(), parse_errors_.end()));
  print_counts(out, "skipped:", by_reason(storage::State::kSkipped));
  print(out, "requests:",
        fmt::format("{} ({} robots.txt, {} retries), at most {} in flight, {} connections opened, "
                    "{} requests on open ones",
                    requests_, robots_, retries_, totals_.most_in_flight, connections_opened_,
                    connections_reused_));
  print(out, "traffic:",
        fmt::format("wire {}, decoded {}", format_size(wire_bytes_), format_size(body_bytes_)));
  print(out, "time:",
        fmt::format("fetch {} waiting, parse {} ({} CPU), store {} ({} CPU), crawl {} CPU in all",
                    duration(total_.sum()), duration(parse_.sum()),
                    format_duration(totals_.parse_cpu), format_duration(totals_.store_busy),
                    format_duration(totals_.store_cpu), format_duration(totals_.crawl_cpu)));
  print(out, "memory:",
        fmt::format("peak {} (weft {}, parsers {})", format_size(peak_memory()),
                    format_size(own_peak_), format_size(totals_.parser_memory)));
  out << fmt::format("{:<14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "latency:", "min", "mean",
                     "p50", "p95", "p99", "max");
  print_latency(out, "first byte", first_byte_);
  print_latency(out, "total", total_);
  print_latency(out, "parse", parse_);
}

}  // namespace crawler
