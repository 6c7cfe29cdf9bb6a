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

// Rows of one answer at most, whatever is asked for; and where nothing is.
constexpr std::uint64_t kMostRows = 10'000;
constexpr std::uint64_t kRows = 1'000;
constexpr std::uint64_t kMostFound = 100;  // of a search: each snippet is made anew
constexpr std::uint64_t kFound = 20;
constexpr std::uint64_t kDeepestFound = 10'000;  // offset; nobody turns so many leaves
// Links to a URL that its history lists.
constexpr std::uint64_t kLinksNamed = 10;
// Runs that a summary names, the last ones.
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

std::string or_null(const Statement& row, int column) {
  return row.column_is_null(column) ? "null" : json_string(row.column_text(column));
}

std::string runs(const Database& db) {
  Statement row(db,
                "SELECT * FROM (SELECT id, started_at, ended_at, outcome, command_line FROM runs "
                "ORDER BY id DESC LIMIT ?) ORDER BY id");
  row.bind(1, kMostRuns);
  JsonArray items;
  while (row.step())
    items.add(fmt::format(
        R"({{"id":{},"started_at":{},"ended_at":{},"outcome":{},"command_line":{}}})",
        row.column_int(0), or_null(row, 1), or_null(row, 2), or_null(row, 3), or_null(row, 4)));
  return items.text();
}

std::string search(const Database& db, const ApiRequest& request) {
  const Stopwatch watch;
  SearchQuestion question;
  question.words = split_words(request.text("q"));
  question.limit = request.limit(kFound, kMostFound);
  question.offset = std::min(request.offset(), kDeepestFound);
  JsonArray results;
  const auto add = [&results](const FoundPage& page) {
    JsonArray snippet;
    for (const SnippetPart& part : page.snippet)
      snippet.add(fmt::format(R"({{"text":{},"mark":{}}})", json_string(part.text), part.mark));
    results.add(fmt::format(R"({{"url":{},"title":{},"snippet":{},"score":{:.6f}}})",
                            json_string(page.url), json_string(page.title), snippet.text(),
                            page.score));
  };
  bool more = false;
  try {
    more = !question.words.empty() && search_pages(db, question, add);
  } catch (const storage::Error&) {
    throw;
  } catch (const std::runtime_error& error) {  // a filter's value
    throw Refusal(error.what());
  }
  return fmt::format(R"({{"results":{},"more":{},"ms":{:.3f}}})", results.text(), more, watch.ms());
}

std::string list_reports() {
  JsonArray items;
  for (const storage::Report& report : storage::reports())
    items.add(fmt::format(R"({{"name":{},"about":{}}})", json_string(report.name),
                          json_string(report.about)));
  return items.text();
}

std::string show_report(const Database& db, std::string_view name, const ApiRequest& request) {
  const storage::Report* report = storage::find_report(name);
  if (report == nullptr)
    throw Refusal(fmt::format("there is no report '{}'", name), std::string(name),
                  "/api/reports names them all", 404);
  const std::uint64_t otherwise = report->limit == 0 ? kRows : report->limit;
  std::ostringstream rows;
  const storage::ReportEnd end =
      storage::write_report(db, *report, request.limit(otherwise, kMostRows), rows, json_rows());
  return rows_json(storage::columns_of(db, *report), rows.view(), end.more, end.notice);
}

std::string show_history(const Database& db, const ApiRequest& request) {
  const std::string spelled = request.url();
  parser::Url url;
  static_cast<void>(url.parse(spelled));  // it is what parsing answered
  const UrlHistory history = read_url_history(db, url, kLinksNamed);
  JsonArray fields;
  for (const UrlHistory::Field& field : history.fields)
    fields.add(fmt::format(R"({{"name":{},"value":{}}})", json_string(field.name),
                           json_string(field.value)));
  return fmt::format(R"({{"url":{},"seen":{},"fields":{}}})", json_string(spelled), history.seen,
                     fields.text());
}

std::string show_schema(const Database& db) {
  JsonArray tables;
  for (const storage::TableNote& table : storage::schema_notes(db)) {
    JsonArray columns;
    for (const storage::ColumnNote& column : table.columns)
      columns.add(fmt::format(R"({{"name":{},"type":{},"about":{}}})", json_string(column.name),
                              json_string(column.type), json_string(column.about)));
    tables.add(fmt::format(R"({{"name":{},"kind":"{}","about":{},"columns":{}}})",
                           json_string(table.name), table.view ? "view" : "table",
                           json_string(table.about), columns.text()));
  }
  return tables.text();
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
      throw Refusal("a parameter has no value here", parameters.front(),
                    "write the value into the statement");
    std::ostringstream rows;
    storage::Table table(rows, columns, json_rows());
    const bool more = storage::push_rows(table, statement, request.limit(kRows, kMostRows));
    table.finish();
    return rows_json(columns, rows.view(), more, notice_of(table),
                     fmt::format(R"(,"ms":{:.3f})", watch.ms()));
  } catch (const storage::SqlError& error) {
    const storage::Mistake& mistake = error.mistake();
    throw Refusal(mistake.message, mistake.word,
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
    return ApiReply{200, fmt::format(R"({{"change":{},"live":{}}})", state.change, state.live)};
  } catch (const Refusal& refusal) {
    return refusal.reply();
  } catch (const storage::Error& error) {
    return Refusal(error.what(), "", "", 500).reply();
  }
}

ApiReply ServeApi::answer(const Database& db, const ApiRequest& request,
                          const std::atomic<bool>& unwanted) {
  const storage::TimeLimit time(db, kAnswerTime, &unwanted);
  try {
    return {200, dispatch(db, request)};
  } catch (const Refusal& refusal) {
    return refusal.reply();
  } catch (const storage::Error& error) {
    if (time.has_cut())
      return Refusal(fmt::format("cut off after {} s: the answer would have taken longer",
                                 kAnswerTime.count()),
                     "", "ask for less", 503)
          .reply();
    // What a statement meets when it runs is its author's; what ours meet is the file's.
    const unsigned status = request.path == "/api/sql" ? 400 : 500;
    return Refusal(without_path(db, error.what()), "", "", status).reply();
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
  throw Refusal("there is no such question", std::string(path), "", 404);
}

std::string ServeApi::summary(const Database& db) {
  // Before the first look into the file: what is written from here on has another number.
  const FileWatch::State state = watch_.look();
  const std::scoped_lock lock(mutex_);
  if (counted_at_ != state.change) {
    counts_ = count_crawl(db);
    counted_at_ = state.change;
  }
  const std::string name = std::filesystem::path(watch_.path()).filename();
  return fmt::format(R"({{"file":{},"version":{},"live":{},"change":{},"runs":{},{}}})",
                     json_string(name), json_string(WEFT_VERSION), state.live, state.change,
                     runs(db), counts_);
}

}  // namespace crawler
