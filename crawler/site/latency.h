// How long the answers of the built-in site take: a distribution, as its option writes it, from
// which each URL has its own draw. Pure: the same key gives the same draw on every run and every
// machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace crawler {

class Latency {
 public:
  // "0", "200ms", "uniform(50ms,200ms)", "lognormal(MEDIAN,SIGMA)", "pareto(LEAST,ALPHA)"; nothing
  // for anything else. No draw is longer than a minute.
  [[nodiscard]] static std::optional<Latency> parse(std::string_view text);
  // The draw that belongs to `key`.
  std::chrono::microseconds draw(std::uint64_t key) const;

 private:
  enum class Shape { kConstant, kUniform, kLognormal, kPareto };
  Shape shape_ = Shape::kConstant;
  double first_ = 0;   // microseconds: the constant, the least, the median
  double second_ = 0;  // microseconds: the most; or sigma, alpha
};

}  // namespace crawler
