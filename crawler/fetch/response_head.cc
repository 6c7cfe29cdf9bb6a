#include "crawler/fetch/response_head.h"

#include <algorithm>
#include <charconv>

namespace crawler {
namespace {

using storage::Reason;

bool same_name(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() &&
         std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + ('a' - 'A')) : x) == y;
         });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

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
  return field(line.substr(0, colon), trimmed(line.substr(colon + 1)));
}

Reason ResponseHead::field(std::string_view name, std::string_view value) {
  if (same_name(name, "content-length")) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error != std::errc() || end != value.data() + value.size())
      return Reason::kNone;  // libcurl judges it
    if (length_ && *length_ != length) return Reason::kBadResponse;
    length_ = length;
  } else if (same_name(name, "content-encoding") || same_name(name, "transfer-encoding")) {
    encoded_ = encoded_ || !same_name(value, "identity");
  } else if (same_name(name, "content-type")) {
    content_type_ = value;
  } else if (same_name(name, "retry-after")) {
    retry_after_ = value;
  } else if (same_name(name, "location") && status_ >= 300 && status_ < 400) {
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
