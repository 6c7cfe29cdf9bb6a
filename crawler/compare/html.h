// A comparison as one HTML file that needs nothing else: charts, each with its table, the machine,
// and the command that repeats it. Readable without colour, in dark and in light, and without
// scripts: it holds none.
#pragma once

#include <string>

#include "crawler/compare/result.h"

namespace crawler {

std::string to_html(const Comparison& comparison, const Findings& findings);

}  // namespace crawler
