// A question to `weft serve` and its answer, as values: what HTTP brings and takes, without HTTP.
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
  // `target` as it came, with its query; what is percent-encoded in the query is decoded.
  explicit ApiRequest(std::string_view target);

  std::string path;  // "/api/search"
  std::vector<std::pair<std::string, std::string>> parameters;

  std::string_view text(std::string_view name) const;  // "" where it is not there
  // Throws Refusal where the parameter is no whole number from 0 on.
  std::optional<std::uint64_t> number(std::string_view name) const;
  // How many rows: `otherwise` where the parameter is not there, and never more than `most`, for
  // which 0 stands.
  std::uint64_t limit(std::uint64_t otherwise, std::uint64_t most) const;
  std::uint64_t offset() const { return number("offset").value_or(0); }
  // The URL that is asked for, normalized. Throws Refusal where there is none.
  std::string url() const;
};

struct ApiReply {
  unsigned status = 200;
  std::string body;  // JSON
};

// Why a question has no answer, for the one who asked it.
class Refusal : public std::runtime_error {
 public:
  explicit Refusal(const std::string& error, std::string word = {}, std::string hint = {},
                   unsigned status = 400)
      : std::runtime_error(error),
        word_(std::move(word)),
        hint_(std::move(hint)),
        status_(status) {}

  ApiReply reply() const;

 private:
  std::string word_;  // that is at fault, or ""
  std::string hint_;  // what to do, or ""
  unsigned status_;   // of HTTP
};

}  // namespace crawler
