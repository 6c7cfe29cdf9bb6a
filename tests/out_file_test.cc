// Files that commands write: the one rule of -o, --html, --junit, --save, --stats and --seeds.
#include "storage/out_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "storage/database.h"
#include "tests/crawl_support.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

namespace fs = std::filesystem;
using storage::OutFile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using tests::Ended;
using tests::read_file;
using tests::weft;

class OutFileTest : public testing::Test {
 protected:
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(dir_.path()))
      found.push_back(entry.path().filename());
    return found;
  }
  static void expect_refused(const std::string& path, const std::string& crawl,
                             const std::string& why) {
    try {
      const OutFile file(path, crawl);
      ADD_FAILURE() << path << " was taken";
    } catch (const storage::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(why));
    }
  }

  tests::TempDir dir_;
  const std::string path_ = dir_.file("out");
};

TEST_F(OutFileTest, TakesTheOldOnesPlaceWhenItIsWhole) {
  tests::write_file(path_, "old");
  OutFile file(path_);
  file.stream() << std::string(1 << 20, 'x') << std::flush;
  EXPECT_EQ(read_file(path_), "old");
  file.finish();
  EXPECT_EQ(read_file(path_), std::string(1 << 20, 'x'));
  EXPECT_THAT(names(), ElementsAre("out"));
}

TEST_F(OutFileTest, LeavesNothingWhereItIsNotFinished) {
  { OutFile(path_).stream() << "half" << std::flush; }
  EXPECT_THAT(names(), ElementsAre());
  tests::write_file(path_, "old");
  { OutFile(path_).stream() << "half" << std::flush; }
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_THAT(names(), ElementsAre("out"));
}

TEST_F(OutFileTest, KeepsThePermissionsOfWhatItReplaces) {
  tests::write_file(path_, "secret");
  fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  OutFile file(path_);
  file.finish();
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(OutFileTest, KeepsTheOwnerWhereRootReplacesAUsersFile) {
  if (geteuid() != 0) GTEST_SKIP() << "takes root";
  constexpr uid_t kSomebody = 12345;
  tests::write_file(path_, "old");
  ASSERT_EQ(chown(path_.c_str(), kSomebody, kSomebody), 0);
  OutFile file(path_);
  file.finish();
  struct stat there {};
  ASSERT_EQ(stat(path_.c_str(), &there), 0);
  EXPECT_EQ(there.st_uid, kSomebody);
}

TEST_F(OutFileTest, ASymbolicLinkStaysOneAndItsTargetIsReplaced) {
  fs::create_directory(dir_.file("elsewhere"));
  tests::write_file(dir_.file("elsewhere/target"), "old");
  fs::create_symlink("elsewhere/target", path_);
  OutFile file(path_);
  file.stream() << "new";
  file.finish();
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(read_file(dir_.file("elsewhere/target")), "new");
}

TEST_F(OutFileTest, NeverTheCrawlsOwnFileByWhateverName) {
  const std::string crawl = dir_.file("crawl.db");
  tests::make_crawl(crawl);
  const std::string bytes = read_file(crawl);
  fs::create_symlink("crawl.db", dir_.file("symbolic"));
  fs::create_hard_link(crawl, dir_.file("hard"));
  for (const char* name : {"crawl.db", "./crawl.db", "symbolic", "hard", "crawl.db-wal",
                           "crawl.db-shm", "crawl.db-journal"}) {
    expect_refused(dir_.file(name), crawl, "is the crawl's own file");
    expect_refused(dir_.file(name), dir_.file("symbolic"), "is the crawl's own file");
  }
  EXPECT_EQ(read_file(crawl), bytes);
  EXPECT_THAT(names(), UnorderedElementsAre("crawl.db", "symbolic", "hard"));
}

TEST_F(OutFileTest, AFolderIsNoFile) {
  expect_refused(dir_.path(), "", "is a folder");
  expect_refused(dir_.file("new/"), "", "is a folder");
  expect_refused(dir_.file("no/folder"), "", "No such file or directory");
}

TEST_F(OutFileTest, APipeIsWrittenToAsItComes) {
  const std::string db = dir_.file("crawl.db");
  tests::make_crawl(db);
  const Ended ended =
      tests::run({"sh", "-c",
                  "mkfifo \"$1\"; cat \"$1\" & \"$2\" query \"$3\" 'SELECT 1 AS n' -o \"$1\"; wait",
                  "sh", path_, tests::weft_program(), db});
  EXPECT_EQ(ended.out, "n\n1\n") << ended.err;
  EXPECT_THAT(names(), UnorderedElementsAre("crawl.db", "out"));
}

// ---- The commands -------------------------------------------------------------------------------

TEST_F(OutFileTest, EveryCommandReplacesAFileAndLeavesItWhereItFails) {
  const std::string db = dir_.file("crawl.db");
  tests::make_crawl(db);
  const std::vector<std::vector<std::string>> commands{
      {"query", db, "SELECT 1", "-o"},
      {"search", db, "heron", "-o"},
      {"report", db, "status", "-o"},
      {"report", db, "--list", "-o"},
      {"report", db, "--html"},
      {"report", db, "--fail-on", "5xx", "-o"},
      {"report", db, "--fail-on", "5xx", "--junit"},
      {"why", db, "http://example.com/", "-o"},
      {"export", db, "pages", "-o"},
      {"export", db, "graph", "-o"},
  };
  for (std::vector<std::string> command : commands) {
    tests::write_file(path_, "old");
    command.push_back(path_);
    const Ended ended = weft(command);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_NE(read_file(path_), "old") << command[0];
    EXPECT_NE(read_file(path_), "") << command[0];
    command.back() = db;
    EXPECT_THAT(weft(command).err, HasSubstr("is the crawl's own file")) << command[0];
    command.back() = dir_.path();
    EXPECT_THAT(weft(command).err, HasSubstr("is a folder")) << command[0];
    command.back() = "/dev/full";
    const Ended full = weft(command);
    EXPECT_EQ(full.code, 2) << command[0];
    EXPECT_THAT(full.err, HasSubstr("could not be written whole")) << command[0];
  }
  tests::write_file(path_, "old");
  tests::sql(db, "DROP VIEW page_list; DROP TABLE links");
  for (std::vector<std::string> command :
       std::vector<std::vector<std::string>>{{"query", db, "SELECT * FROM page_list", "-o"},
                                             {"report", db, "anchors", "-o"},
                                             {"report", db, "--html"},
                                             {"export", db, "links", "-o"}}) {
    command.push_back(path_);
    EXPECT_EQ(weft(command).code, 2) << command[0];
    EXPECT_EQ(read_file(path_), "old") << command[0];
  }
  EXPECT_THAT(names(), UnorderedElementsAre("crawl.db", "out"));
}

TEST_F(OutFileTest, StdoutByItsNameIsNotReplaced) {
  const std::string db = dir_.file("crawl.db");
  tests::make_crawl(db);
  const Ended ended = tests::run({"sh", "-c",
                                  "echo first >\"$1\"; \"$2\" query \"$3\" 'SELECT 1 AS n'"
                                  " -o /dev/stdout >>\"$1\"",
                                  "sh", path_, tests::weft_program(), db});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(read_file(path_), "first\nn\n1\n");
}

TEST_F(OutFileTest, TheStatsOfACrawlThatCannotBeWrittenAreToldBeforeIt) {
  const std::string db = dir_.file("crawl.db");
  const Ended ended = tests::crawl({"http://127.0.0.1:1/"}, db, {"--stats", dir_.file("no/stats")});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("cannot write " + dir_.file("no/stats")));
  EXPECT_EQ(tests::sql(db, "SELECT count(*) FROM runs"), "0");
  EXPECT_THAT(tests::crawl({"http://127.0.0.1:1/"}, db, {"--stats", db}).err,
              HasSubstr("is the crawl's own file"));
}

}  // namespace
