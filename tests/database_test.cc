// What weft says to files that it cannot use, and that it leaves them as they were.
#include "storage/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using storage::Database;
using storage::Error;
using storage::Statement;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Mode = Database::Mode;

class DatabaseTest : public testing::Test {
 protected:
  std::string refusal(const std::string& path, Mode mode) {
    try {
      const Database db(path, mode);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
      EXPECT_THAT(error.what(), HasSubstr(path));
      return error.what();
    }
    ADD_FAILURE() << path << " was opened";
    return {};
  }

  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path()))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  void sql(const std::string& path, const char* statements) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, statements, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

  // Refused in both modes, byte for byte as it was, and nothing new beside it.
  void expect_refused_and_untouched(const std::string& path, const std::string& why) {
    const std::string bytes = tests::read_file(path);
    const auto written = std::filesystem::last_write_time(path);
    const auto before = files();
    for (const Mode mode : {Mode::kReadOnly, Mode::kCrawl})
      EXPECT_THAT(refusal(path, mode), HasSubstr(why));
    EXPECT_EQ(tests::read_file(path), bytes);
    EXPECT_EQ(std::filesystem::last_write_time(path), written);
    EXPECT_EQ(files(), before);
  }

  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
};

TEST_F(DatabaseTest, NewFileSaysWhatItIs) {
  { const Database db(path_, Mode::kCrawl); }
  EXPECT_EQ(files(), std::vector<std::string>{"crawl.db"});
  Database db(path_, Mode::kReadOnly);
  EXPECT_EQ(db.number("PRAGMA application_id"), storage::kApplicationId);
  EXPECT_EQ(db.number("PRAGMA user_version"), storage::kSchemaVersion);
  EXPECT_EQ(db.meta("schema_version"), std::to_string(storage::kSchemaVersion));
}

TEST_F(DatabaseTest, EmptyFileBecomesACrawlAndIsNoneToRead) {
  tests::write_file(path_, "");
  EXPECT_THAT(refusal(path_, Mode::kReadOnly), HasSubstr("is empty"));
  { const Database db(path_, Mode::kCrawl); }
  const Database db(path_, Mode::kReadOnly);
  EXPECT_EQ(db.meta("schema_version"), std::to_string(storage::kSchemaVersion));
}

TEST_F(DatabaseTest, WhatACrawlThatDiedWhileItMadeTheFileLeftBehindIsNoHindrance) {
  tests::write_file(path_, "");
  tests::write_file(path_ + "-journal", "half a jou");
  { const Database db(path_, Mode::kCrawl); }
  EXPECT_EQ(files(), std::vector<std::string>{"crawl.db"});
}

TEST_F(DatabaseTest, AFileThatIsBeingMadeCanBeLookedAtAllTheWhile) {
  // SQLite deletes the log beside a file that it opened while it was empty.
  std::atomic<bool> over{false};
  std::thread looking([&] {
    while (!over) {
      sqlite3* db = nullptr;
      sqlite3_open(path_.c_str(), &db);
      sqlite3_exec(db, "SELECT count(*) FROM urls", nullptr, nullptr, nullptr);
      sqlite3_close(db);
    }
  });
  for (int i = 0; i < 20; ++i) {
    Database db(path_, Mode::kCrawl);
    db.set_meta("looked_at", "yes");
    EXPECT_EQ(db.meta("looked_at"), "yes");
  }
  over = true;
  looking.join();
}

TEST_F(DatabaseTest, MissingFileIsNamedAndNotMade) {
  EXPECT_THAT(refusal(path_, Mode::kReadOnly),
              HasSubstr("there is no such file; weft crawl makes one"));
  EXPECT_TRUE(files().empty());
}

TEST_F(DatabaseTest, DirectoryIsRefused) {
  for (const Mode mode : {Mode::kReadOnly, Mode::kCrawl})
    EXPECT_THAT(refusal(dir_.path().string(), mode), HasSubstr("is a directory"));
}

TEST_F(DatabaseTest, PlaceWithoutItsFolderIsRefused) {
  EXPECT_THAT(refusal(dir_.file("no/such/folder.db"), Mode::kCrawl),
              HasSubstr("cannot be written"));
  tests::write_file(path_, "text");
  EXPECT_THAT(refusal(path_ + "/inside.db", Mode::kCrawl), HasSubstr("cannot be written"));
}

TEST_F(DatabaseTest, FolderThatIsNotThereIsToldWithWhatToDo) {
  EXPECT_THAT(refusal(dir_.file("none/crawl.db"), Mode::kCrawl),
              HasSubstr("cannot be written: its folder is not there; make that first"));
}

TEST_F(DatabaseTest, DeviceIsRefused) {
  for (const Mode mode : {Mode::kReadOnly, Mode::kCrawl})
    EXPECT_THAT(refusal("/dev/null", mode), HasSubstr("not a regular file"));
}

TEST_F(DatabaseTest, TextFileIsRefusedAndUntouched) {
  tests::write_file(path_, "https://example.com/\n");
  expect_refused_and_untouched(path_, "is not a weft database");
  tests::write_file(path_, std::string(100'000, 'x'));
  expect_refused_and_untouched(path_, "is not a weft database");
}

TEST_F(DatabaseTest, SomebodyElsesSqliteFileIsRefusedAndUntouched) {
  sql(path_, "CREATE TABLE urls (id INTEGER)");
  expect_refused_and_untouched(path_, "is not a weft database");
}

TEST_F(DatabaseTest, SomebodyElsesSqliteFileInWalModeIsRefusedAndUntouched) {
  sql(path_, "PRAGMA journal_mode = WAL; CREATE TABLE urls (id INTEGER)");
  expect_refused_and_untouched(path_, "is not a weft database");
}

TEST_F(DatabaseTest, OtherSchemaVersionIsRefusedAndUntouched) {
  { const Database db(path_, Mode::kCrawl); }
  sql(path_, "PRAGMA user_version = 7");
  expect_refused_and_untouched(path_, "schema version 7");
}

TEST_F(DatabaseTest, SecondCrawlIsRefusedWhileTheFirstRuns) {
  {
    const Database first(path_, Mode::kCrawl);
    EXPECT_THAT(refusal(path_, Mode::kCrawl), HasSubstr("another crawl"));
    // From another process: the first one's locks are still in force.
    const tests::Ended other = tests::weft({"crawl", "http://127.0.0.1:1/", "--db", path_});
    EXPECT_EQ(other.code, 2);
    EXPECT_THAT(other.err, HasSubstr("another crawl"));
  }
  const Database later(path_, Mode::kCrawl);
}

TEST_F(DatabaseTest, ReadersAreNeverLockedOut) {
  Database crawl(path_, Mode::kCrawl);
  crawl.execute("BEGIN IMMEDIATE; INSERT INTO meta VALUES ('half', 'written')");
  const Database reader(path_, Mode::kReadOnly);
  EXPECT_EQ(reader.meta("half"), "");
  const tests::Ended shell = tests::run(
      {"sqlite3", "-readonly", path_, "SELECT value FROM meta WHERE key = 'schema_version'"});
  EXPECT_EQ(shell.out, std::to_string(storage::kSchemaVersion) + "\n") << shell.err;
  crawl.execute("COMMIT");
  EXPECT_EQ(reader.meta("half"), "written");
}

TEST_F(DatabaseTest, WhoeverLooksWhetherAFileIsCrawledHindersNoCrawl) {
  const std::string path = dir_.file("crawl.db");
  tests::make_crawl(path);
  const storage::ClaimProbe probe(path);
  EXPECT_FALSE(probe.is_claimed());
  {
    const Database crawl(path, Mode::kCrawl);
    EXPECT_TRUE(probe.is_claimed());
  }
  EXPECT_FALSE(probe.is_claimed());
  std::atomic<bool> ended = false;
  std::thread looks([&] {
    while (!ended) probe.is_claimed();
  });
  for (int n = 0; n < 20; ++n) EXPECT_NO_THROW(Database(path, Mode::kCrawl));
  ended = true;
  looks.join();
}

TEST_F(DatabaseTest, CrawlOfAFileThatIsBeingReadLeavesItWhole) {
  { const Database crawl_before(path_, Mode::kCrawl); }
  auto crawl = std::make_unique<Database>(path_, Mode::kCrawl);
  Database reader(path_, Mode::kReadOnly);
  Statement reading(reader, "SELECT key FROM meta");
  ASSERT_TRUE(reading.step());
  crawl->set_meta("colour", "grey");
  crawl.reset();
  reading.reset();
  EXPECT_EQ(reader.meta("colour"), "grey");
}

// Runs `action` in a process of its own, after `prepare`; answers what it says of itself.
std::string in_child(const std::function<void()>& prepare,
                     const std::function<std::string()>& action) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    prepare();
    std::string answer;
    try {
      answer = action();
    } catch (const std::exception& error) {
      answer = error.what();
    }
    _exit(write(ends[1], answer.data(), answer.size()) < 0 ? 1 : 0);
  }
  close(ends[1]);
  std::string answer(4096, ' ');
  const ssize_t size = read(ends[0], answer.data(), answer.size());
  answer.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return answer;
}

// So that a folder's permissions are in force where tests run as root.
void be_nobody() {
  constexpr uid_t kNobody = 65534;
  if (getuid() == 0 && setuid(kNobody) != 0) _exit(1);
}

TEST_F(DatabaseTest, FolderThatCannotBeWrittenIsRefusedToACrawlAndReadByOthers) {
  tests::make_crawl(path_);
  chmod(dir_.path().c_str(), 0555);
  EXPECT_THAT(in_child(be_nobody, [&] { return refusal(dir_.file("new.db"), Mode::kCrawl); }),
              HasSubstr("Permission denied"));
  const auto count_pages = [&] {
    return std::to_string(Database(path_, Mode::kReadOnly).number("SELECT count(*) FROM pages"));
  };
  EXPECT_EQ(in_child(be_nobody, count_pages), "3");
  // Even where it was left in WAL mode.
  chmod(dir_.path().c_str(), 0755);
  sql(path_, "PRAGMA journal_mode = WAL");
  chmod(dir_.path().c_str(), 0555);
  EXPECT_EQ(in_child(be_nobody, count_pages), "3");
  chmod(dir_.path().c_str(), 0755);
}

TEST_F(DatabaseTest, DiskWithoutRoomForAnEmptyFileIsNamedAndNothingIsLeft) {
  const auto no_room = [] {
    const rlimit limit{20'000, 20'000};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  EXPECT_THAT(in_child(no_room, [&] { return refusal(path_, Mode::kCrawl); }),
              HasSubstr("creating the file"));
  EXPECT_TRUE(files().empty());
}

// The file's end stands in its log alone then, and its first page speaks of more than there is.
TEST_F(DatabaseTest, FileWhoseLogWasBroughtInByHalfIsWholeToReadersAndToTheNextCrawl) {
  const auto no_more_room = [] {
    const rlimit limit{100'000, 100'000};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
  };
  in_child([] {},
           [&] {
             Database db(path_, Mode::kCrawl);
             db.execute(
                 "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
                 "INSERT INTO meta SELECT 'key' || i, hex(zeroblob(1000)) FROM n");
             no_more_room();
             return std::string();
           });
  ASSERT_GT(files().size(), 1u) << "the log is still there";
  for (const Mode mode : {Mode::kReadOnly, Mode::kCrawl}) {
    Database db(path_, mode);
    EXPECT_EQ(db.number("SELECT count(*) FROM meta"), 501);
  }
}

TEST_F(DatabaseTest, ReadingOnlyReads) {
  tests::make_crawl(path_);
  Database db(path_, Mode::kReadOnly);
  for (const char* statement :
       {"DELETE FROM urls", "UPDATE meta SET value = 2", "UPDATE sqlite_master SET sql = ''",
        "CREATE TABLE t (x)", "DROP TABLE urls", "CREATE TEMP TABLE t (x)",
        "ATTACH 'other.db' AS o", "VACUUM INTO 'copy.db'", "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 3", "PRAGMA writable_schema = ON", "SELECT load_extension('x')",
        "BEGIN", "REINDEX", "ANALYZE", "INSERT INTO page_text (page_text) VALUES ('optimize')"}) {
    EXPECT_THROW(Statement(db, statement).run(), Error) << statement;
  }
  EXPECT_EQ(files(), std::vector<std::string>{"crawl.db"});
  for (const char* statement : {"SELECT * FROM link_list", "PRAGMA table_info(urls)",
                                "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                                "WHERE i < 5) SELECT i FROM n",
                                "EXPLAIN QUERY PLAN SELECT * FROM pages",
                                "SELECT rowid FROM page_text WHERE page_text MATCH 'heron'"}) {
    EXPECT_TRUE(Statement(db, statement).step()) << statement;
  }
}

TEST_F(DatabaseTest, ExactlyOneStatement) {
  { const Database db(path_, Mode::kCrawl); }
  const Database db(path_, Mode::kReadOnly);
  EXPECT_NO_THROW(Statement(db, "SELECT 1; -- and no more\n "));
  EXPECT_THROW(Statement(db, "SELECT 1; SELECT 2"), Error);
  EXPECT_THROW(Statement(db, "SELECT 1; nonsense"), Error);
  EXPECT_THROW(Statement(db, " -- nothing"), Error);
  EXPECT_THROW(Statement(db, ""), Error);
}

TEST_F(DatabaseTest, NameWithSignsOfAUriIsAName) {
  const std::string odd = dir_.file("50% of? a #crawl.db");
  { const Database db(odd, Mode::kCrawl); }
  EXPECT_EQ(files(), std::vector<std::string>{"50% of? a #crawl.db"});
  EXPECT_EQ(Database(odd, Mode::kReadOnly).meta("schema_version"),
            std::to_string(storage::kSchemaVersion));
}

TEST_F(DatabaseTest, LinkToAFileIsFollowed) {
  std::filesystem::create_symlink(dir_.file("real.db"), path_);
  { const Database db(path_, Mode::kCrawl); }
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(Database(dir_.file("real.db"), Mode::kReadOnly).meta("schema_version"),
            std::to_string(storage::kSchemaVersion));
}

TEST_F(DatabaseTest, DamagedFileIsAnErrorAndNoCrash) {
  tests::make_crawl(path_);
  std::string bytes = tests::read_file(path_);
  // Everything but the header page turned over, piece by piece.
  for (std::size_t at = 16384; at < bytes.size(); at += 97)
    bytes[at] = static_cast<char>(~bytes[at]);
  tests::write_file(path_, bytes);
  Database db(path_, Mode::kReadOnly);
  EXPECT_THROW(
      {
        Statement all(db, "SELECT * FROM link_list");
        while (all.step()) {
        }
        Statement text(db, "SELECT * FROM page_text WHERE page_text MATCH 'heron'");
        while (text.step()) {
        }
        Statement check(db, "SELECT count(*) FROM pages, urls");
        while (check.step()) {
        }
      },
      Error);
}

}  // namespace
