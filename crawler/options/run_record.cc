#include "crawler/options/run_record.h"

#include <string_view>
#include <variant>

#include "parser/url.h"
#include "storage/json_writer.h"

namespace crawler {
namespace {

std::string redacted(const Option& row, const std::string& word) {
  return row.redacted == nullptr ? word : row.redacted(word);
}

Setting redacted_setting(const Option& row) {
  Setting setting = row.fills.setting();
  if (auto* const word = std::get_if<std::string>(&setting)) *word = redacted(row, *word);
  if (auto* const words = std::get_if<Words>(&setting))
    for (std::string& word : *words) word = redacted(row, word);
  return setting;
}

void append_setting(storage::JsonWriter& json, const Setting& setting) {
  if (std::holds_alternative<std::nullptr_t>(setting)) json.null();
  if (const auto* const value = std::get_if<bool>(&setting)) json.value(*value);
  if (const auto* const value = std::get_if<std::int64_t>(&setting)) json.value(*value);
  if (const auto* const value = std::get_if<double>(&setting)) json.value(*value);
  if (const auto* const value = std::get_if<std::string>(&setting)) json.value(*value);
  if (const auto* const words = std::get_if<Words>(&setting))
    json.array([&] {
      for (const std::string& word : *words) json.value(word);
    });
}

}  // namespace

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string command_line_of(const Command& command) {
  std::string line = "weft " + command.name;
  for (const Option& row : command.options) {
    if (row.name == kConfigOption && command.configurable) continue;  // what it says is here itself
    for (const std::string& word : row.given) {
      if (!row.is_positional()) line += ' ' + row.name;
      if (row.is_flag()) break;
      line += ' ' + shell_word(redacted(row, word));
    }
  }
  return line;
}

std::string options_json(const std::vector<Option>& rows, const std::string& accept_encoding) {
  std::string text;
  storage::JsonWriter json(text);
  json.object([&] {
    for (const Option& row : rows) {
      const auto* const record = std::get_if<Recorded>(&row.record);
      if (record == nullptr) continue;
      Setting setting = redacted_setting(row);
      if (record->opposite) setting = !std::get<bool>(setting);
      json.key(record->name);
      append_setting(json, setting);
    }
    json.member("accept_encoding", accept_encoding);
  });
  return text;
}

std::string without_credentials(const std::string& seed) {
  parser::Url url;
  if (seed.find('@') == std::string::npos || url.parse(seed) != parser::UrlError::kOk) return seed;
  return std::string(url.href());
}

std::string proxy_without_credentials(const std::string& proxy) {
  const std::size_t scheme = proxy.find("://");
  const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t at = proxy.rfind('@');
  return at == std::string::npos || at < host ? proxy
                                              : proxy.substr(0, host) + proxy.substr(at + 1);
}

std::string header_without_value(const std::string& header) {
  return header.substr(0, header.find(':')) + ": ...";
}

}  // namespace crawler
