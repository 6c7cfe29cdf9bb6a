// SURT (Sort-friendly URI Reordering Transform): the key under which web archives file a URL, so
// that the pages of a host and of its subdomains are sorted together: "com,example)/a?x=1&y=2".
#pragma once

#include <string>
#include <string_view>

namespace storage {

// The key of a normalized http(s) URL, by the rules that archives' indexes share: scheme, "www."
// and a slash at the path's end are dropped, all is lower case, and the query's arguments are
// sorted. Session numbers in a query stay.
std::string surt(std::string_view url);

}  // namespace storage
