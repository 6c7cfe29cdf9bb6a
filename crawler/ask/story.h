// The story of one URL as a crawl's file tells it, without a request: where it was first found,
// which decisions it met and by which rule, what was answered, who links to it. For a URL that the
// crawl never saw: the decision that it would meet now.
//
// It asks the same Scope, RobotsCache and RobotsTxt as the engine, with the options that the file
// holds on to, so that it cannot tell another story than the crawl.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parser/url.h"
#include "storage/database.h"

namespace crawler {

// Named by a short word ("state", "found on", "robots"); some stand there more than once. Values
// may be strangers' text.
struct Fact {
  std::string name;
  std::string value;
};

struct Story {
  bool seen = false;
  std::vector<Fact> facts;
};

// `links`: how many of the pages that link to it are named. Throws storage::Error.
Story tell_story(const storage::Database& db, const parser::Url& url, std::uint64_t links);

}  // namespace crawler
