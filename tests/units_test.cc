// Times and sizes on the command line.
#include "crawler/options/units.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <string>

namespace {

using crawler::format_duration;
using crawler::format_size;
using crawler::parse_duration;
using crawler::parse_size;
using std::chrono::microseconds;

TEST(Durations, TakeEachUnit) {
  EXPECT_EQ(parse_duration("7us"), microseconds(7));
  EXPECT_EQ(parse_duration("200ms"), microseconds(200'000));
  EXPECT_EQ(parse_duration("2s"), microseconds(2'000'000));
  EXPECT_EQ(parse_duration("3m"), microseconds(180'000'000));
  EXPECT_EQ(parse_duration("1h"), microseconds(3'600'000'000));
}

TEST(Durations, TakeDecimalsAndSums) {
  EXPECT_EQ(parse_duration("1.5s"), microseconds(1'500'000));
  EXPECT_EQ(parse_duration("0.3s"), microseconds(300'000));
  EXPECT_EQ(parse_duration("1h30m"), microseconds(5'400'000'000));
  EXPECT_EQ(parse_duration("2m03s"), microseconds(123'000'000));
}

TEST(Durations, ZeroNeedsNoUnit) {
  EXPECT_EQ(parse_duration("0"), microseconds(0));
  EXPECT_EQ(parse_duration("0ms"), microseconds(0));
}

TEST(Durations, RefuseWhatHasNoUnitOrIsNoNumber) {
  for (const char* text :
       {"",     "5",   "s",    "5 s", " 5s",  "5s ",  "-5s", "+5s", "5x", "5sec",
        "1e3s", "inf", "infs", "nan", "nans", "0x5s", ".5s", "5s3", "5S", "1..5s"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Durations, RefuseWhatWouldOverflow) {
  EXPECT_EQ(parse_duration("99999999999999999999h"), std::nullopt);
  EXPECT_EQ(parse_duration(std::string(5000, '9') + "s"), std::nullopt);
  std::string sum;
  for (int i = 0; i < 100; ++i) sum += "8000000h";
  EXPECT_EQ(parse_duration(sum), std::nullopt);
}

TEST(Durations, PrintWithTheUnitThatFits) {
  EXPECT_EQ(format_duration(microseconds(0)), "0us");
  EXPECT_EQ(format_duration(microseconds(850)), "850us");
  EXPECT_EQ(format_duration(microseconds(12'500)), "12.5ms");
  EXPECT_EQ(format_duration(microseconds(200'000)), "200ms");
  EXPECT_EQ(format_duration(microseconds(1'254'000)), "1.25s");
  EXPECT_EQ(format_duration(microseconds(30'000'000)), "30s");
  EXPECT_EQ(format_duration(microseconds(123'000'000)), "2m03s");
  EXPECT_EQ(format_duration(microseconds(3'723'000'000)), "1h02m03s");
}

TEST(Durations, NeverPrintAThousandOfAUnit) {
  EXPECT_EQ(format_duration(microseconds(999'999)), "1s");
  EXPECT_EQ(format_duration(microseconds(119'999'999)), "2m00s");
  EXPECT_EQ(format_duration(microseconds(3'599'999'999)), "1h00m00s");
}

TEST(Sizes, TakeEachUnit) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("100"), 100u);
  EXPECT_EQ(parse_size("64B"), 64u);
  EXPECT_EQ(parse_size("512KiB"), 524'288u);
  EXPECT_EQ(parse_size("512kib"), 524'288u);
  EXPECT_EQ(parse_size("2K"), 2048u);
  EXPECT_EQ(parse_size("1.5MB"), 1'500'000u);
  EXPECT_EQ(parse_size("16MiB"), 16u << 20);
  EXPECT_EQ(parse_size("3GiB"), std::uint64_t{3} << 30);
  EXPECT_EQ(parse_size("1TB"), 1'000'000'000'000u);
}

TEST(Sizes, RefuseWhatIsNoSize) {
  for (const char* text : {"", "KiB", "-1", "+1", "1 KiB", " 1", "1 ", "1e3", "inf", "nan", "0x10",
                           "12Q", "1KiBB", "9999999TiB", "99999999999999999999999"})
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(Sizes, PrintWithTheUnitThatFits) {
  EXPECT_EQ(format_size(0), "0B");
  EXPECT_EQ(format_size(512), "512B");
  EXPECT_EQ(format_size(1536), "1.5KiB");
  EXPECT_EQ(format_size(16u << 20), "16MiB");
  EXPECT_EQ(format_size((1u << 20) - 1), "1MiB");
  EXPECT_EQ(format_size(std::uint64_t{5000} << 40), "5000TiB");
}

TEST(Units, ReadWhatTheyPrint) {
  for (const std::int64_t us : std::initializer_list<std::int64_t>{
           0, 1, 999, 1000, 12'500, 999'990, 1'250'000, 119'000'000, 3'723'000'000})
    EXPECT_EQ(parse_duration(format_duration(microseconds(us))), microseconds(us));
  for (const std::uint64_t bytes : {0u, 1u, 1023u, 1024u, 1536u, 16u << 20})
    EXPECT_EQ(parse_size(format_size(bytes)), bytes);
}

}  // namespace
