#include "crawler/policy/robots_access.h"

#include "parser/url.h"

namespace crawler {

using storage::Reason;
using storage::State;

RobotsAccess::RobotsAccess(const RobotsAnswer& answer, std::string_view user_agent) {
  // A file of such a size is no robots.txt, and without one all is allowed.
  if (answer.error == Reason::kBodyTooLarge) return;
  if (answer.error != Reason::kNone) {
    unreachable_ = answer.error;
    detail_ = "robots.txt: " + std::string(answer.error_detail);
    return;
  }
  // 2xx is read; 4xx and too many redirects mean that there is none; 5xx means that all is
  // disallowed. 429 is a 4xx that asks to be left alone, so it counts as a 5xx.
  if (answer.status >= 200 && answer.status < 300) {
    rules_.emplace(answer.body, user_agent);
  } else if (answer.status >= 500 || answer.status == 429) {
    unreachable_ = Reason::kRobotsUnreachable;
    detail_ = "robots.txt: status " + std::to_string(answer.status);
  }
}

RobotsAccess::Decision RobotsAccess::check(std::string_view url) const {
  if (unreachable_ == Reason::kRobotsUnreachable) return {State::kSkipped, unreachable_, detail_};
  // Nothing answers there at all, so the origin's pages end with the same word, unasked.
  if (unreachable_ != Reason::kNone) return {State::kFailed, unreachable_, detail_};
  if (!rules_) return {};
  const auto parsed = parser::Url::of_normalized(url);
  const parser::RobotsDecision decision = rules_->decide(parsed.target());
  if (decision.allowed) return {};
  return {State::kSkipped, Reason::kRobotsDisallowed,
          "line " + std::to_string(decision.line) + ": " + std::string(decision.rule)};
}

const std::vector<std::string>& RobotsAccess::sitemaps() const {
  static const std::vector<std::string> none;
  return rules_ ? rules_->sitemaps() : none;
}

std::chrono::milliseconds RobotsAccess::crawl_delay() const {
  return rules_ ? rules_->crawl_delay() : std::chrono::milliseconds{0};
}

}  // namespace crawler
