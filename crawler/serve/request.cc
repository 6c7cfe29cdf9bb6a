#include "crawler/serve/request.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "crawler/serve/json.h"
#include "parser/ascii.h"
#include "parser/url.h"
#include "storage/table.h"

namespace crawler {
namespace {

// application/x-www-form-urlencoded, as URLSearchParams writes it.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool encoded = text[i] == '%' && i + 2 < text.size() &&
                         parser::hex_value(text[i + 1]) < 16 && parser::hex_value(text[i + 2]) < 16;
    if (encoded) {
      out +=
          static_cast<char>(parser::hex_value(text[i + 1]) * 16 + parser::hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

ApiRequest::ApiRequest(std::string_view target) : path(target.substr(0, target.find('?'))) {
  std::string_view query = target.substr(std::min(path.size() + 1, target.size()));
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    parameters.emplace_back(decoded(pair.substr(0, equals)),
                            decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
}

std::string_view ApiRequest::text(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return {};
}

std::optional<std::uint64_t> ApiRequest::number(std::string_view name) const {
  const std::string_view value = text(name);
  if (value.empty()) return std::nullopt;
  std::int64_t number = 0;  // what SQL can take
  const char* end = value.data() + value.size();
  const auto [read, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || read != end || number < 0)
    throw ApiError(fmt::format("{}={} is not a whole number", name, value), std::string(value));
  return static_cast<std::uint64_t>(number);
}

std::uint64_t ApiRequest::limit(std::uint64_t otherwise, std::uint64_t most) const {
  const std::uint64_t asked = number("limit").value_or(otherwise);
  return asked == 0 ? most : std::min(asked, most);
}

std::string ApiRequest::url() const {
  const std::string_view given = text("url");
  if (given.empty()) throw ApiError("url is missing");
  parser::Url url;
  if (const parser::UrlError error = url.parse(given); error != parser::UrlError::kOk)
    throw ApiError(fmt::format("{}: {}", given, describe(error, given)), std::string(given));
  return std::string(url.identity());
}

ApiReply ApiError::reply() const {
  const auto text_or_null = [](JsonWriter& json, std::string_view name, const std::string& text) {
    json.key(name);
    if (text.empty())
      json.null();
    else
      json.value(text);
  };
  return {status_, json_object([&](JsonWriter& json) {
            json.member("error", storage::printable(what()));
            text_or_null(json, "near", keyword_);
            text_or_null(json, "hint", hint_);
          })};
}

}  // namespace crawler
