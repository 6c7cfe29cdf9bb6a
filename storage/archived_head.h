// The heads of a request and its response, as a web archive keeps them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace storage {

// A response's head made to fit the body that weft keeps, which is decoded and in one piece.
// Content-Encoding, Transfer-Encoding and a Content-Length that is not `body_bytes` are kept under
// another name, "X-Crawler-Content-Encoding" and so on, as Common Crawl does, and then a right
// Content-Length is added; a field that fits stays as it was sent. HTTP/2 and 3 have no status line
// of their own: libcurl's becomes HTTP/1.1's. Lines end in CRLF, and the head in one empty line.
std::string archived_head(std::string_view head, std::uint64_t body_bytes);

// The request that a crawl's options make of a URL, as libcurl words it. Fields that --header added
// are not in it: a crawl's file holds no secrets. "" for a field leaves it out.
std::string request_head(std::string_view url, std::string_view user_agent,
                         std::string_view accept_encoding);

}  // namespace storage
