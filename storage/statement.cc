#include <sqlite3.h>

#include <limits>
#include <utility>

#include "storage/database.h"
#include "storage/sql_mistake.h"

namespace storage {

Statement::Statement(const Database& db, std::string_view sql) : db_(&db) {
  if (sql.size() > std::numeric_limits<int>::max()) throw Error("the statement is too long");
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(db.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, &rest);
  if ((code & 0xff) == SQLITE_ERROR || (code & 0xff) == SQLITE_AUTH)
    throw SqlError(db, sql, find_mistake(db, sql));
  if (code != SQLITE_OK) db.fail("the statement");
  if (statement_ == nullptr) throw Error("the statement is empty");
  // Whatever follows must be nothing but space and comments.
  sqlite3_stmt* second = nullptr;
  const auto left = static_cast<int>(sql.data() + sql.size() - rest);
  const int more = left > 0 ? sqlite3_prepare_v2(db.handle(), rest, left, &second, nullptr) : 0;
  sqlite3_finalize(second);
  if (more != SQLITE_OK || second != nullptr) {
    sqlite3_finalize(statement_);
    throw Error("one statement at a time: there is a second one behind the ';'");
  }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement& Statement::bind(int index, std::int64_t value) {
  if (sqlite3_bind_int64(statement_, index, value) != SQLITE_OK) db_->fail("binding a value");
  return *this;
}

Statement& Statement::bind(int index, double value) {
  if (sqlite3_bind_double(statement_, index, value) != SQLITE_OK) db_->fail("binding a value");
  return *this;
}

// A view without bytes may have no address, which SQLite would take for NULL.
Statement& Statement::bind(int index, std::string_view text) {
  if (sqlite3_bind_text64(statement_, index, text.empty() ? "" : text.data(), text.size(),
                          SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
    db_->fail("binding a value");
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  if (sqlite3_bind_blob64(statement_, index, bytes.empty() ? "" : bytes.data(), bytes.size(),
                          SQLITE_STATIC) != SQLITE_OK)
    db_->fail("binding a value");
  return *this;
}

Statement& Statement::bind_null(int index) {
  if (sqlite3_bind_null(statement_, index) != SQLITE_OK) db_->fail("binding a value");
  return *this;
}

Statement& Statement::bind_or_null(int index, std::string_view text) {
  return text.empty() ? bind_null(index) : bind(index, text);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  // The message belongs to this step: reset() keeps it, and no lock may outlive the failure.
  sqlite3_reset(statement_);
  db_->fail(sqlite3_db_readonly(db_->handle(), "main") == 1 ? "reading" : "writing");
}

void Statement::step_to_row() {
  if (!step()) throw Error(db_->path() + ": reading: a row is missing; the file is damaged");
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() { sqlite3_reset(statement_); }

std::int64_t Statement::column_int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::column_double(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string_view Statement::column_text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::column_is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::vector<std::string> Statement::column_names() const {
  const int count = sqlite3_column_count(statement_);
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) names.emplace_back(sqlite3_column_name(statement_, i));
  return names;
}

std::vector<std::string> Statement::parameter_names() const {
  std::vector<std::string> names;
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement_); ++i) {
    const char* name = sqlite3_bind_parameter_name(statement_, i);
    names.emplace_back(name == nullptr ? "" : name + 1);
  }
  return names;
}

}  // namespace storage
