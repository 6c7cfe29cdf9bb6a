#include "crawler/serve/reply.h"

#include <fmt/format.h>

#include <utility>

namespace crawler {
namespace {

namespace http = boost::beast::http;

// No script, style or picture but our own, no form, no frame; see the Content Security Policy.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

Reply from_api(ApiReply reply) {
  return {static_cast<http::status>(reply.status), "application/json", std::move(reply.body)};
}

bool is_api(std::string_view target) { return target == "/api" || target.starts_with("/api/"); }

Reply http_error(http::status status, const std::string& why, std::string_view target) {
  const auto code = static_cast<unsigned>(status);
  if (is_api(target)) return from_api(ApiError(why, "", "", code).reply());
  return {status, "text/plain; charset=utf-8", fmt::format("{}: {}\n", code, why)};
}

HttpResponse to_http(Reply reply, bool head, bool keep_alive) {
  HttpResponse answer(reply.status, 11);
  answer.set(http::field::content_type, reply.content_type);
  answer.set("Content-Security-Policy", kPolicy);
  answer.set("X-Content-Type-Options", "nosniff");
  answer.set("Referrer-Policy", "no-referrer");
  answer.set("Cross-Origin-Resource-Policy", "same-origin");
  answer.set(http::field::cache_control, "no-store");
  if (reply.status == http::status::method_not_allowed) answer.set(http::field::allow, "GET, HEAD");
  answer.keep_alive(keep_alive);
  answer.content_length(reply.body.size());
  if (!head) answer.body() = std::move(reply.body);
  return answer;
}

}  // namespace crawler
