// The words for what became of a URL: one closed list, the same in the log, the row, the command
// line and the tests. A new one is added here, in schema.sql's comment and in the README, and
// nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace storage {

enum class State : std::uint8_t { kQueued, kDone, kSkipped, kFailed };
std::string_view to_string(State state);  // "queued", "done", "skipped", "failed"

enum class Reason : std::uint8_t {
  kNone,  // queued: its turn has not come

  // done
  kFetched,   // answered 2xx (or any status that is neither below)
  kRedirect,  // answered 3xx with a Location; that URL has a row of its own

  // skipped: never requested
  kOutOfScope,         // --scope
  kExcluded,           // --exclude matched
  kNotIncluded,        // --include did not match
  kTooDeep,            // --depth
  kOverBudget,         // --max-pages was reached; stays queued, a larger budget goes on
  kRobotsDisallowed,   // robots.txt has a rule against it
  kRobotsUnreachable,  // robots.txt could not be had, so all is disallowed (RFC 9309
                       // section 2.3.1.4)

  // failed: requested, and nothing usable came of it
  kHttpError,         // answered 4xx or 5xx
  kBadRedirect,       // answered 3xx with a Location that is no http(s) URL
  kTooManyRedirects,  // answered 3xx, one redirect too many after those that led here
  kNameNotResolved,
  kConnectFailed,  // refused or unreachable
  kConnectTimeout,
  kTlsFailed,         // no common protocol or cipher, a broken handshake
  kBadCertificate,    // expired, unknown issuer, another name
  kFirstByteTimeout,  // connected, then no answer
  kTotalTimeout,      // --timeout
  kStalled,           // too slow for too long
  kConnectionLost,    // closed before a whole header had come
  kTruncated,         // closed before the whole body had come
  kBadResponse,       // not HTTP, or HTTP that breaks its own rules
  kBadEncoding,       // Content-Encoding that does not decode
  kBodyTooLarge,      // --max-body
  kHeadersTooLarge,
  kProxyFailed,
  kParseFailed,  // detail: timeout, crashed, out_of_memory or bad_reply
};
std::string_view to_string(Reason reason);  // "" for kNone, else snake case: "out_of_scope"

std::optional<State> state_from(std::string_view word);
std::optional<Reason> reason_from(std::string_view word);

}  // namespace storage
