// The history of one URL as a crawl's file records it, without any request: where it was first
// found, which decisions were made and by which rule, what the response was, which pages link to
// it. For a URL that the crawl never saw: the decision that a crawl would make now.
//
// It asks the same Scope, RobotsAccess and RobotsTxt as the engine, with the options that the file
// keeps, so it cannot contradict the crawl.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parser/url.h"
#include "storage/database.h"

namespace crawler {

struct UrlHistory {
  // `name` is a short word ("state", "found on", "robots") that may occur more than once; `value`
  // may hold untrusted text.
  struct Field {
    std::string name;
    std::string value;
  };
  bool seen = false;
  std::vector<Field> fields;
};

// `links`: how many links to the URL are listed; the rest are counted. Throws storage::Error.
UrlHistory read_url_history(const storage::Database& db, const parser::Url& url,
                            std::uint64_t links);

}  // namespace crawler
