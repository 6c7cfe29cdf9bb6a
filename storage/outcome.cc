#include "storage/outcome.h"

#include <algorithm>

namespace storage {

std::string_view to_string(State state) {
  switch (state) {
    case State::kQueued:
      return "queued";
    case State::kDone:
      return "done";
    case State::kSkipped:
      return "skipped";
    case State::kFailed:
      return "failed";
  }
  return "";
}

std::optional<State> state_from(std::string_view word) {
  const auto* const found = std::find_if(kStates.begin(), kStates.end(),
                                         [word](State state) { return to_string(state) == word; });
  return found == kStates.end() ? std::nullopt : std::optional(*found);
}

std::optional<Reason> reason_from(std::string_view word) {
  const auto* const found =
      std::find_if(kReasons.begin(), kReasons.end(),
                   [word](const ReasonInfo& reason) { return reason.word == word; });
  return found == kReasons.end() ? std::nullopt : std::optional(found->reason);
}

}  // namespace storage
