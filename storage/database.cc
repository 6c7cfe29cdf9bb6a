#include "storage/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "schema_sql.h"
#include "storage/migrate.h"
#include "storage/text_ranking.h"
#include "storage/text_snippet.h"

namespace storage {
namespace {

constexpr int kPageSize = 16384;      // bytes; the text of most pages fits in one
constexpr int kCacheKib = 32 * 1024;  // the upper levels of every index of a large crawl
// 128 MiB of write-ahead log, then into the file: a page of the file that many commits touch is
// written there once for all of them.
constexpr int kCheckpointPages = 8192;
constexpr int kWalKeptBytes = 160 << 20;   // a longer log is cut back to this once it is empty
constexpr int kBusyMilliseconds = 10'000;  // wait for another program's lock before giving up

constexpr int kScratchCacheKib = 8 * 1024;  // of a scratch database, before it goes to the disk

// Bounds on what a statement from outside may ask for.
constexpr int kMaxSqlBytes = 1 << 20;
constexpr int kMaxValueBytes = 256 << 20;  // longest string or blob it may make or read
constexpr int kMaxExpressionDepth = 500;

// Pragmas that only tell. FTS5 itself asks for data_version.
constexpr std::array<std::string_view, 18> kTellingPragmas{
    "application_id", "collation_list", "compile_options", "data_version", "database_list",
    "encoding",       "freelist_count", "function_list",   "index_info",   "index_list",
    "index_xinfo",    "module_list",    "page_count",      "page_size",    "schema_version",
    "table_info",     "table_list",     "table_xinfo"};

int allow_reading_alone(void*, int action, const char* first, const char* second, const char*,
                        const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    // So declares FTS5 its columns when it connects. Nothing can come of it: the file is open to
    // read, and SQLite itself refuses such a statement.
    case SQLITE_UPDATE:
      return std::string_view(first) == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
      return std::string_view(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: {
      const std::string_view name = first;
      if (name == "user_version") return second == nullptr ? SQLITE_OK : SQLITE_DENY;
      for (const std::string_view telling : kTellingPragmas)
        if (name == telling) return SQLITE_OK;
      return SQLITE_DENY;
    }
    default:
      return SQLITE_DENY;
  }
}

// SQLite's own accounting takes a process-wide lock at every allocation.
void configure_library_once() {
  static const bool done = [] {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
  }();
  static_cast<void>(done);
}

// `path` as a URI, so that a '?' or '%' in it stays part of the name.
std::string uri_of(const std::string& path, std::string_view parameters) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#')
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    else
      uri += c;
  }
  return uri.append(parameters);
}

// The first 100 bytes of a file, zeros where it is shorter.
std::string read_header(const std::string& path) {
  constexpr std::size_t kHeaderBytes = 100;
  using Name = std::unique_ptr<const char, void (*)(const char*)>;
  const Name name(sqlite3_create_filename(path.c_str(), "", "", 0, nullptr), sqlite3_free_filename);
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  const std::unique_ptr<sqlite3_file, void (*)(void*)> file(
      static_cast<sqlite3_file*>(sqlite3_malloc(vfs->szOsFile)), sqlite3_free);
  std::string header(kHeaderBytes, '\0');
  int flags = 0;
  if (!name || !file ||
      vfs->xOpen(vfs, name.get(), file.get(), SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, &flags) !=
          SQLITE_OK)
    throw Error(path + ": cannot be read");
  const int code = file->pMethods->xRead(file.get(), header.data(), int{kHeaderBytes}, 0);
  file->pMethods->xClose(file.get());
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) throw Error(path + ": cannot be read");
  return header;
}

}  // namespace

void Database::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

Database::Database(const std::string& path, Mode mode) : path_(path) {
  configure_library_once();
  if (mode == Mode::kCrawl)
    open_for_crawl();
  else
    open_for_reading();
}

Database::Database(std::string path, sqlite3* db) : path_(std::move(path)), db_(db) {}

Database::~Database() {
  if (db_ && lock_.fd() >= 0) checkpoint_and_close();
}

Database::Database(Database&& other) noexcept = default;

Database& Database::operator=(Database&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  std::swap(db_, other.db_);
  return *this;
}

Database Database::scratch() {
  configure_library_once();
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(
      "", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database scratch("temporary file", db);
  if (code != SQLITE_OK) scratch.fail("opening it");
  scratch.execute(fmt::format("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                              "PRAGMA cache_size = -{}; BEGIN",
                              kScratchCacheKib)
                      .c_str());
  return scratch;
}

void Database::open(const std::string& uri, int flags) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(
      uri.c_str(), &db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) fail("opening the file");
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

// Looks at the file's header alone, through SQLite's own file layer: opening an untrusted file as a
// database could leave a -wal and a -shm beside it, opening ours without its log fails where a
// checkpoint was cut short, and a plain open and close would drop this process's locks.
void Database::check_is_weft() const {
  const std::string header = read_header(path_);
  constexpr std::size_t kUserVersionAt = 60;  // https://www.sqlite.org/fileformat2.html section 1.3
  constexpr std::size_t kApplicationIdAt = 68;
  const auto number_at = [&header](std::size_t at) {
    std::int64_t number = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      number = number << 8 | static_cast<unsigned char>(header[i]);
    return number;
  };
  const std::int64_t application = number_at(kApplicationIdAt);
  const std::int64_t version = number_at(kUserVersionAt);
  if (!header.starts_with("SQLite format 3")) throw Error(path_ + ": is not a weft database");
  if (application != kApplicationId) throw Error(path_ + ": is not a weft database");
  if (version < kOldestSchemaVersion || version > kSchemaVersion)
    throw Error(
        fmt::format("{}: is a weft database of schema version {}, and this weft {} has {}; "
                    "use the weft that made it, or give another --db",
                    path_, version, WEFT_VERSION, kSchemaVersion));
}

// Asked of SQLite: the header's number is the older one where the newer stands in the log alone.
bool Database::is_older() { return number("PRAGMA user_version") < kSchemaVersion; }

void Database::open_for_reading() {
  struct stat info {};
  if (stat(path_.c_str(), &info) != 0) throw unreadable(path_, errno);
  if (S_ISDIR(info.st_mode)) throw Error(path_ + ": is a directory, not a weft database");
  if (!S_ISREG(info.st_mode)) throw Error(path_ + ": is not a regular file");
  if (info.st_size == 0) throw Error(path_ + ": is empty, not a weft database");
  if (access(path_.c_str(), R_OK) != 0) throw unreadable(path_, errno);
  check_is_weft();
  open(uri_of(path_, ""), SQLITE_OPEN_READONLY);
  if (sqlite3_exec(db_.get(), "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr) !=
      SQLITE_OK) {
    // A file in WAL mode on a read-only medium. Without a log beside it, the file is all there is.
    const int code = sqlite3_errcode(db_.get());
    struct stat wal {};
    const bool log = stat((path_ + "-wal").c_str(), &wal) == 0 && wal.st_size > 0;
    if (log || (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_CORRUPT)
      fail("reading the file");
    open(uri_of(path_, "?immutable=1"), SQLITE_OPEN_READONLY);
    execute("SELECT count(*) FROM sqlite_schema");
  }
  if (is_older()) overlay_version_2(*this);
  sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  execute(fmt::format("PRAGMA cell_size_check = ON; PRAGMA cache_size = -{}", kCacheKib).c_str());
  sqlite3_limit(db_.get(), SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db_.get(), SQLITE_LIMIT_SQL_LENGTH, kMaxSqlBytes);
  sqlite3_limit(db_.get(), SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  sqlite3_limit(db_.get(), SQLITE_LIMIT_EXPR_DEPTH, kMaxExpressionDepth);
  TextRanking::prepare(*this);
  add_snippet_function(*this);
  sqlite3_set_authorizer(db_.get(), allow_reading_alone, nullptr);
}

void Database::open_for_crawl() {
  lock_ = FileLock::claim(path_);
  std::error_code no_link;
  const std::string given = std::exchange(path_, std::filesystem::canonical(path_, no_link));
  if (no_link) throw Error(given + ": " + no_link.message());
  if (lock_.size() == 0) {
    create();
  } else {
    check_is_weft();
    open(uri_of(path_, ""), SQLITE_OPEN_READWRITE);
    if (is_older()) migrate_version_2(*this);
  }
  execute(fmt::format("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                      "PRAGMA foreign_keys = OFF;"
                      "PRAGMA cache_size = -{}; PRAGMA wal_autocheckpoint = {};"
                      "PRAGMA journal_size_limit = {}",
                      kCacheKib, kCheckpointPages, kWalKeptBytes)
              .c_str());
}

// In place and in one transaction, before there is a log: a crawl that is killed meanwhile leaves
// an empty file and a journal, which the next one takes for a new file. (A file made elsewhere and
// renamed would leave whoever had opened the empty one with the new one's names, and SQLite deletes
// the -wal that it finds beside an empty file.)
void Database::create() {
  try {
    open(uri_of(path_, ""), SQLITE_OPEN_READWRITE);
    const std::string sql = fmt::format(
        "PRAGMA page_size = {}; BEGIN IMMEDIATE; {};"
        "PRAGMA application_id = {}; PRAGMA user_version = {};"
        "INSERT INTO meta VALUES ('schema_version', '{}'); COMMIT",
        kPageSize, kSchemaSql, kApplicationId, kSchemaVersion, kSchemaVersion);
    if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      fail("creating the file");
  } catch (...) {
    db_.reset();
    if (lock_.created()) unlink(path_.c_str());
    throw;
  }
}

// The log goes into the file, and the file back to a mode in which it can be read from a medium
// that cannot be written. Somebody who reads at this moment keeps both from happening; then the
// file stays as it is, whole, and the next crawl takes it up.
void Database::checkpoint_and_close() noexcept {
  sqlite3_busy_timeout(db_.get(), 0);
  sqlite3_exec(db_.get(), "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE", nullptr,
               nullptr, nullptr);
}

void Database::execute(const char* sql) {
  if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(sqlite3_db_readonly(db_.get(), "main") == 1 ? "reading" : "writing");
}

std::int64_t Database::number(const char* sql, std::int64_t otherwise) {
  Statement statement(*this, sql);
  return statement.step() ? statement.column_int(0) : otherwise;
}

std::string Database::meta(std::string_view key) const {
  Statement statement(*this, "SELECT value FROM meta WHERE key = ?");
  statement.bind(1, key);
  return statement.step() ? std::string(statement.column_text(0)) : std::string();
}

void Database::set_meta(std::string_view key, std::string_view value) {
  Statement statement(*this, "INSERT OR REPLACE INTO meta VALUES (?, ?)");
  statement.bind(1, key).bind(2, value).run();
}

void Database::fail(std::string_view doing) const {
  const int code = sqlite3_errcode(db_.get()) & 0xff;
  std::string line = fmt::format("{}: {}: {}", path_, doing, sqlite3_errmsg(db_.get()));
  switch (code) {
    case SQLITE_FULL:
      line += "; make room, then start the same command again";
      break;
    case SQLITE_BUSY:
      line += "; another program holds it: wait for its end";
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      line += "; the file is damaged: sqlite3 FILE .recover saves what can be read";
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      line += "; the folder must be writable while a crawl's -wal file lies in it";
      break;
    default:
      break;
  }
  throw Error(line);
}

}  // namespace storage
