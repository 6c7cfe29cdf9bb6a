// The host of an http or https URL: the "host parser" and "host serializer" of the WHATWG URL
// Standard (https://url.spec.whatwg.org/#host-parsing). Called by parser/url.cc alone, on any
// thread; bytes may be hostile. Takes a domain, an IPv4 address in any spelling, or an IPv6 address
// in brackets. Cost: linear in the input, but for names in other scripts than ASCII, which are
// bounded by kMaxIdnBytes.
#pragma once

#include <string>
#include <string_view>

#include "parser/url.h"

namespace parser {

// Longest name that is given to UTS 46, in bytes of UTF-8. Punycode takes quadratic time, and the
// longest names that DNS can carry (four labels of 59 code points, 4 bytes each) stay below.
inline constexpr std::size_t kMaxIdnBytes = 1024;

// Appends the host to `out`: lower-case ASCII, IPv6 in its brackets. `input` is what stands between
// the "//" (or the '@') and the port. On an error `out` is left with anything behind its old end.
[[nodiscard]] UrlError append_host(std::string_view input, std::string& out);

}  // namespace parser
