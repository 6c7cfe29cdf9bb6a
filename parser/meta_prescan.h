// The encoding that a page declares of itself, found before it is decoded: "prescan a byte stream
// to determine its encoding" of the HTML Standard
// (https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding).
#pragma once

#include <cstddef>
#include <string_view>

#include "parser/encoding_labels.h"

namespace parser {

// How far into a page the declaration is looked for, in bytes: the standard's number.
inline constexpr std::size_t kPrescanBytes = 1024;

// The encoding named by the first usable <meta charset> or <meta http-equiv=content-type> in the
// first kPrescanBytes of `body`; null where there is none.
const Encoding* prescan_encoding(std::string_view body);

// The label after "charset=" in `value`, the content of such a meta element or a Content-Type
// header; empty where there is none.
std::string_view charset_parameter(std::string_view value);

}  // namespace parser
