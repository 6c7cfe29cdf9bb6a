#include "crawler/compare/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>

namespace crawler {
namespace {

constexpr std::size_t kResamples = 4000;   // the ends of a 95 % interval rest on 100 of them each
constexpr double kTail = 0.025;            // part left out at either end
constexpr std::uint64_t kSeed = 20260101;  // any; fixed, so that a report can be made again

// std::uniform_int_distribution differs from library to library; this does not.
std::size_t draw(std::mt19937_64& random, std::size_t below) {
  return static_cast<std::size_t>((random() >> 32) * below >> 32);
}

double resampled_median(const std::vector<double>& values, std::mt19937_64& random,
                        std::vector<double>& sample) {
  sample.clear();
  for (std::size_t i = 0; i < values.size(); ++i)
    sample.push_back(values[draw(random, values.size())]);
  return median(sample);
}

Interval middle_of(std::vector<double>& medians) {
  std::sort(medians.begin(), medians.end());
  const auto at = [&medians](double part) {
    return medians[static_cast<std::size_t>(
        std::lround(part * static_cast<double>(medians.size() - 1)))];
  };
  return {at(kTail), at(1 - kTail)};
}

double quotient(double whole, double part) { return part > 0 ? whole / part : 0; }

}  // namespace

bool overlap(const Interval& a, const Interval& b) { return a.low <= b.high && b.low <= a.high; }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const std::size_t half = values.size() / 2;
  std::sort(values.begin(), values.end());
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Spread spread_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  std::mt19937_64 random(kSeed);
  std::vector<double> sample;
  std::vector<double> medians(kResamples);
  for (double& each : medians) each = resampled_median(values, random, sample);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {median(values), middle_of(medians), *least, *most};
}

Spread ratio_of(const std::vector<double>& whole, const std::vector<double>& part) {
  if (whole.empty() || part.empty()) return {};
  std::mt19937_64 random(kSeed);
  std::vector<double> sample;
  std::vector<double> ratios(kResamples);
  for (double& each : ratios) {
    const double above = resampled_median(whole, random, sample);
    each = quotient(above, resampled_median(part, random, sample));
  }
  const auto [least_whole, most_whole] = std::minmax_element(whole.begin(), whole.end());
  const auto [least_part, most_part] = std::minmax_element(part.begin(), part.end());
  return {quotient(median(whole), median(part)), middle_of(ratios),
          quotient(*least_whole, *most_part), quotient(*most_whole, *least_part)};
}

const char* to_string(Change change) {
  switch (change) {
    case Change::kBetter:
      return "better";
    case Change::kWorse:
      return "worse";
    case Change::kNoise:
      return "noise";
    case Change::kTooFewRounds:
      return "too few rounds";
  }
  return "";
}

Difference difference(const std::vector<double>& before, const std::vector<double>& after) {
  const Spread ratio = ratio_of(after, before);
  Difference result{ratio.median, ratio.ci95, Change::kNoise};
  if (before.size() < kLeastRounds || after.size() < kLeastRounds) {
    result.change = Change::kTooFewRounds;
    return result;
  }
  const bool holds_one = ratio.ci95.low <= 1 && ratio.ci95.high >= 1;
  if (holds_one || std::abs(ratio.median - 1) <= kLeastChange ||
      overlap(spread_of(before).ci95, spread_of(after).ci95))
    return result;
  result.change = ratio.median < 1 ? Change::kBetter : Change::kWorse;
  return result;
}

}  // namespace crawler
