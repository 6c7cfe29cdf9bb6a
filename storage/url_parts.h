// The parts of a URL that is already normalized, for names and keys made from it. Views into the
// URL; anything else is split all the same, and nothing is decoded.
#pragma once

#include <string_view>

namespace storage {

//   https :// example.com : 8443 /a/b.html ? x=1
//   scheme    host          port path        query
struct UrlParts {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;       // "" for the scheme's own
  std::string_view authority;  // host[:port]
  std::string_view path;       // from its '/' on; "" where there is none
  std::string_view query;      // without its '?'
};

UrlParts parts_of(std::string_view url);

}  // namespace storage
