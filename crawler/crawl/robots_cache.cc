#include "crawler/crawl/robots_cache.h"

namespace crawler {

using storage::Reason;

const RobotsAccess& RobotsCache::of(HostId host) const {
  static const RobotsAccess unknown;
  return host < hosts_.size() ? hosts_[host] : unknown;
}

storage::HostUpdate RobotsCache::store(HostId host, const FetchResult& result) {
  if (host >= hosts_.size()) hosts_.resize(host + std::size_t{1});
  const std::string_view body = result.body ? std::string_view(*result.body) : std::string_view();
  hosts_[host] = RobotsAccess({result.error, result.error_detail, result.status, body}, agent_);
  storage::HostUpdate update;
  update.id = host;
  update.robots_fetched_at = result.started_at;
  if (result.error != Reason::kNone) {
    update.robots_error = storage::to_string(result.error);
    return update;
  }
  update.robots_status = result.status;
  if (result.status >= 200 && result.status < 300)
    update.robots_body = body.substr(0, parser::kMaxRobotsBytes);
  return update;
}

}  // namespace crawler
