#include "crawler/commands/query_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "crawler/commands/command_line.h"
#include "crawler/options/binding.h"

namespace crawler {
namespace {

// A sign or not, then a digit: number_from also reads "inf" and "nan", which are words.
bool begins_as_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

// "007" is a text: as a number it would not be the same again.
bool is_padded(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

void bind_value(storage::Statement& statement, int index, std::string_view value) {
  const bool is_text = !begins_as_number(value) || is_padded(value);
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
  for (ConfigEntry& entry : read_toml(file))
    if (entry.sections == std::vector<std::string>{"queries"} && entry.values.size() == 1)
      queries.push_back({std::move(entry.name), std::move(entry.values.front())});
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
