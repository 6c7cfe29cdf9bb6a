#include "crawler/site/latency.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <system_error>

#include "crawler/options/units.h"
#include "crawler/site/text.h"

namespace crawler {
namespace {

using std::chrono::microseconds;

// No answer takes longer, however heavy the distribution's tail: crawls of it must end.
constexpr double kLongestLatency = 60e6;  // microseconds
// More would make lognormal draws that are all nothing or all kLongestLatency.
constexpr double kLargestShape = 100;

std::optional<double> parse_time(std::string_view text) {
  const std::optional<microseconds> time = parse_duration(text);
  if (!time || static_cast<double>(time->count()) > kLongestLatency) return std::nullopt;
  return static_cast<double>(time->count());
}

std::optional<double> parse_shape(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || stop != end || !(value > 0) || value > kLargestShape)
    return std::nullopt;
  return value;
}

}  // namespace

std::optional<Latency> Latency::parse(std::string_view text) {
  const auto made = [](Shape shape, std::optional<double> first,
                       std::optional<double> second) -> std::optional<Latency> {
    if (!first || !second) return std::nullopt;
    Latency latency;
    latency.shape_ = shape;
    latency.first_ = *first;
    latency.second_ = *second;
    return latency;
  };
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return made(Shape::kConstant, parse_time(text), 0);
  const std::string_view name = text.substr(0, open);
  std::string_view arguments = text.substr(open + 1);
  const std::size_t comma = arguments.find(',');
  if (comma == std::string_view::npos || !arguments.ends_with(')')) return std::nullopt;
  arguments.remove_suffix(1);
  const std::string_view first = arguments.substr(0, comma);
  std::string_view second = arguments.substr(comma + 1);
  while (second.starts_with(' ')) second.remove_prefix(1);
  if (name == "lognormal") return made(Shape::kLognormal, parse_time(first), parse_shape(second));
  if (name == "pareto") return made(Shape::kPareto, parse_time(first), parse_shape(second));
  if (name != "uniform") return std::nullopt;
  const auto latency = made(Shape::kUniform, parse_time(first), parse_time(second));
  return latency && latency->first_ <= latency->second_ ? latency : std::nullopt;
}

microseconds Latency::draw(std::uint64_t key) const {
  double time = first_;
  const double u = unit_draw(mix(key, 1));
  switch (shape_) {
    case Shape::kConstant:
      break;
    case Shape::kUniform:
      time += u * (second_ - first_);
      break;
    case Shape::kLognormal: {  // Box and Muller; 1 - u is never 0
      const double angle = 2 * std::numbers::pi * unit_draw(mix(key, 2));
      time *= std::exp(second_ * std::sqrt(-2 * std::log(1 - u)) * std::cos(angle));
      break;
    }
    case Shape::kPareto:
      time /= std::pow(1 - u, 1 / second_);
      break;
  }
  return microseconds(std::llround(std::min(time, kLongestLatency)));
}

}  // namespace crawler
