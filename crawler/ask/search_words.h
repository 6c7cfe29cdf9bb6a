// Turns the words of `weft search` into a query on the file.
#pragma once

#include <string>
#include <vector>

#include "storage/text_search.h"

namespace crawler {

// Words and phrases, all of which a page must hold, and the filters site:, lang:, inurl:, intitle:,
// after: and before:. FTS5's syntax in a word is searched for literally. Throws std::runtime_error
// for a bad value of a filter.
storage::TextQuery read_search(const std::vector<std::string>& words);

// An expression in FTS5's own syntax, but that letters of scripts without spaces are put as the
// file's index has them: 東京 AND rain.
storage::TextQuery read_raw_search(const std::vector<std::string>& words);

}  // namespace crawler
