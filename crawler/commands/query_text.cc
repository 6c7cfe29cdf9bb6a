#include "crawler/commands/query_text.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace crawler {
namespace {

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  // from_chars also reads "inf" and "nan", which are words.
  const std::size_t digit = text.starts_with('-') ? 1 : 0;
  if (digit >= text.size() || text[digit] < '0' || text[digit] > '9') return std::nullopt;
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "007" is a text: as a number it would not be the same again.
bool is_padded(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

void bind_value(storage::Statement& statement, int index, std::string_view value) {
  const bool is_text = is_padded(value);
  if (const auto integer = number_from<std::int64_t>(value); integer && !is_text)
    statement.bind(index, *integer);
  else if (const auto real = number_from<double>(value); real && !is_text)
    statement.bind(index, *real);
  else
    statement.bind(index, value);
}

}  // namespace

std::vector<SavedQuery> read_saved_queries(const std::string& file) {
  std::vector<SavedQuery> queries;
  try {
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(file))
      if (item.parents == std::vector<std::string>{"queries"} && item.inputs.size() == 1)
        queries.push_back({item.name, item.inputs.front()});
  } catch (const CLI::Error& error) {
    throw std::runtime_error(std::string("--config: ") + error.what());
  }
  return queries;
}

std::string query_text(const std::string& sql, const std::string& config) {
  if (sql == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  if (config.empty()) return sql;
  for (SavedQuery& query : read_saved_queries(config))
    if (query.name == sql) return std::move(query.sql);
  return sql;
}

void bind_parameters(storage::Statement& statement, const std::vector<std::string>& values) {
  const std::vector<std::string> names = statement.parameter_names();
  std::vector<bool> bound(names.size());
  for (const std::string& given : values) {
    const std::size_t equals = given.find('=');
    const std::string name = given.substr(0, equals);
    if (equals == std::string::npos || name.empty())
      throw std::runtime_error("-p " + given + " is not of the form name=value");
    bool found = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != name) continue;
      bind_value(statement, static_cast<int>(i) + 1, std::string_view(given).substr(equals + 1));
      bound[i] = found = true;
    }
    if (!found)
      throw std::runtime_error(fmt::format("-p {}: the statement has no :{}", given, name));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (bound[i]) continue;
    throw std::runtime_error(
        names[i].empty() ? std::string("a parameter needs a name: write :name for ?")
                         : fmt::format(":{0} has no value: give it with -p {0}=VALUE", names[i]));
  }
}

}  // namespace crawler
