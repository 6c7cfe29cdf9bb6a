#include "crawler/ask/html_page.h"

#include <fmt/format.h>

#include "storage/escape.h"
#include "storage/table.h"

namespace crawler {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --faint: #5b6470; --rule: #d9dee4;
  --s0: #0b57a4; --s1: #b3430e; --s2: #1f7a3d; --s3: #7a3aa0; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --ink: #e8ebee; --faint: #a3acb7; --rule: #343b44;
    --s0: #6cb2ff; --s1: #ff9d5c; --s2: #6fd08c; --s3: #cf9bf0; } }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  max-width: 820px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .3rem; }
p { margin: .4rem 0; } .faint { color: var(--faint); }
figure { margin: .5rem 0; overflow-x: auto; } svg { max-width: 100%; height: auto; }
svg text { font-size: 13px; fill: var(--ink); }
.rule { stroke: var(--rule); } .axis { stroke: var(--ink); }
.whisker { stroke: var(--ink); stroke-width: 1.5; }
.curve { fill: none; stroke-width: 2; }
.line0 { stroke: var(--s0); } .line1 { stroke: var(--s1); } .line2 { stroke: var(--s2); }
.line3 { stroke: var(--s3); }
.fill0 { fill: var(--s0); } .fill1 { fill: var(--s1); } .fill2 { fill: var(--s2); }
.fill3 { fill: var(--s3); }
.pair { display: flex; flex-wrap: wrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; margin: .5rem 0; }
th, td { padding: .2rem .7rem .2rem 0; text-align: right; border-bottom: 1px solid var(--rule);
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
code { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--faint); }
@media print { body { max-width: none; margin: 0; } .scroll, figure { overflow: visible; }
  figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
)css";

}  // namespace

std::string escape_html(std::string_view text) {
  return storage::xml_text(storage::printable(text));
}

std::string html_begin(std::string_view title, std::string_view style) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>{}{}</style>\n</head>\n"
      "<body>\n",
      escape_html(title), kStyle, style);
}

std::string html_end() { return "</body>\n</html>\n"; }

std::string html_row(const std::vector<std::string>& cells, const char* tag, bool struck) {
  std::string out = "<tr>";
  for (const std::string& cell : cells) {
    const std::string text = escape_html(cell);
    out += fmt::format("<{0}>{1}</{0}>", tag, struck ? "<s>" + text + "</s>" : text);
  }
  return out + "</tr>\n";
}

}  // namespace crawler
