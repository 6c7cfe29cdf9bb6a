// Reads a page by its tokens alone, without a tree: for the page on which gumbo crashes, takes too
// long, or needs too much memory. Title, directives, links, anchor text and text are those of the
// tree, but for what only a tree says: which elements are hidden, and where an element ends whose
// end tag is missing. A character reference that is rare, or lacks its semicolon, stays as written.
//
// Time is linear in the page. Memory is that of the page's text and of the attributes that are
// kept. Nothing recurses.
#pragma once

#include <string_view>

#include "parser/arena.h"
#include "parser/html.h"

namespace parser {

// Reads `utf8`, which outlives the use of `page`, into `page`, which is cleared first; what is
// copied goes into `arena`. `elements` is the number of start tags.
void read_tokens(std::string_view utf8, Arena& arena, HtmlPage& page);

}  // namespace parser
