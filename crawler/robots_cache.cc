#include "crawler/robots_cache.h"

#include <utility>

#include "parser/url.h"

namespace crawler {
namespace {

using storage::Reason;
using storage::State;

}  // namespace

RobotsCache::RobotsCache(std::string_view user_agent) : agent_(user_agent) {}

RobotsCache::Access RobotsCache::check(HostId host, std::string_view url) const {
  if (host >= hosts_.size()) return {};
  const Host& known = hosts_[host];
  if (known.unreachable == Reason::kRobotsUnreachable)
    return {State::kSkipped, known.unreachable, known.detail};
  if (known.unreachable != Reason::kNone) return {State::kFailed, known.unreachable, known.detail};
  if (!known.rules) return {};
  parser::Url parsed;
  parsed.parse(url);
  const parser::RobotsDecision decision = known.rules->decide(parsed.target());
  if (decision.allowed) return {};
  return {State::kSkipped, Reason::kRobotsDisallowed,
          "line " + std::to_string(decision.line) + ": " + std::string(decision.rule)};
}

storage::HostUpdate RobotsCache::store(HostId host, const FetchResult& result) {
  if (host >= hosts_.size()) hosts_.resize(host + 1);
  Host& known = hosts_[host];
  known = {};
  storage::HostUpdate update;
  update.id = host;
  update.robots_fetched_at = result.started_at;
  if (result.error == Reason::kBodyTooLarge) {
    // A file of such a size is no robots.txt, and without one all is allowed.
    update.robots_error = storage::to_string(result.error);
  } else if (result.error != Reason::kNone) {
    known.unreachable = result.error;
    known.detail = "robots.txt: " + result.error_detail;
    update.robots_error = storage::to_string(result.error);
  } else {
    update.robots_status = result.status;
    // RFC 9309 section 2.3.1: 2xx is read; 4xx and too many redirects mean that there is none; 5xx
    // means that all is disallowed. 429 is a 4xx that asks to be left alone, so it counts as a 5xx.
    if (result.status >= 200 && result.status < 300) {
      known.rules.emplace(*result.body, agent_);
      update.robots_body = result.body->substr(0, parser::kMaxRobotsBytes);
    } else if (result.status >= 500 || result.status == 429) {
      known.unreachable = Reason::kRobotsUnreachable;
      known.detail = "robots.txt: status " + std::to_string(result.status);
    }
  }
  return update;
}

bool RobotsCache::reachable(HostId host) const {
  return host < hosts_.size() && hosts_[host].unreachable == Reason::kNone;
}

const std::vector<std::string>& RobotsCache::sitemaps(HostId host) const {
  static const std::vector<std::string> none;
  return host < hosts_.size() && hosts_[host].rules ? hosts_[host].rules->sitemaps() : none;
}

std::chrono::milliseconds RobotsCache::crawl_delay(HostId host) const {
  if (host >= hosts_.size() || !hosts_[host].rules) return {};
  return hosts_[host].rules->crawl_delay();
}

}  // namespace crawler
