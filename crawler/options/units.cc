#include "crawler/options/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

namespace crawler {
namespace {

// A thousand years: no option means more, and sums of such times do not overflow.
constexpr double kLongestDuration = 1000.0 * 366 * 24 * 3600 * 1e6;  // microseconds
// Whole numbers up to here are exact in a double; it is 8 PiB.
constexpr double kLargestSize = 9007199254740992.0;  // bytes

using Unit = std::pair<std::string_view, double>;

constexpr std::array<Unit, 5> kTimes{
    {{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}}};

constexpr double kKi = 1024;
constexpr std::array<Unit, 14> kSizes{{{"", 1},
                                       {"b", 1},
                                       {"k", kKi},
                                       {"kib", kKi},
                                       {"kb", 1e3},
                                       {"m", kKi* kKi},
                                       {"mib", kKi* kKi},
                                       {"mb", 1e6},
                                       {"g", kKi* kKi* kKi},
                                       {"gib", kKi* kKi* kKi},
                                       {"gb", 1e9},
                                       {"t", kKi* kKi* kKi* kKi},
                                       {"tib", kKi* kKi* kKi* kKi},
                                       {"tb", 1e12}}};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes one number without sign or exponent off the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// Takes letters off the front of `text`.
std::string_view take_letters(std::string_view& text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return is_digit(c); });
  const std::string_view letters = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(letters.size());
  return letters;
}

template <std::size_t N>
std::optional<double> factor(const std::array<Unit, N>& units, std::string_view name) {
  const auto found = std::find_if(units.begin(), units.end(),
                                  [&](const Unit& unit) { return unit.first == name; });
  if (found == units.end()) return std::nullopt;
  return found->second;
}

// "1.50" and "2.00" as "1.5" and "2".
std::string shortest(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// In hundredths, so that 999.999 counts as the 1000 that would be printed.
double rounded(double value) { return std::round(value * 100) / 100; }

}  // namespace

std::optional<std::chrono::microseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::microseconds(0);
  double total = 0;
  do {
    const std::optional<double> number = take_number(text);
    if (!number) return std::nullopt;
    const std::optional<double> unit = factor(kTimes, take_letters(text));
    if (!unit) return std::nullopt;
    total += *number * *unit;
  } while (!text.empty());
  if (total > kLongestDuration) return std::nullopt;
  return std::chrono::microseconds(std::llround(total));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::optional<double> number = take_number(text);
  if (!number) return std::nullopt;
  std::string name(text);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::optional<double> unit = factor(kSizes, name);
  if (!unit || *number * *unit > kLargestSize) return std::nullopt;
  return static_cast<std::uint64_t>(*number * *unit);
}

std::string format_duration(std::chrono::microseconds duration) {
  const auto us = static_cast<double>(duration.count());
  if (us < 1e3) return fmt::format("{}us", duration.count());
  if (rounded(us / 1e3) < 1e3) return shortest(us / 1e3) + "ms";
  if (rounded(us / 1e6) < 120) return shortest(us / 1e6) + "s";
  const auto seconds = std::chrono::round<std::chrono::seconds>(duration).count();
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}h{:02}m{:02}s", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kNames{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t name = 0;
  while (rounded(value) >= kKi && name + 1 < kNames.size()) {
    value /= kKi;
    ++name;
  }
  return shortest(value) + std::string(kNames[name]);
}

}  // namespace crawler
