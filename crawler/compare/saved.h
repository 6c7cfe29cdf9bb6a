// A comparison as JSON: what `weft compare --save` writes and --against reads.
#pragma once

#include <string>

#include "crawler/compare/result.h"

namespace crawler {

// Without `found` of each measurement, which is as large as the crawl.
std::string to_json(const Comparison& comparison);

// Throws std::runtime_error where `text` is not what to_json writes.
Comparison comparison_from(const std::string& text);

}  // namespace crawler
