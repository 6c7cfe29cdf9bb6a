#include "crawler/compare/statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace crawler {
namespace {

using Values = std::vector<double>;

TEST(Median, OfAnOddNumberIsTheMiddleOneWhateverTheOrder) {
  EXPECT_EQ(median({5, 1, 3}), 3);
  EXPECT_EQ(median({7}), 7);
}

TEST(Median, OfAnEvenNumberLiesBetweenTheMiddleTwo) { EXPECT_EQ(median({4, 1, 2, 100}), 3); }

TEST(Median, OfNothingIsZero) { EXPECT_EQ(median({}), 0); }

TEST(Spread, HoldsItsMedianAndStaysInsideTheValues) {
  const Spread spread = spread_of({1.0, 1.1, 1.2, 1.3, 9.0});
  EXPECT_EQ(spread.median, 1.2);
  EXPECT_LE(spread.ci95.low, 1.2);
  EXPECT_GE(spread.ci95.high, 1.2);
  EXPECT_GE(spread.ci95.low, 1.0);
  EXPECT_LE(spread.ci95.high, 9.0);
  EXPECT_EQ(spread.least, 1.0);
  EXPECT_EQ(spread.most, 9.0);
}

TEST(Spread, IsTheSameEachTime) {
  const Values values{3, 1, 4, 1, 5, 9, 2, 6};
  EXPECT_EQ(spread_of(values).ci95.low, spread_of(values).ci95.low);
  EXPECT_EQ(spread_of(values).ci95.high, spread_of(values).ci95.high);
}

TEST(Spread, OfOneValueIsThatValue) {
  const Spread spread = spread_of({2.5});
  EXPECT_EQ(spread.ci95.low, 2.5);
  EXPECT_EQ(spread.ci95.high, 2.5);
}

TEST(Spread, NarrowsWithMoreValues) {
  Values few;
  Values many;
  for (int i = 0; i < 5; ++i) few.push_back(10 + i % 5);
  for (int i = 0; i < 100; ++i) many.push_back(10 + i % 5);
  const Interval wide = spread_of(few).ci95;
  const Interval narrow = spread_of(many).ci95;
  EXPECT_LT(narrow.high - narrow.low, wide.high - wide.low);
}

TEST(Ratio, IsThatOfTheMedians) {
  const Spread ratio = ratio_of({20, 21, 22}, {2, 2.1, 2.2});
  EXPECT_DOUBLE_EQ(ratio.median, 10);
  EXPECT_LT(ratio.ci95.low, 10);
  EXPECT_GT(ratio.ci95.high, 10);
}

TEST(Ratio, ToNothingIsZeroAndNotInfinite) {
  EXPECT_EQ(ratio_of({1, 2}, {}).median, 0);
  EXPECT_EQ(ratio_of({1, 2}, {0, 0}).median, 0);
}

TEST(Intervals, MeetAtTheirEnds) {
  EXPECT_TRUE(overlap({1, 2}, {2, 3}));
  EXPECT_TRUE(overlap({1, 9}, {2, 3}));
  EXPECT_FALSE(overlap({1, 2}, {2.1, 3}));
}

TEST(Difference, ASlowerBuildIsWorse) {
  const Difference slower =
      difference({1.00, 1.02, 0.99, 1.01, 1.03}, {1.20, 1.22, 1.19, 1.25, 1.21});
  EXPECT_EQ(slower.change, Change::kWorse);
  EXPECT_NEAR(slower.ratio, 1.198, 0.01);
  EXPECT_GT(slower.ci95.low, 1);
}

TEST(Difference, AFasterBuildIsBetter) {
  EXPECT_EQ(difference({1.20, 1.22, 1.19}, {1.00, 1.02, 0.99}).change, Change::kBetter);
}

TEST(Difference, ValuesThatMixAreNoise) {
  EXPECT_EQ(difference({1.0, 1.1, 1.2, 1.05}, {1.02, 1.15, 1.08, 1.21}).change, Change::kNoise);
}

TEST(Difference, ASmallShiftIsNoiseHoweverSteadyTheTimes) {
  EXPECT_EQ(difference({1.000, 1.001, 1.002}, {1.020, 1.021, 1.022}).change, Change::kNoise);
}

TEST(Difference, TwoRoundsAreTooFewToTell) {
  EXPECT_EQ(difference({1, 1}, {9, 9}).change, Change::kTooFewRounds);
}

}  // namespace
}  // namespace crawler
