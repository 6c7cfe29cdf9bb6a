// An open weft file. One crawl at a time opens it to write; anyone may open it to read.
//
// A crawl locks the file (file_lock.h) for as long as it runs, so a second crawl of the same file
// fails; readers are never locked out (WAL). Where the file cannot be used, an Error says in one
// line what happened, with which value, and what to do, and the file is left as it was. Not
// thread-safe: one Database belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/error.h"
#include "storage/file_lock.h"
#include "storage/ids.h"

struct sqlite3;
struct sqlite3_stmt;

namespace storage {

// The version of schema.sql. An older file is read as it is, and brought to this version by a crawl
// (migrate.h); a newer one is refused.
inline constexpr int kSchemaVersion = 3;
// "weft" in PRAGMA application_id, which marks a weft file.
inline constexpr int kApplicationId = 0x77656674;

class Database {
 public:
  enum class Mode { kReadOnly, kCrawl };

  // kCrawl creates the file where there is none (or an empty one); kReadOnly never does, and every
  // statement on it that would do more than read is rejected: the file may be untrusted.
  Database(const std::string& path, Mode mode);
  // After a crawl: one file, without a write-ahead log, unless somebody is reading it.
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  // A private database in a temporary file that is deleted with the object: for sorting and lookups
  // in bounded memory. Throws Error.
  [[nodiscard]] static Database scratch();

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return db_.get(); }

  // Runs statements that return no rows. Throws Error.
  void execute(const char* sql);
  // One value, or `otherwise` where there is no row. Throws Error.
  std::int64_t number(const char* sql, std::int64_t otherwise = 0);
  // A value of the table meta.
  std::string meta(std::string_view key) const;  // "" where the key is missing
  void set_meta(std::string_view key, std::string_view value);

  // Throws Error with SQLite's message, the path, and what can be done about it.
  [[noreturn]] void fail(std::string_view doing) const;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  Database(std::string path, sqlite3* db);
  void create();
  void check_is_weft() const;
  [[nodiscard]] bool is_older();
  void open_for_crawl();
  void open_for_reading();
  void open(const std::string& uri, int flags);
  void checkpoint_and_close() noexcept;

  std::string path_;
  FileLock lock_;  // held by a crawl alone; outlives db_, see file_lock.h
  std::unique_ptr<sqlite3, Close> db_;
};

// A prepared statement: bind by position from 1, step, reset. A view from column_text holds until
// the next step. Throws Error.
class Statement {
 public:
  // `sql` holds exactly one statement; none, or a second one after it, is an Error.
  Statement(const Database& db, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  // Bound text must outlive the next reset(): it is not copied.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, Id auto id) { return bind(index, std::int64_t{to_number(id)}); }
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);
  // "" as NULL.
  Statement& bind_or_null(int index, std::string_view text);

  [[nodiscard]] bool step();  // true: there is a row
  void step_to_row();         // where there always is one; throws Error where there is none
  void run();                 // step to the end, then reset
  void reset();

  std::int64_t column_int(int column) const;
  double column_double(int column) const;
  std::string_view column_text(int column) const;
  bool column_is_null(int column) const;
  std::vector<std::string> column_names() const;
  // In order, without ':', '@', '$' or '?'; "" for a plain "?".
  std::vector<std::string> parameter_names() const;
  sqlite3_stmt* handle() const { return statement_; }

 private:
  const Database* db_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace storage
