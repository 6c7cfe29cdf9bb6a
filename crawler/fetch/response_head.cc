#include "crawler/fetch/response_head.h"

#include <algorithm>
#include <charconv>

#include "parser/ascii.h"

namespace crawler {
namespace {

using parser::equals_ignoring_case;

using storage::Reason;

// The status of "HTTP/1.1 200 OK"; 0 for anything else.
int status_of(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (!line.starts_with("HTTP/") || space == std::string_view::npos) return 0;
  const std::string_view digits = line.substr(space + 1, 3);
  int status = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), status);
  return status;
}

}  // namespace

void ResponseHead::reset(std::size_t max_bytes) {
  *this = ResponseHead();
  max_bytes_ = max_bytes;
}

Reason ResponseHead::count(std::string_view line) {
  received_ += line.size();
  if (received_ > max_bytes_) return Reason::kHeadersTooLarge;
  return line.find('\0') == std::string_view::npos ? Reason::kNone : Reason::kBadResponse;
}

Reason ResponseHead::add_proxy_line(std::string_view line) { return count(line); }

Reason ResponseHead::add(std::string_view line) {
  if (const Reason refused = count(line); refused != Reason::kNone) return refused;
  const bool empty = line == "\r\n" || line == "\n";
  if (ended_) {
    // After an interim response comes another head; after any other, only trailers.
    if (!interim()) return Reason::kNone;
    const std::size_t received = received_;
    reset(max_bytes_);
    received_ = received;
  }
  if (bytes_.empty()) status_ = status_of(line);
  bytes_ += line;
  if (empty) {
    ended_ = true;
    return Reason::kNone;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Reason::kNone;
  return field(line.substr(0, colon), parser::trim(line.substr(colon + 1)));
}

Reason ResponseHead::field(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "content-length")) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error != std::errc() || end != value.data() + value.size())
      return Reason::kNone;  // libcurl judges it
    if (length_ && *length_ != length) return Reason::kBadResponse;
    length_ = length;
  } else if (equals_ignoring_case(name, "content-encoding") ||
             equals_ignoring_case(name, "transfer-encoding")) {
    encoded_ = encoded_ || !equals_ignoring_case(value, "identity");
  } else if (equals_ignoring_case(name, "content-type")) {
    content_type_ = value;
  } else if (equals_ignoring_case(name, "retry-after")) {
    retry_after_ = value;
  } else if (equals_ignoring_case(name, "location") && status_ >= 300 && status_ < 400) {
    if (!location_.empty() && location_ != value) return Reason::kBadResponse;
    location_ = value;
  }
  return Reason::kNone;
}

std::optional<std::uint64_t> ResponseHead::identity_length() const {
  const bool bodiless = status_ < 200 || status_ == 204 || status_ == 304;
  return encoded_ || bodiless ? std::nullopt : length_;
}

}  // namespace crawler
