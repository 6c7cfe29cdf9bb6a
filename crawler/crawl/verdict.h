// What an answer means for the crawl: pure decisions, tested without a socket or a clock.
#pragma once

#include <chrono>
#include <string>

#include "crawler/fetch/fetcher.h"
#include "storage/outcome.h"

namespace crawler {

// Hops that a chain of redirects may have: what the Fetch Standard and browsers allow.
inline constexpr unsigned kMaxRedirects = 20;
// First pause before a second try; doubles with each further one.
inline constexpr std::chrono::milliseconds kFirstPause{1000};
// Longest pause that a host's Retry-After is granted: a crawl does not wait a day for one host.
inline constexpr std::chrono::milliseconds kLongestPause{300'000};

struct Verdict {
  enum class Action : std::uint8_t {
    kSettle,    // the URL ends here, with `state` and `reason`
    kParse,     // ... once its HTML is parsed
    kRedirect,  // ... and `target` is to be added
    kRetry,     // not settled: to be asked again after `pause`
  };
  Action action = Action::kSettle;
  storage::State state = storage::State::kDone;
  storage::Reason reason = storage::Reason::kFetched;
  std::string detail;
  std::string target;                  // normalized URL of a redirect
  std::chrono::milliseconds pause{0};  // that the whole host is to be left alone
  bool asked_to_pause = false;         // by the host itself: that outlives this run
};

// `attempts`: how often a URL may be asked for in all, this time included. 429, 503 and failures
// that may pass (a timeout, a lost connection) are tried again and pause the host: Retry-After
// where it is sent (RFC 9110 section 10.2.3), else kFirstPause, doubled for each attempt.
Verdict judge(const FetchResult& result, unsigned attempts);

// The pause that a Retry-After field asks for, in seconds or as a date, at most kLongestPause; 0
// where it is absent or cannot be read.
std::chrono::milliseconds retry_after(const std::string& field, storage::WallTime now);

// Whether a body is to be parsed as HTML, by its Content-Type, or by how it begins where it has
// none.
bool is_html(std::string_view content_type, std::string_view body);

}  // namespace crawler
