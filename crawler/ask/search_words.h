// What `weft search` is asked, as people write it, into what the file is asked.
#pragma once

#include <string>
#include <vector>

#include "storage/text_search.h"

namespace crawler {

// Words and phrases, all of which a page must hold, and the filters site:, lang:, inurl:, intitle:,
// after: and before:. Nothing in a word is obeyed. Throws std::runtime_error for a filter's value
// that is none.
storage::TextQuery read_search(const std::vector<std::string>& words);

// An expression in FTS5's own syntax, but that letters of scripts without spaces are put as the
// file's index has them: 東京 AND rain.
storage::TextQuery read_raw_search(const std::vector<std::string>& words);

}  // namespace crawler
