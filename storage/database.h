// A weft file, open. The crawl opens it to write, once; everyone else opens it to read.
//
// A crawl claims the file (file_lock.h) for as long as it runs, so a second one on the same file is
// refused; readers are never locked out (WAL). Every refusal is an Error with one line that says
// what happened, with what value, and what to do; the file is left as it was. Not thread-safe: one
// Database belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/error.h"
#include "storage/file_lock.h"

struct sqlite3;
struct sqlite3_stmt;

namespace storage {

// The version of schema.sql. A file of another version is refused.
inline constexpr int kSchemaVersion = 2;
// "weft" in PRAGMA application_id: how a file says that it is ours.
inline constexpr int kApplicationId = 0x77656674;

class Database {
 public:
  enum class Mode { kReadOnly, kCrawl };

  // kCrawl creates the file where there is none (or an empty one); kReadOnly never does, and every
  // statement on it that would do more than read is refused: the file may be a stranger's.
  Database(const std::string& path, Mode mode);
  // After a crawl: one file at rest, unless somebody is reading it at this moment.
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  // A private one in a temporary file, gone with the object: for what must be sorted or looked up
  // again while memory does not grow. Throws Error.
  static Database scratch();

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return db_.get(); }

  // Runs statements that answer no rows. Throws Error.
  void execute(const char* sql);
  // One value, or `otherwise` where there is no row. Throws Error.
  std::int64_t number(const char* sql, std::int64_t otherwise = 0);
  // Of the meta table.
  std::string meta(std::string_view key) const;  // "" where there is none
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
  void open_for_crawl();
  void open_for_reading();
  void open(const std::string& uri, int flags);
  void come_to_rest() noexcept;

  std::string path_;
  FileLock lock_;  // held by a crawl alone; outlives db_, see file_lock.h
  std::unique_ptr<sqlite3, Close> db_;
};

// A prepared statement: bind by position from 1, step, reset. The views that column_text answers
// hold until the next step. Throws Error.
class Statement {
 public:
  // Exactly one statement: none, or a second one behind it, is an Error.
  Statement(const Database& db, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  // Bound text must outlive the next reset(): it is not copied.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);
  // "" as NULL.
  Statement& bind_or_null(int index, std::string_view text);

  bool step();  // true: a row stands ready
  void run();   // step to the end, then reset
  void reset();

  std::int64_t column_int(int column) const;
  double column_double(int column) const;
  std::string_view column_text(int column) const;
  bool column_is_null(int column) const;
  std::vector<std::string> column_names() const;
  // From the first, without ':', '@', '$' or '?': "" of a mere "?".
  std::vector<std::string> parameter_names() const;
  sqlite3_stmt* handle() const { return statement_; }

 private:
  const Database* db_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace storage
