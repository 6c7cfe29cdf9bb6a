// /api/pages: one row a URL, fetched or not, filtered and sorted.
#include <fmt/format.h>

#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/serve/api.h"
#include "crawler/serve/json.h"
#include "storage/outcome.h"
#include "storage/sql_text.h"
#include "storage/table.h"

namespace crawler {
namespace {

using storage::Statement;

constexpr std::uint64_t kRows = 100;
constexpr std::uint64_t kMostRows = 1'000;

struct Column {
  std::string_view name;
  std::string_view expression;
};
constexpr std::array<Column, 10> kColumns{{{"url", "u.url"},
                                           {"state", "u.state"},
                                           {"reason", "u.reason"},
                                           {"status", "p.status"},
                                           {"title", "p.title"},
                                           {"content_type", "p.content_type"},
                                           {"depth", "u.depth"},
                                           {"body_bytes", "p.body_bytes"},
                                           {"total_ms", "p.total_us / 1000.0"},
                                           {"fetched_at", "p.fetched_at"}}};

// By a host name, by an origin, or by what is behind its "://".
constexpr std::string_view kOfHost =
    "(u.host_id IN (SELECT id FROM hosts WHERE name = {0}) OR u.origin_id IN (SELECT id FROM "
    "origins WHERE {0} IN (origin, substr(origin, instr(origin, '://') + 3))))";
// "text/html" is also in "text/html; charset=utf-8".
constexpr std::string_view kOfType = "lower(substr(p.content_type, 1, length({0}))) = lower({0})";
constexpr std::string_view kHasPart =
    "(u.url LIKE {0} ESCAPE '\\' OR p.title LIKE {0} ESCAPE '\\')";

// Conditions on a row, and the values that their parameters stand for.
struct Filter {
  std::string sql;
  std::vector<std::string> texts;

  void add(std::string_view condition) {
    sql.append(sql.empty() ? " WHERE " : " AND ").append(condition);
  }
  // In `condition`, {0} is the text's parameter.
  void add_text(std::string_view condition, std::string_view text) {
    texts.emplace_back(text);
    add(fmt::format(fmt::runtime(condition), fmt::format("?{}", texts.size())));
  }
  void bind(Statement& statement) const {
    int index = 0;
    for (const std::string& text : texts) statement.bind(++index, text);
  }
};

bool is_status_class(std::string_view text) {
  return text.size() == 3 && text[0] >= '1' && text[0] <= '9' && text.substr(1) == "xx";
}

void add_status(Filter& filter, const ApiRequest& request) {
  const std::string_view status = request.text("status");
  if (status.empty()) return;
  if (is_status_class(status)) {
    const int first = (status[0] - '0') * 100;
    filter.add(fmt::format("p.status BETWEEN {} AND {}", first, first + 99));
  } else {
    filter.add(fmt::format("p.status = {}", *request.number("status")));
  }
}

Filter read_filter(const ApiRequest& request) {
  Filter filter;
  const std::string_view state = request.text("state");
  if (!state.empty() && !storage::state_from(state))
    throw ApiError(fmt::format("there is no state '{}'", state), std::string(state),
                   "queued, done, skipped or failed");
  const std::string_view reason = request.text("reason");
  if (!reason.empty() && !storage::reason_from(reason))
    throw ApiError(fmt::format("there is no reason '{}'", reason), std::string(reason));
  const auto text = [&](std::string_view name, std::string_view condition) {
    if (!request.text(name).empty()) filter.add_text(condition, request.text(name));
  };
  text("host", kOfHost);
  text("state", "u.state = {0}");
  text("reason", "u.reason = {0}");
  add_status(filter, request);
  text("type", kOfType);
  if (!request.text("q").empty())
    filter.add_text(kHasPart, storage::like_holding(request.text("q")));
  if (const auto depth = request.number("depth")) filter.add(fmt::format("u.depth = {}", *depth));
  return filter;
}

// In order of discovery by default, and among equals.
std::string read_order(const ApiRequest& request) {
  const std::string_view sort = request.text("sort");
  const std::string_view dir = request.text("dir");
  if (!dir.empty() && dir != "asc" && dir != "desc")
    throw ApiError(fmt::format("there is no direction '{}'", dir), std::string(dir), "asc or desc");
  const std::string_view way = dir == "desc" ? "DESC" : "ASC";
  if (sort.empty()) return fmt::format(" ORDER BY u.id {}", way);
  std::string names;
  for (const Column& column : kColumns) {
    // URLs without the value come last in both directions.
    if (column.name == sort)
      return fmt::format(" ORDER BY {} {} NULLS LAST, u.id", column.expression, way);
    names.append(names.empty() ? "" : ", ").append(column.name);
  }
  throw ApiError(fmt::format("there is no column '{}' to sort by", sort), std::string(sort), names);
}

}  // namespace

std::string list_pages(const storage::Database& db, const ApiRequest& request) {
  constexpr std::string_view kFrom = " FROM urls u LEFT JOIN pages p ON p.url_id = u.id";
  const Filter filter = read_filter(request);
  const std::string order = read_order(request);
  const std::uint64_t limit = request.limit(kRows, kMostRows);
  const std::uint64_t offset = request.offset();

  std::string select = "SELECT ";
  for (const Column& column : kColumns)
    select += fmt::format("{}{} AS {}", &column == kColumns.data() ? "" : ", ", column.expression,
                          column.name);
  Statement rows(db, fmt::format("{}{}{}{} LIMIT {} OFFSET {}", select, kFrom, filter.sql, order,
                                 limit, offset));
  filter.bind(rows);
  std::ostringstream text;
  storage::Table table(text, rows.column_names(), json_rows());
  bool more = storage::push_rows(table, rows, 0);
  table.finish();

  // Without a filter every URL is meant: no need to look at its page.
  Statement count(db, filter.sql.empty() ? std::string("SELECT count(*) FROM urls")
                                         : fmt::format("SELECT count(*){}{}", kFrom, filter.sql));
  filter.bind(count);
  const std::uint64_t total = count.step() ? static_cast<std::uint64_t>(count.column_int(0)) : 0;
  more = more || (total > offset && total - offset > table.rows());
  return json_object([&](JsonWriter& json) {
    write_rows(json, rows.column_names(), text.view(), more, notice_of(table));
    json.member("total", total);
  });
}

}  // namespace crawler
