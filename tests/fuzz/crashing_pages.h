// Pages on which assertions of gumbo 0.10.1 end the process: a table, then foreign content in which
// HTML may stand, and in it a tag of the table.
#pragma once

#include <array>
#include <string_view>

namespace fuzz {

inline constexpr auto kCrashingPages = std::to_array<std::string_view>(
    {"<table><math><select><mi><select></table>", "<table><math><th><mo><select></table>",
     "<table><math><td><mtext><select></table>",
     "<table><svg><select><foreignObject><select><tbody>",
     "<table><svg><th><foreignObject><select></table>",
     "<table><math><select><mo><select><caption>",
     "<table><math><select><annotation-xml encoding=text/html><select><th>"});

}  // namespace fuzz
