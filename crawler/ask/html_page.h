// What the pages that weft writes have in common: one file that needs nothing else, without
// scripts, readable in dark and in light, without colour, in a narrow window and on paper. A page
// is html_begin(), its own markup, html_end(). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crawler {

// Escapes markup, and replaces what printable() of storage/terminal_text.h replaces.
std::string escape_html(std::string_view text);

// From the doctype to the body's start; `style` is CSS of the page's own.
std::string html_begin(std::string_view title, std::string_view style = {});
std::string html_end();

// A row of a table: <tr>, and each cell as `tag` ("td", "th") or as text that no longer counts.
std::string html_row(const std::vector<std::string>& cells, const char* tag, bool struck = false);

}  // namespace crawler
