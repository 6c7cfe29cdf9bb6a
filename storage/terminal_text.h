// What text is to a terminal: how many columns it takes, and which characters could steer it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storage {

// Stands where text was cut.
inline constexpr std::string_view kElided = "…";

// Controls of both sets (tabs and line ends among them), line separators, and the marks that turn
// the direction of writing.
bool is_unprintable(char32_t value);

// Columns: two for East Asian wide characters and emoji, none for what combines.
std::size_t display_width(std::string_view text);

// Appends `text`, cut to `width` columns with a sign that it was cut; answers how many it took.
std::size_t append_fitted(std::string& line, std::string_view text, std::size_t width);

}  // namespace storage
