// What a response means for the crawl, and what its body is parsed as: pure decisions, tested
// without a socket or a clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/fetch/fetcher.h"
#include "parser/document.h"
#include "storage/outcome.h"

namespace crawler {

// Hops that a chain of redirects may have: what the Fetch Standard and browsers allow.
inline constexpr unsigned kMaxRedirects = 20;
// First pause before a second try; doubles with each further one.
inline constexpr std::chrono::milliseconds kFirstPause{1000};
// Longest pause that a host's Retry-After is granted: a crawl does not wait a day for one host.
inline constexpr std::chrono::milliseconds kLongestPause{300'000};
// Bodies that are not parsed get their digest on the engine's thread up to this size, in bytes:
// that takes 0.05 ms, about as much as sending them to a worker. Longer ones go to a worker as
// kOpaque.
inline constexpr std::size_t kMaxDigestedHere = 64u << 10;

struct Verdict {
  enum class Action : std::uint8_t {
    kFinish,    // the URL ends here, with `state` and `reason`
    kRedirect,  // ... and `target` is to be added
    kRetry,     // the URL does not end here: it is to be asked for again after `pause`
  };
  Action action = Action::kFinish;
  // What a worker is to parse the body as before the URL ends. None: the body is not parsed, and
  // short enough to be digested on the engine's thread.
  std::optional<parser::DocumentKind> document{};
  storage::State state = storage::State::kDone;
  storage::Reason reason = storage::Reason::kFetched;
  std::string detail;
  std::string target;                  // normalized URL of a redirect
  std::chrono::milliseconds pause{0};  // during which the whole host is to be left alone
  bool asked_to_pause = false;         // by the host itself: the pause outlives this run
};

// `attempts`: how often a URL may be asked for in all, this time included. 429, 503 and failures
// that may pass (a timeout, a lost connection) are tried again and pause the host: Retry-After
// where it is sent (RFC 9110 section 10.2.3), else kFirstPause, doubled for each attempt.
//
// A response to the request for a sitemap is parsed as one, whatever its type; any other by
// is_html().
Verdict judge(const FetchResult& result, unsigned attempts);

// The pause that a Retry-After field asks for, in seconds or as a date, at most kLongestPause; 0
// where it is absent or cannot be read.
std::chrono::milliseconds retry_after(const std::string& field, storage::WallTime now);

// Whether a body is to be parsed as HTML: by its Content-Type, or where it has none by how it
// begins.
[[nodiscard]] bool is_html(std::string_view content_type, std::string_view body);

}  // namespace crawler
