// A few lines of a page's text around the words that a full-text query found in it. FTS5's
// snippet() needs the text as it was indexed, which it is not in scripts without spaces
// (segment_cjk.h).
#pragma once

#include "storage/database.h"

namespace storage {

// Marks before and after a word that was found; they occur nowhere else in a snippet.
inline constexpr char kSnippetOpen = '\x02';
inline constexpr char kSnippetClose = '\x03';

// Makes weft_snippet(page_text) known to statements with page_text MATCH: some 32 words of the text
// (the column 1), or twice as many letters of a script without spaces, where most of the query's
// phrases are; '…' where it was cut. Once a connection. Throws Error.
void add_snippet_function(const Database& db);

}  // namespace storage
