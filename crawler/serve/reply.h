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

// Whether `target` is a question, answered in JSON.
bool is_api(std::string_view target);

// `why`, in the form in which an answer to `target` would have come.
Reply refused(boost::beast::http::status status, const std::string& why,
              std::string_view target = {});

// In HTTP/1.1, with the fields that forbid a browser whatever strangers' texts could ask of it.
// `head`: without the body (HEAD).
using HttpAnswer = boost::beast::http::response<boost::beast::http::string_body>;
HttpAnswer to_http(Reply reply, bool head, bool keep_alive);

}  // namespace crawler
