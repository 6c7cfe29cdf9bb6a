// Collects the head of a response line by line, keeps that of the final response alone, and checks
// it as untrusted input: its size, and whether it contradicts itself. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/outcome.h"

namespace crawler {

class ResponseHead {
 public:
  // Forgets all; at most `max_bytes` will be taken.
  void reset(std::size_t max_bytes);

  // A line as libcurl hands it over, with its line end. Heads of 1xx responses and trailers count
  // against the bound too, and are dropped. Anything but kNone refuses the response:
  // kHeadersTooLarge, or kBadResponse where it has a NUL byte or names two lengths or two targets
  // (as browsers do: it is how responses are smuggled).
  storage::Reason add(std::string_view line);
  // A line of a proxy's answer to CONNECT: counts, and is dropped.
  storage::Reason add_proxy_line(std::string_view line);

  // An empty line has ended the final response's head.
  bool complete() const { return ended_ && !interim(); }
  // All bytes so far, those that were dropped too.
  std::size_t received() const { return received_; }
  int status() const { return status_; }
  // Length of a body that needs no decoding; nothing where that is unknown.
  std::optional<std::uint64_t> identity_length() const;

  const std::string& bytes() const { return bytes_; }
  std::string take_bytes() { return std::move(bytes_); }
  // Values as sent, without the white space around them; the last of a repeated field, as in
  // libcurl and browsers. `location` only of a 3xx.
  const std::string& content_type() const { return content_type_; }
  const std::string& location() const { return location_; }
  const std::string& retry_after() const { return retry_after_; }

 private:
  bool interim() const { return status_ >= 100 && status_ < 200; }
  storage::Reason count(std::string_view line);
  storage::Reason field(std::string_view name, std::string_view value);

  std::size_t max_bytes_ = 0;
  std::size_t received_ = 0;
  bool ended_ = false;  // by an empty line
  bool encoded_ = false;
  int status_ = 0;
  std::optional<std::uint64_t> length_;
  std::string bytes_;
  std::string content_type_, location_, retry_after_;
};

}  // namespace crawler
