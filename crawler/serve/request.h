// A query to `weft serve` and the reply to it, as values, without HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crawler {

struct ApiRequest {
  // `target` of the HTTP request, with its query string, whose parameters are decoded.
  explicit ApiRequest(std::string_view target);

  std::string path;  // "/api/search"
  std::vector<std::pair<std::string, std::string>> parameters;

  std::string_view text(std::string_view name) const;  // "" where there is no such parameter
  // Throws ApiError where the parameter is not a whole number from 0 on.
  std::optional<std::uint64_t> number(std::string_view name) const;
  // The parameter "limit": `otherwise` where there is none, `most` where it is 0 or larger.
  std::uint64_t limit(std::uint64_t otherwise, std::uint64_t most) const;
  std::uint64_t offset() const { return number("offset").value_or(0); }
  // The parameter "url", normalized. Throws ApiError where there is none.
  std::string url() const;
};

struct ApiReply {
  unsigned status = 200;
  std::string body;  // JSON
};

// Why a query has no result, for its sender.
class ApiError : public std::runtime_error {
 public:
  explicit ApiError(const std::string& error, std::string keyword = {}, std::string hint = {},
                    unsigned status = 400)
      : std::runtime_error(error),
        keyword_(std::move(keyword)),
        hint_(std::move(hint)),
        status_(status) {}

  ApiReply reply() const;

 private:
  std::string keyword_;  // the part of the query that is at fault, or ""
  std::string hint_;     // what to do, or ""
  unsigned status_;      // of HTTP
};

}  // namespace crawler
