#include "crawler/crawl/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace crawler {

// The first 2 * kSplit buckets hold one value each; then each further power of two has kSplit of
// them, twice as wide as those before.
std::size_t Histogram::bucket_of(std::uint32_t value) {
  if (value < 2 * kSplit) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - kSplitBits - 1;
  return shift * kSplit + (value >> shift);
}

std::uint32_t Histogram::middle_of(std::size_t bucket) {
  if (bucket < 2 * kSplit) return static_cast<std::uint32_t>(bucket);
  const std::size_t shift = bucket / kSplit - 1;
  const std::size_t low = (bucket - shift * kSplit) << shift;
  return static_cast<std::uint32_t>(low + ((std::size_t{1} << shift) - 1) / 2);
}

void Histogram::record(std::uint32_t value) {
  ++buckets_[bucket_of(value)];
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  ++count_;
  sum_ += value;
}

std::uint32_t Histogram::percentile(double percent) const {
  const double rank = std::ceil(static_cast<double>(count_) * percent / 100);
  std::uint64_t left = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    if (buckets_[bucket] >= left) return std::clamp(middle_of(bucket), min_, max_);
    left -= buckets_[bucket];
  }
  return max_;
}

}  // namespace crawler
