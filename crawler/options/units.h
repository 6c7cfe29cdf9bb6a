// Times and sizes as people write them: options take them with a unit ("250ms", "1.5s", "512KiB"),
// reports print them with one. What format_ writes, parse_ reads.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crawler {

// "200ms", "1.5s", "2m", "1h30m": numbers without a sign, each with its unit (us, ms, s, m, h),
// added up. "0" needs no unit. Nothing for anything else, or for more than a thousand years.
[[nodiscard]] std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

// "100" (bytes), "64B", "512KiB", "1.5MB": KB, MB, GB, TB count in thousands; KiB, MiB, GiB, TiB
// and the bare letters K, M, G, T in 1,024s; upper and lower case alike. A part of a byte is
// dropped. Nothing for anything else, or for more than 8 PiB.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

// At most two decimals: "850us", "12.5ms", "1.25s"; from two minutes on "2m03s", "1h02m03s".
std::string format_duration(std::chrono::microseconds duration);

// At most two decimals: "512B", "1.5KiB", "16MiB".
std::string format_size(std::uint64_t bytes);

}  // namespace crawler
