// A few lines of a page's text around the words that a full-text query found in it. In place of
// FTS5's snippet(), which takes text for what was indexed; in scripts without spaces it is not (see
// unspaced.h).
#pragma once

#include "storage/database.h"

namespace storage {

// Marks that stand before and behind what was found, and nowhere else in a snippet.
inline constexpr char kSnippetOpen = '\x02';
inline constexpr char kSnippetClose = '\x03';

// Makes weft_snippet(page_text) known to statements with page_text MATCH: some 32 words of the text
// (the column 1), or twice as many letters of a script without spaces, where most of the query's
// phrases are; '…' where it was cut. Once a connection. Throws Error.
void add_snippet_function(const Database& db);

}  // namespace storage
