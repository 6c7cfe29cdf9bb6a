#include "crawler/options/kept_options.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/options/crawl_table.h"
#include "storage/database.h"

namespace crawler {
namespace {

using nlohmann::json;

// The meta key under which a file keeps them, as a JSON object: {"depth": 3, ...}.
constexpr std::string_view kKeptOptions = "crawl_options";

json to_json(const Setting& setting) {
  return std::visit([](const auto& value) { return json(value); }, setting);
}

// The words that set an option so.
Words words_of(const json& setting) {
  if (setting.is_null()) return {};
  if (setting.is_string()) return {setting.get<std::string>()};
  if (setting.is_array()) return setting.get<Words>();
  return {setting.dump()};
}

std::string kept_name(const Option& row) { return row.name.substr(2); }

// Sets what `rows` fill to what a file keeps; an option that it does not name did not exist when it
// was made, and has its default.
void read_kept(const std::vector<Option>& rows, const storage::Database& db,
               const std::string& text) {
  const auto damaged = [&] {
    return storage::Error(db.path() + ": its crawl_options are damaged: " + text.substr(0, 100));
  };
  const json kept = json::parse(text, nullptr, false);
  if (!kept.is_object()) throw damaged();
  for (const Option& row : rows) {
    const auto value = kept.find(kept_name(row));
    if (!row.kept || value == kept.end()) continue;
    try {
      if (!row.fills.read(words_of(*value)).empty()) throw damaged();
    } catch (const json::exception&) {
      throw damaged();
    }
  }
}

std::string kept_json(const std::vector<Option>& rows) {
  json kept = json::object();
  for (const Option& row : rows)
    if (row.kept) kept[kept_name(row)] = to_json(row.fills.setting());
  return kept.dump();
}

}  // namespace

CrawlOptions kept_options(const storage::Database& db) {
  CrawlOptions options;
  const std::vector<Option> rows = crawl_table(options);
  const std::string text = db.meta(kKeptOptions);
  if (!text.empty()) read_kept(rows, db, text);
  return options;
}

void reconcile(const Command& command, storage::Database& db) {
  const std::string text = db.meta(kKeptOptions);
  if (text.empty()) return db.set_meta(kKeptOptions, kept_json(command.options));
  CrawlOptions before;
  const std::vector<Option> kept = crawl_table(before);
  read_kept(kept, db, text);
  for (const Option& row : kept) {
    if (!row.kept) continue;
    const Option* const given = find_option(command, row.name);
    const Setting then = row.fills.setting();
    const Setting now = given->fills.setting();
    if (now != then && !given->given.empty())
      throw storage::Error(fmt::format(
          "{} holds a crawl with {} = {}; with {} = {} it would be neither. Leave the option out, "
          "or use another --db",
          db.path(), kept_name(row), to_json(then).dump(), row.name, to_json(now).dump()));
  }
  read_kept(command.options, db, text);
}

}  // namespace crawler
