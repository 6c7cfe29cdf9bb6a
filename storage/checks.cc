#include "storage/checks.h"

#include "parser/ascii.h"
#include "storage/outcome.h"

namespace storage {
namespace {

// Each returns url, status, reason, detail, found_on.
constexpr std::string_view kBrokenLinks =
    "SELECT to_url, status, reason, detail, from_url FROM broken_links "
    "ORDER BY to_url, from_url";
constexpr std::string_view kErrors =
    "SELECT url, status, reason, detail, found_on FROM failures ORDER BY url";
constexpr std::string_view kByStatus =
    "SELECT u.url, p.status, u.reason, u.detail, f.url FROM pages p JOIN urls u ON u.id = p.url_id "
    "LEFT JOIN urls f ON f.id = u.found_on WHERE p.status BETWEEN ?1 AND ?2 ORDER BY u.url";
constexpr std::string_view kByReason =
    "SELECT u.url, p.status, u.reason, u.detail, f.url FROM urls u "
    "LEFT JOIN pages p ON p.url_id = u.id LEFT JOIN urls f ON f.id = u.found_on "
    "WHERE u.reason = ?1 ORDER BY u.url";

bool is_fault(State state) { return state == State::kSkipped || state == State::kFailed; }

}  // namespace

std::vector<std::string> check_words() {
  std::vector<std::string> words{"broken-links", "errors", "4xx", "5xx"};
  for (const ReasonInfo& reason : kReasons)
    if (is_fault(reason.state)) words.emplace_back(reason.word);
  return words;
}

std::optional<Check> check_from(std::string_view word) {
  Check check{std::string(word), {}};
  if (word == "broken-links") {
    check.sql = kBrokenLinks;
  } else if (word == "errors") {
    check.sql = kErrors;
  } else if (word.size() == 3 && word[0] >= '1' && word[0] <= '5' &&
             (word.substr(1) == "xx" || (parser::is_digit(word[1]) && parser::is_digit(word[2])))) {
    check.sql = kByStatus;
    const bool all = word[1] == 'x';
    const auto digit = [word](std::size_t at) { return std::int64_t{word[at] - '0'}; };
    check.low = digit(0) * 100;
    if (!all) check.low += digit(1) * 10 + digit(2);
    check.high = check.low + (all ? 99 : 0);
  } else if (const auto reason = reason_from(word); reason && is_fault(state_of(*reason))) {
    check.sql = kByReason;
  } else {
    return std::nullopt;
  }
  return check;
}

std::uint64_t find_faults(const Database& db, const Check& check,
                          const std::function<void(const Fault&)>& visit) {
  Statement statement(db, check.sql);
  const std::size_t parameters = statement.parameter_names().size();
  if (parameters == 1) statement.bind(1, check.word);
  if (parameters == 2) statement.bind(1, check.low).bind(2, check.high);
  std::uint64_t count = 0;
  for (; statement.step(); ++count) {
    const std::string status(statement.column_text(1));
    std::string what(statement.column_text(2));
    if (what == "http_error" && !status.empty()) what.clear();
    if (!status.empty()) what.append(what.empty() ? "" : " ").append(status);
    if (const std::string_view detail = statement.column_text(3);
        !detail.empty() && detail != status)
      what.append(": ").append(detail);
    visit({statement.column_text(0), std::move(what), statement.column_text(4)});
  }
  return count;
}

}  // namespace storage
