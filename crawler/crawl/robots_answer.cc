#include "crawler/crawl/robots_answer.h"

#include <utility>

namespace crawler {
namespace {

std::string_view body_of(const FetchResult& result) {
  return result.body ? std::string_view(*result.body) : std::string_view();
}

}  // namespace

RobotsAccess robots_access_of(const FetchResult& result, std::string_view user_agent) {
  return {{result.error, result.error_detail, result.status, body_of(result)}, user_agent};
}

storage::RobotsUpdate robots_update_of(OriginId origin, const FetchResult& result,
                                       std::vector<storage::RobotsRedirect> redirects) {
  storage::RobotsUpdate update;
  update.origin = origin;
  update.fetched_at = result.started_at;
  update.redirects = std::move(redirects);
  if (result.error != storage::Reason::kNone) {
    update.error = storage::to_string(result.error);
    return update;
  }
  update.status = result.status;
  if (result.status >= 200 && result.status < 300)
    update.body = body_of(result).substr(0, parser::kMaxRobotsBytes);
  return update;
}

}  // namespace crawler
