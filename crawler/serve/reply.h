// What `weft serve` sends: a reply as a value, and the header fields that every one of them has.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>
#include <string_view>

#include "crawler/serve/request.h"

namespace crawler {

struct Reply {
  boost::beast::http::status status = boost::beast::http::status::ok;
  std::string_view content_type = "application/json";
  std::string body;
};

Reply from_api(ApiReply reply);

// Whether `target` is a path of the API, whose replies are JSON.
[[nodiscard]] bool is_api(std::string_view target);

// `why`, as JSON where `target` is a path of the API, else as text.
Reply http_error(boost::beast::http::status status, const std::string& why,
                 std::string_view target = {});

// In HTTP/1.1, with the header fields that keep a browser from following untrusted texts (Content
// Security Policy and others). `head`: without the body (HEAD).
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;
HttpResponse to_http(Reply reply, bool head, bool keep_alive);

}  // namespace crawler
