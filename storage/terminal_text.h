// Text on a terminal: text made harmless for it, and how many columns it takes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storage {

// Marks where text was cut.
inline constexpr std::string_view kElided = "…";

// `text` fit for a terminal: whitespace collapsed; control characters (and with them every escape
// sequence), characters that turn the direction of writing, and bytes that are not UTF-8 replaced
// by U+FFFD.
std::string printable(std::string_view text);
// Without the same characters, but with whitespace and bytes that are not UTF-8 as they are.
std::string without_controls(std::string_view text);

// Controls of both sets (tabs and line ends among them), line separators, and the marks that turn
// the direction of writing.
[[nodiscard]] bool is_unprintable(char32_t value);

// Columns: two for East Asian wide characters and emoji, none for what combines.
std::size_t display_width(std::string_view text);

// Appends `text`, cut to `width` columns with a sign that it was cut; returns how many it took.
std::size_t append_fitted(std::string& line, std::string_view text, std::size_t width);

}  // namespace storage
