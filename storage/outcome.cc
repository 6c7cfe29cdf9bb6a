#include "storage/outcome.h"

#include <array>
#include <cstddef>

namespace storage {
namespace {

constexpr std::array<std::string_view, 4> kStates{"queued", "done", "skipped", "failed"};

// In the order of the enum.
constexpr std::array<std::string_view, 29> kReasons{"",
                                                    "fetched",
                                                    "redirect",
                                                    "out_of_scope",
                                                    "excluded",
                                                    "not_included",
                                                    "too_deep",
                                                    "over_budget",
                                                    "robots_disallowed",
                                                    "robots_unreachable",
                                                    "http_error",
                                                    "bad_redirect",
                                                    "too_many_redirects",
                                                    "name_not_resolved",
                                                    "connect_failed",
                                                    "connect_timeout",
                                                    "tls_failed",
                                                    "bad_certificate",
                                                    "first_byte_timeout",
                                                    "total_timeout",
                                                    "stalled",
                                                    "connection_lost",
                                                    "truncated",
                                                    "bad_response",
                                                    "bad_encoding",
                                                    "body_too_large",
                                                    "headers_too_large",
                                                    "proxy_failed",
                                                    "parse_failed"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& words, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i)
    if (words[i] == word) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_string(State state) { return kStates.at(static_cast<std::size_t>(state)); }
std::string_view to_string(Reason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }
std::optional<State> state_from(std::string_view word) { return find<State>(kStates, word); }
std::optional<Reason> reason_from(std::string_view word) { return find<Reason>(kReasons, word); }

}  // namespace storage
