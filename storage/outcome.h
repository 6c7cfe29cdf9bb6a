// What became of a URL: a state and a reason, in closed lists whose words are the same in rows,
// logs, messages, options and tests.
//
// WEFT_REASONS is the only list of reasons: the enum, its words, states and meanings, the report
// `reasons`, the words of --fail-on and their completion all come from it. A new reason is a line
// here, the code that gives it, and the man page.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace storage {

enum class State : std::uint8_t { kQueued, kDone, kSkipped, kFailed };
inline constexpr std::array kStates{State::kQueued, State::kDone, State::kSkipped, State::kFailed};
std::string_view to_string(State state);  // "queued", "done", "skipped", "failed"

// Of each reason: the enumerator, the word, the state of a URL that has it, the meaning for users.
// A skipped URL was never requested; a failed one was, or its host was, without a usable result.
#define WEFT_REASONS(X)                                                                           \
  X(kNone, "", kQueued, "waiting for its turn")                                                   \
  X(kOverBudget, "over_budget", kQueued, "--max-pages was reached; a larger one goes on")         \
  X(kFetched, "fetched", kDone, "a response with a 2xx status, or another that is not an error")  \
  X(kRedirect, "redirect", kDone, "a 3xx response; its target is a URL of its own")               \
  X(kOutOfScope, "out_of_scope", kSkipped, "outside --scope")                                     \
  X(kExcluded, "excluded", kSkipped, "matches --exclude")                                         \
  X(kNotIncluded, "not_included", kSkipped, "does not match --include")                           \
  X(kTooDeep, "too_deep", kSkipped, "more links from a seed than --depth")                        \
  X(kRobotsDisallowed, "robots_disallowed", kSkipped, "a rule of robots.txt disallows it")        \
  X(kRobotsUnreachable, "robots_unreachable", kSkipped,                                           \
    "robots.txt was unavailable, so all is disallowed (RFC 9309 section 2.3.1.4)")                \
  X(kHttpError, "http_error", kFailed, "a response with a 4xx or 5xx status")                     \
  X(kBadRedirect, "bad_redirect", kFailed, "a 3xx response whose Location is not an http(s) URL") \
  X(kTooManyRedirects, "too_many_redirects", kFailed, "one redirect too many led here")           \
  X(kNameNotResolved, "name_not_resolved", kFailed, "no address for the host name")               \
  X(kConnectFailed, "connect_failed", kFailed, "connection refused, or host unreachable")         \
  X(kConnectTimeout, "connect_timeout", kFailed, "no connection within --connect-timeout")        \
  X(kTlsFailed, "tls_failed", kFailed, "no common protocol or cipher, or a broken handshake")     \
  X(kBadCertificate, "bad_certificate", kFailed,                                                  \
    "certificate expired, of an unknown issuer, or for another name")                             \
  X(kFirstByteTimeout, "first_byte_timeout", kFailed,                                             \
    "connected, but no byte of a response within --first-byte-timeout")                           \
  X(kTotalTimeout, "total_timeout", kFailed, "not complete within --timeout")                     \
  X(kStalled, "stalled", kFailed, "no byte for too long")                                         \
  X(kConnectionLost, "connection_lost", kFailed, "connection closed before the header was whole") \
  X(kTruncated, "truncated", kFailed, "connection closed before the body was whole")              \
  X(kBadResponse, "bad_response", kFailed, "not HTTP, or malformed HTTP")                         \
  X(kBadEncoding, "bad_encoding", kFailed, "a Content-Encoding that does not decode")             \
  X(kBodyTooLarge, "body_too_large", kFailed, "a body larger than --max-body")                    \
  X(kHeadersTooLarge, "headers_too_large", kFailed, "header fields larger than weft reads")       \
  X(kProxyFailed, "proxy_failed", kFailed, "the proxy failed or refused")                         \
  X(kParseFailed, "parse_failed", kFailed,                                                        \
    "the parser ended without a result; detail: timeout, crashed, out_of_memory or bad_reply")

enum class Reason : std::uint8_t {
#define WEFT_ENUMERATOR(enumerator, word, state, meaning) enumerator,
  WEFT_REASONS(WEFT_ENUMERATOR)
#undef WEFT_ENUMERATOR
};

struct ReasonInfo {
  Reason reason;
  std::string_view word;  // "" for kNone, else snake case
  State state;
  std::string_view meaning;
};
// In the order of the enum.
inline constexpr std::array kReasons{
#define WEFT_INFO(enumerator, word, state, meaning) \
  ReasonInfo{Reason::enumerator, word, State::state, meaning},
    WEFT_REASONS(WEFT_INFO)
#undef WEFT_INFO
};

constexpr const ReasonInfo& info(Reason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}
constexpr std::string_view to_string(Reason reason) { return info(reason).word; }
constexpr State state_of(Reason reason) { return info(reason).state; }

[[nodiscard]] std::optional<State> state_from(std::string_view word);
[[nodiscard]] std::optional<Reason> reason_from(std::string_view word);

}  // namespace storage
