// The one place that knows gumbo: parses a page into a tree and walks it once, filling an HtmlPage.
//
// Neither parsing nor walking recurses, whatever the depth of the page, with one exception in gumbo
// itself: a <frameset> that replaces a <body> destroys that body's tree by recursion, 32 bytes of
// stack a level (the worker's stack is sized for it, see sandbox.cc). gumbo parses as with
// scripting off, and so does this: what stands in <noscript> is part of the page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parser/arena.h"
#include "parser/condense.h"
#include "parser/links.h"
#include "parser/page.h"
#include "parser/text.h"

namespace parser {

// What the markup says, before anything is resolved or shortened. The views end at a NUL and live
// in the arena.
struct HtmlPage {
  TextWriter title{kMaxTitleBytes};
  TextWriter text{kMaxTextBytes};
  LinkCollector links;
  std::string_view lang;
  std::string_view description;
  std::string_view canonical;
  std::string_view base;
  std::string robots;
  ParsedPage parsed;  // values that are complete once the tree is walked: they travel as they are

  void clear();
};

// Parses `utf8`, whose tree goes into `arena`, into `page`, which is cleared first. gumbo sees what
// `condenser` leaves of it, or, where that is null, all of it.
void read_html(std::string_view utf8, Condenser* condenser, Arena& arena, HtmlPage& page);

}  // namespace parser
