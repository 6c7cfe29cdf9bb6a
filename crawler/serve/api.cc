#include "crawler/serve/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "crawler/ask/page_search.h"
#include "crawler/ask/url_history.h"
#include "crawler/serve/json.h"
#include "parser/url.h"
#include "storage/reports.h"
#include "storage/schema_notes.h"
#include "storage/sql_mistake.h"
#include "storage/table.h"
#include "storage/time_limit.h"

namespace crawler {
namespace {

using storage::Database;
using storage::Statement;

// Rows of a reply: at most, and where the request sets no limit.
constexpr std::uint64_t kMostRows = 10'000;
constexpr std::uint64_t kRows = 1'000;
constexpr std::uint64_t kMostFound = 100;  // of a search: snippets are expensive
constexpr std::uint64_t kFound = 20;
constexpr std::uint64_t kDeepestFound = 10'000;  // offset
// Links to a URL that its history lists.
constexpr std::uint64_t kLinksNamed = 10;
// Runs that a summary lists, the latest ones.
constexpr std::int64_t kMostRuns = 100;

class Stopwatch {
 public:
  double ms() const {
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - start_;
    return passed.count();
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void write_time(JsonWriter& json, const Stopwatch& watch) {
  json.key("ms");
  json.fixed(watch.ms(), 3);
}

void write_runs(JsonWriter& json, const Database& db) {
  Statement row(db,
                "SELECT * FROM (SELECT id, started_at, ended_at, outcome, command_line FROM runs "
                "ORDER BY id DESC LIMIT ?) ORDER BY id");
  row.bind(1, kMostRuns);
  json.array("runs", [&] {
    while (row.step())
      json.object([&] {
        json.member("id", row.column_int(0));
        write_or_null(json, "started_at", row, 1);
        write_or_null(json, "ended_at", row, 2);
        write_or_null(json, "outcome", row, 3);
        write_or_null(json, "command_line", row, 4);
      });
  });
}

void write_result(JsonWriter& json, const FoundPage& page) {
  json.object([&] {
    json.member("url", page.url);
    json.member("title", page.title);
    json.array("snippet", [&] {
      for (const SnippetPart& part : page.snippet)
        json.object([&] {
          json.member("text", part.text);
          json.member("mark", part.mark);
        });
    });
    json.key("score");
    json.fixed(page.score, 6);
  });
}

std::string search(const Database& db, const ApiRequest& request) {
  const Stopwatch watch;
  SearchQuery query;
  query.words = split_words(request.text("q"));
  query.limit = request.limit(kFound, kMostFound);
  query.offset = std::min(request.offset(), kDeepestFound);
  return json_object([&](JsonWriter& json) {
    bool more = false;
    json.array("results", [&] {
      try {
        more = !query.words.empty() && search_pages(db, query, [&json](const FoundPage& page) {
          write_result(json, page);
        });
      } catch (const storage::Error&) {
        throw;
      } catch (const std::runtime_error& error) {  // a filter's value
        throw ApiError(error.what());
      }
    });
    json.member("more", more);
    write_time(json, watch);
  });
}

std::string list_reports() {
  std::string text;
  JsonWriter json(text);
  json.array([&] {
    for (const storage::Report& report : storage::reports())
      json.object([&] {
        json.member("name", report.name);
        json.member("about", report.about);
      });
  });
  return text;
}

std::string show_report(const Database& db, std::string_view name, const ApiRequest& request) {
  const storage::Report* report = storage::find_report(name);
  if (report == nullptr)
    throw ApiError(fmt::format("there is no report '{}'", name), std::string(name),
                   "/api/reports lists them", 404);
  const std::uint64_t otherwise = report->limit == 0 ? kRows : report->limit;
  std::ostringstream rows;
  const storage::ReportEnd end =
      storage::write_report(db, *report, request.limit(otherwise, kMostRows), rows, json_rows());
  return json_object([&](JsonWriter& json) {
    write_rows(json, storage::columns_of(db, *report), rows.view(), end.more, end.notice);
  });
}

std::string show_history(const Database& db, const ApiRequest& request) {
  const std::string spelled = request.url();
  parser::Url url;
  static_cast<void>(url.parse(spelled));  // cannot fail: it is a normalized URL
  const UrlHistory history = read_url_history(db, url, kLinksNamed);
  return json_object([&](JsonWriter& json) {
    json.member("url", spelled);
    json.member("seen", history.seen);
    json.array("fields", [&] {
      for (const UrlHistory::Field& field : history.fields)
        json.object([&] {
          json.member("name", field.name);
          json.member("value", field.value);
        });
    });
  });
}

void write_table_note(JsonWriter& json, const storage::TableNote& table) {
  json.object([&] {
    json.member("name", table.name);
    json.member("kind", table.view ? "view" : "table");
    json.member("about", table.about);
    json.array("columns", [&] {
      for (const storage::ColumnNote& column : table.columns)
        json.object([&] {
          json.member("name", column.name);
          json.member("type", column.type);
          json.member("about", column.about);
        });
    });
  });
}

std::string show_schema(const Database& db) {
  std::string text;
  JsonWriter json(text);
  json.array([&] {
    for (const storage::TableNote& table : storage::schema_notes(db)) write_table_note(json, table);
  });
  return text;
}

// The message of a statement that failed, without the file's name before it.
std::string without_path(const Database& db, std::string_view message) {
  const std::string path = db.path() + ": ";
  if (message.starts_with(path)) message.remove_prefix(path.size());
  return std::string(message);
}

std::string answer_sql(const Database& db, const ApiRequest& request) {
  const Stopwatch watch;
  const std::string_view sql = request.text("q");
  try {
    Statement statement(db, sql);
    const std::vector<std::string> columns = statement.column_names();
    // VACUUM is refused no sooner than when it runs.
    if (columns.empty()) throw storage::SqlError(db, sql, storage::refused_statement(sql));
    const std::vector<std::string> parameters = statement.parameter_names();
    if (!parameters.empty())
      throw ApiError("a parameter has no value", parameters.front(),
                     "write the value into the statement");
    std::ostringstream rows;
    storage::Table table(rows, columns, json_rows());
    const bool more = storage::push_rows(table, statement, request.limit(kRows, kMostRows));
    table.finish();
    return json_object([&](JsonWriter& json) {
      write_rows(json, columns, rows.view(), more, notice_of(table));
      write_time(json, watch);
    });
  } catch (const storage::SqlError& error) {
    const storage::Mistake& mistake = error.mistake();
    throw ApiError(mistake.message, mistake.word,
                   mistake.meant.empty() ? "" : fmt::format("did you mean {}?", mistake.meant));
  }
}

}  // namespace

std::optional<ApiReply> ServeApi::answer_at_once(const ApiRequest& request) {
  try {
    if (request.path == "/api/reports") return ApiReply{200, list_reports()};
    if (request.path != "/api/changes") return std::nullopt;
    static_cast<void>(request.number("since"));
    const FileWatch::State state = watch_.look();
    return ApiReply{200, json_object([&state](JsonWriter& json) {
                      json.member("change", state.change);
                      json.member("live", state.live);
                    })};
  } catch (const ApiError& error) {
    return error.reply();
  } catch (const storage::Error& error) {
    return ApiError(error.what(), "", "", 500).reply();
  }
}

ApiReply ServeApi::answer(const Database& db, const ApiRequest& request,
                          const std::atomic<bool>& cancelled) {
  const storage::TimeLimit time(db, kAnswerTime, &cancelled);
  try {
    return {200, dispatch(db, request)};
  } catch (const ApiError& error) {
    return error.reply();
  } catch (const storage::Error& error) {
    if (time.has_cut())
      return ApiError(fmt::format("interrupted after {} s", kAnswerTime.count()), "",
                      "narrow the query, or set a smaller limit", 503)
          .reply();
    // An error of a user's statement is the user's; an error of ours is the file's.
    const unsigned status = request.path == "/api/sql" ? 400 : 500;
    return ApiError(without_path(db, error.what()), "", "", status).reply();
  }
}

std::string ServeApi::dispatch(const Database& db, const ApiRequest& request) {
  constexpr std::string_view kReport = "/api/report/";
  const std::string_view path = request.path;
  if (path == "/api/summary") return summary(db);
  if (path == "/api/search") return search(db, request);
  if (path == "/api/pages") return list_pages(db, request);
  if (path.starts_with(kReport)) return show_report(db, path.substr(kReport.size()), request);
  if (path == "/api/why") return show_history(db, request);
  if (path == "/api/neighbours") return show_neighbours(db, request);
  if (path == "/api/schema") return show_schema(db);
  if (path == "/api/sql") return answer_sql(db, request);
  throw ApiError("there is no such API path", std::string(path), "", 404);
}

std::string ServeApi::summary(const Database& db) {
  // Before the first read: whatever is written after it has another change number.
  const FileWatch::State state = watch_.look();
  const std::scoped_lock lock(mutex_);
  if (counted_at_ != state.change) {
    counts_ = count_crawl(db);
    counted_at_ = state.change;
  }
  const std::string name = std::filesystem::path(watch_.path()).filename();
  return json_object([&](JsonWriter& json) {
    json.member("file", name);
    json.member("version", WEFT_VERSION);
    json.member("live", state.live);
    json.member("change", state.change);
    write_runs(json, db);
    write_counts(json, *counts_);
  });
}

}  // namespace crawler
