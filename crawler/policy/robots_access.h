// What the answer to a request for robots.txt means for its origin (RFC 9309 section 2.3.1): which
// URLs may be requested, how often, and which sitemaps it names.
//
// A pure value, asked by the crawl for each page and by `weft why` afterwards.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/robots_txt.h"
#include "storage/outcome.h"

namespace crawler {

struct RobotsAnswer {
  storage::Reason error = storage::Reason::kNone;  // kNone: a response was received
  std::string_view error_detail;
  int status = 0;         // HTTP status of the response
  std::string_view body;  // of the response, decoded
};

class RobotsAccess {
 public:
  // Nothing is known yet: everything is allowed.
  RobotsAccess() = default;
  // `user_agent` as it is sent; its product token is what groups are looked up by.
  RobotsAccess(const RobotsAnswer& answer, std::string_view user_agent);

  // How a URL ends that may not be requested; reason kNone if it may be.
  struct Decision {
    storage::State state = storage::State::kQueued;
    storage::Reason reason = storage::Reason::kNone;
    std::string detail;
  };
  // `url`: normalized, of this origin.
  Decision check(std::string_view url) const;

  // False: robots.txt could not be had, so nothing may be requested.
  bool reachable() const { return unreachable_ == storage::Reason::kNone; }
  // What its Sitemap lines say, as written; they hold for every crawler.
  const std::vector<std::string>& sitemaps() const;
  // Asked for by the origin; 0 where it is not.
  std::chrono::milliseconds crawl_delay() const;

 private:
  storage::Reason unreachable_ = storage::Reason::kNone;
  std::string detail_;
  std::optional<parser::RobotsTxt> rules_;
};

}  // namespace crawler
