// Statistics of a few timings: medians, confidence intervals, and whether a difference is more than
// noise. Pure functions; the same numbers give the same result on every machine.
//
// Intervals are bootstrapped (Efron): the values are resampled with replacement, many times, by a
// generator with a fixed seed; the interval holds the middle 95 % of the medians. It assumes no
// distribution: timings have a long tail above and a hard floor below.
#pragma once

#include <vector>

namespace crawler {

struct Interval {
  double low = 0;
  double high = 0;
};
[[nodiscard]] bool overlap(const Interval& a, const Interval& b);

// Several measurements of one thing.
struct Spread {
  double median = 0;
  Interval ci95;  // 95 % confidence interval of the median
  double least = 0;
  double most = 0;
};

// 0 where there are no values.
double median(std::vector<double> values);
// Zeros where there are no values; of one value, that one.
Spread spread_of(const std::vector<double>& values);
// How many times the median of `part` goes into that of `whole`, with its interval.
Spread ratio_of(const std::vector<double>& whole, const std::vector<double>& part);

// How a figure has changed of which less is better.
enum class Change { kBetter, kWorse, kNoise, kTooFewRounds };
const char* to_string(Change change);  // "better", "worse", "noise", "too few rounds"

struct Difference {
  double ratio = 1;  // of the medians, after by before
  Interval ci95;
  Change change = Change::kNoise;
};

// A difference counts where the interval of the ratio does not contain 1, the intervals of the two
// medians do not overlap, and it is larger than kLeastChange.
inline constexpr double kLeastChange = 0.03;  // part; what two runs of one program differ by anyway
inline constexpr unsigned kLeastRounds = 3;   // with fewer, an interval says nothing
Difference difference(const std::vector<double>& before, const std::vector<double>& after);

}  // namespace crawler
