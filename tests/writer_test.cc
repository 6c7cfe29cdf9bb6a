// Records go in, rows come out: whole, in order, and whatever happens to the machine.
#include "storage/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <future>

#include "storage/runs.h"
#include "tests/storage_fixture.h"
#include "tests/support.h"

namespace {

using namespace std::chrono_literals;
using storage::Database;
using storage::Error;
using storage::HostId;
using storage::Order;
using storage::OriginId;
using storage::Reason;
using storage::State;
using storage::Statement;
using storage::UrlId;
using storage::Writer;
using storage::WriterOptions;
using testing::ElementsAre;
using testing::HasSubstr;
using Mode = Database::Mode;

class WriterTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open(Order order = Order::kPriority) {
    db_ = std::make_unique<Database>(path_, Mode::kCrawl);
    storage::prepare_order(*db_, order);
    storage::start_run(*db_, "0.1.0", "weft crawl", "{}", 0);
  }

  static storage::Discovery seeds(std::uint32_t count) {
    storage::Discovery record;
    tests::add_origin(record, 1, "http://example.com");
    for (std::uint32_t id = 1; id <= count; ++id)
      record.new_urls.push_back(tests::make_url(id, "http://example.com/" + std::to_string(id)));
    return record;
  }

  std::string text(const char* sql) {
    Statement statement(*db_, sql);
    return statement.step() ? std::string(statement.column_text(0)) : "no row";
  }

  // Ids of a range of queued URLs.
  static std::vector<std::uint32_t> queued(Writer& writer, storage::QueuedRange range) {
    std::promise<std::vector<std::uint32_t>> ids;
    writer.read_queued(range, [&](std::vector<storage::QueuedUrl> urls) {
      std::vector<std::uint32_t> found;
      for (const storage::QueuedUrl& url : urls) found.push_back(to_number(url.id));
      ids.set_value(found);
    });
    return ids.get_future().get();
  }

  tests::TempDir dir_;
  const std::string path_ = dir_.file("crawl.db");
  std::unique_ptr<Database> db_;
};

TEST_F(WriterTest, PageBringsItsUrlsLinksTextAndState) {
  Writer writer(*db_, {});
  writer.put(seeds(1));
  storage::PageOutcome page = tests::make_page(1, "Herons", "The grey heron.", {2, 1});
  page.attempts = 2;
  page.new_urls = {tests::make_url(2, "http://example.com/2", 1, 1)};
  page.links[0].fragment = "#top";
  page.links[0].rel = "nofollow";
  writer.put(std::move(page));
  writer.close();
  EXPECT_EQ(text("SELECT state || ' ' || reason || ' ' || attempts FROM urls WHERE id = 1"),
            "done fetched 2");
  EXPECT_EQ(text("SELECT state || reason || found_on FROM urls WHERE id = 2"), "queued1");
  EXPECT_EQ(text("SELECT to_url || ' ' || rel FROM link_list WHERE seq = 0"),
            "http://example.com/2#top nofollow");
  EXPECT_EQ(db_->number("SELECT count(*) FROM links"), 2);
  EXPECT_EQ(text("SELECT title FROM page_text WHERE page_text MATCH 'heron'"), "Herons");
  EXPECT_EQ(text("SELECT fetched_at FROM pages"), "2026-01-01T00:00:00.123Z");
  EXPECT_EQ(db_->number("SELECT run_id FROM pages"), 1);
}

TEST_F(WriterTest, FailureWithoutAResponseLeavesNoPage) {
  Writer writer(*db_, {});
  writer.put(seeds(1));
  storage::PageOutcome failed;
  failed.url = UrlId{1};
  failed.state = State::kFailed;
  failed.reason = Reason::kConnectFailed;
  failed.detail = "refused\xff";
  writer.put(std::move(failed));
  writer.close();
  EXPECT_EQ(text("SELECT state || ' ' || reason || ' ' || detail FROM urls"),
            "failed connect_failed refused\xef\xbf\xbd");
  EXPECT_EQ(db_->number("SELECT count(*) FROM pages"), 0);
}

TEST_F(WriterTest, SkippedUrlIsQueuedAfterAll) {
  Writer writer(*db_, {});
  storage::Discovery record = seeds(1);
  record.new_urls[0].state = State::kSkipped;
  record.new_urls[0].reason = Reason::kTooDeep;
  record.new_urls[0].depth = 9;
  writer.put(std::move(record));
  storage::Discovery again;
  again.new_urls.push_back(tests::make_url(1, "http://example.com/1", 2));
  writer.put(std::move(again));
  EXPECT_THAT(queued(writer, {HostId{1}, Order::kPriority, 0, 10}), ElementsAre(1));
  writer.close();
  EXPECT_EQ(text("SELECT state || reason || depth FROM urls"), "queued2");
}

TEST_F(WriterTest, PagesThatEndInAnyOrderAreAllFound) {
  Writer writer(*db_, {});
  writer.put(seeds(50));
  for (std::uint32_t i = 0; i < 50; ++i) {
    const std::uint32_t id = i * 7 % 50 + 1;
    writer.put(tests::make_page(id, "page", "heron number" + std::to_string(id)));
  }
  writer.close();
  EXPECT_EQ(db_->number("SELECT count(*) FROM page_text WHERE page_text MATCH 'heron'"), 50);
  EXPECT_EQ(db_->number("SELECT rowid FROM page_text WHERE page_text MATCH 'number29'"), 29);
  db_->execute("INSERT INTO page_text (page_text, rank) VALUES ('integrity-check', 1)");
}

TEST_F(WriterTest, RobotsTxtIsKeptWithItsOriginAndTheRedirectsThatLedToIt) {
  Writer writer(*db_, {});
  writer.put(seeds(1));
  writer.put(
      storage::RobotsUpdate{OriginId{1}, 503, "", "", 500'000, {{302, "http://a.example/old"}}});
  writer.put(storage::RobotsUpdate{OriginId{1},
                                   200,
                                   "",
                                   "User-agent: *\nDisallow: /\xfe",
                                   1'000'000,
                                   {{301, "http://a.example/1"}, {307, "http://a.example/2"}}});
  writer.close();
  EXPECT_EQ(
      text("SELECT group_concat(origin_id || ' ' || seq || ' ' || status || ' ' || url, '; ') "
           "FROM robots_redirects"),
      "1 0 301 http://a.example/1; 1 1 307 http://a.example/2");
  EXPECT_EQ(text("SELECT robots_body FROM origins"), "User-agent: *\nDisallow: /\xef\xbf\xbd");
  EXPECT_EQ(text("SELECT robots_fetched_at FROM origins"), "1970-01-01T00:00:01.000Z");
}

TEST_F(WriterTest, BodiesAreKeptAsTheyWereReceived) {
  WriterOptions options;
  options.bodies = true;
  Writer writer(*db_, options);
  writer.put(seeds(2));
  const std::string body(200'000, 'b');
  for (const std::uint32_t id : {1u, 2u}) {
    storage::PageOutcome page = tests::make_page(id, "t", "x");
    page.raw_head = std::make_shared<std::string>("HTTP/1.1 200 OK\r\nX: \xff\r\n\r\n");
    page.raw_body = std::make_shared<std::string>(id == 1 ? body : "");
    writer.put(std::move(page));
  }
  writer.close();
  Statement statement(*db_, "SELECT head, body FROM bodies ORDER BY url_id");
  ASSERT_TRUE(statement.step());
  EXPECT_EQ(statement.column_text(0), "HTTP/1.1 200 OK\r\nX: \xff\r\n\r\n");
  const std::string packed(statement.column_text(1));
  EXPECT_LT(packed.size(), 1000u);
  std::string unpacked(body.size(), ' ');
  EXPECT_EQ(ZSTD_decompress(unpacked.data(), unpacked.size(), packed.data(), packed.size()),
            body.size());
  EXPECT_EQ(unpacked, body);
  ASSERT_TRUE(statement.step());
  const std::string none(statement.column_text(1));
  EXPECT_EQ(ZSTD_decompress(unpacked.data(), unpacked.size(), none.data(), none.size()), 0u);
}

TEST_F(WriterTest, ScriptsWithoutSpacesAreIndexedByLetterAndStoredAsTheyStand) {
  Writer writer(*db_, {});
  writer.put(seeds(2));
  writer.put(
      tests::make_page(1, "東京都の天気", "明日は使用Python編程。\nแม่น้ำ Café 서울에서 𠮷野家"));
  writer.put(tests::make_page(2, "Plain", "naïve Ελλάδα “quoted”"));
  writer.close();
  EXPECT_EQ(text("SELECT title || '|' || text FROM page_text WHERE rowid = 1"),
            "東京都の天気|明日は使用Python編程。\nแม่น้ำ Café 서울에서 𠮷野家");
  const auto finds = [&](const std::string& words) {
    return db_->number(
        ("SELECT rowid FROM page_text WHERE page_text MATCH '" + words + "'").c_str());
  };
  for (const char* words : {"\"東 京\"", "\"京 都 の\"", "天", "python", "\"用 python 編\"", "cafe",
                            "\"서 울\"", "𠮷", "\"แ ม ่ น\"", "title : \"東 京\""})
    EXPECT_EQ(finds(words), 1) << words;
  for (const char* words : {"\"京 東\"", "\"แ ม น\"", "text : \"東 京\"", "\"用 編\""})
    EXPECT_EQ(finds(words), 0) << words;
  EXPECT_EQ(finds("naive ΕΛΛΆΔΑ quoted"), 2);
  EXPECT_EQ(db_->number("SELECT count(*) FROM texts WHERE text LIKE '%東 京%'"), 0);
}

TEST_F(WriterTest, QueuedUrlsComeBackInTheCrawlsOrderFromTheRankThatIsAskedFor) {
  // Depths: 1 1 0 0 2 2 1 1 0 0
  constexpr std::array<std::uint16_t, 10> kDepths{1, 1, 0, 0, 2, 2, 1, 1, 0, 0};
  for (const Order order : {Order::kPriority, Order::kBreadth, Order::kDepth}) {
    SCOPED_TRACE(static_cast<int>(order));
    storage::prepare_order(*db_, order);
    db_->execute(
        "DELETE FROM urls; DELETE FROM hosts; DELETE FROM origins; DELETE FROM pages; DELETE FROM "
        "page_text; DELETE "
        "FROM texts");
    Writer writer(*db_, {});
    storage::Discovery record = seeds(10);
    for (std::size_t i = 0; i < kDepths.size(); ++i) record.new_urls[i].depth = kDepths[i];
    record.new_urls[6].state = State::kSkipped;
    record.new_urls.push_back(tests::make_url(11, "http://other.example/"));
    record.new_urls[10].host = HostId{2};
    record.new_urls[10].origin = OriginId{2};
    writer.put(std::move(record));
    writer.put(tests::make_page(4, "done", ""));
    // What the file answers is what rank_of() orders.
    std::vector<std::pair<std::uint64_t, std::uint32_t>> expected;
    for (std::uint32_t id = 1; id <= 10; ++id)
      if (id != 7 && id != 4)
        expected.emplace_back(storage::rank_of(order, UrlId{id}, kDepths[id - 1]), id);
    std::sort(expected.begin(), expected.end());
    for (std::size_t from = 0; from < expected.size(); ++from) {
      std::vector<std::uint32_t> ids;
      for (std::size_t i = from; i < std::min(expected.size(), from + 5); ++i)
        ids.push_back(expected[i].second);
      EXPECT_EQ(queued(writer, {HostId{1}, order, expected[from].first, 5}), ids);
    }
    EXPECT_EQ(queued(writer, {HostId{1}, order, 0, 100}).size(), 8u);
    EXPECT_TRUE(queued(writer, {HostId{1}, order, expected.back().first + 1, 100}).empty());
    writer.close();
  }
}

TEST_F(WriterTest, ReadingQueuedUrlsNeitherSortsNorScans) {
  for (const auto& [order, where] : std::vector<std::pair<Order, std::string>>{
           {Order::kPriority, "depth = 3 AND id >= 7 ORDER BY id"},
           {Order::kPriority, "depth > 3 ORDER BY depth, id"},
           {Order::kBreadth, "id >= 7 ORDER BY id"},
           {Order::kDepth, "id <= 7 ORDER BY id DESC"}}) {
    storage::prepare_order(*db_, order);
    Statement plan(*db_,
                   "EXPLAIN QUERY PLAN SELECT id, depth, redirects, url FROM urls WHERE state = "
                   "'queued' AND host_id = 1 AND " +
                       where + " LIMIT 10");
    std::string steps;
    while (plan.step()) steps += std::string(plan.column_text(3)) + "\n";
    EXPECT_THAT(steps, HasSubstr(order == Order::kPriority
                                     ? "USING INDEX queued_by_depth (host_id=? AND depth"
                                     : "USING INDEX queued_by_id (host_id=? AND rowid"))
        << where;
    EXPECT_THAT(steps, testing::Not(HasSubstr("TEMP B-TREE"))) << where;
  }
}

TEST_F(WriterTest, BacklogCountsRowsUntilTheyAreWrittenAndBytesUntilTheyAreCommitted) {
  WriterOptions options;
  options.batch_time = 1h;
  Writer writer(*db_, options);
  // The writer's thread waits in an answer, so that what is put meanwhile stays unwritten.
  std::promise<void> go_on;
  writer.read_queued({HostId{1}, Order::kPriority, 0, 1},
                     [&](const auto&) { go_on.get_future().wait(); });
  writer.put(seeds(3));
  writer.put(tests::make_page(1, "t", std::string(5000, 'x'), {1, 2, 3, 1}));
  EXPECT_EQ(writer.backlog(), 3u + 1u + 4u);
  go_on.set_value();
  EXPECT_GE(writer.backlog_bytes(), 5000u);
  queued(writer, {HostId{1}, Order::kPriority, 0, 1});  // answered after what was put before
  EXPECT_EQ(writer.backlog(), 0u);
  EXPECT_GE(writer.backlog_bytes(), 5000u);
  EXPECT_EQ(writer.stats().commits, 0u);
  writer.close();
  EXPECT_EQ(writer.backlog_bytes(), 0u);
  EXPECT_EQ(writer.stats().records, 2u);
  EXPECT_EQ(writer.stats().commits, 1u);
}

TEST_F(WriterTest, CommitsByCount) {
  WriterOptions options;
  options.batch_time = 1h;
  options.batch_records = 40;
  Writer writer(*db_, options);
  writer.put(seeds(39));
  for (std::uint32_t id = 1; id <= 39; ++id) writer.put(tests::make_page(id, "t", "x"));
  tests::wait_until([&] { return writer.stats().commits > 0; }, "a commit");
  EXPECT_EQ(writer.stats().commits, 1u);
}

TEST_F(WriterTest, CommitsWhenARecordHasWaitedLongEnough) {
  WriterOptions options;
  options.batch_time = 20ms;
  Writer writer(*db_, options);
  writer.put(seeds(1));
  tests::wait_until([&] { return writer.stats().commits > 0; }, "a commit");
  Database reader(path_, Mode::kReadOnly);
  EXPECT_EQ(reader.number("SELECT count(*) FROM urls"), 1);
}

TEST_F(WriterTest, CommitsBySizeSoThatLargePagesDoNotPileUp) {
  WriterOptions options;
  options.batch_time = 1h;
  Writer writer(*db_, options);
  writer.put(seeds(64));
  for (std::uint32_t id = 1; id <= 64; ++id)
    writer.put(tests::make_page(id, "t", std::string(1 << 20, ' ')));
  tests::wait_until([&] { return writer.backlog_bytes() < (40u << 20); }, "a commit");
}

TEST_F(WriterTest, AnotherProgramReadsWhileTheCrawlWrites) {
  WriterOptions options;
  options.batch_time = 1ms;
  Writer writer(*db_, options);
  writer.put(seeds(400));
  for (std::uint32_t id = 1; id <= 400; ++id) {
    writer.put(tests::make_page(id, "t", "heron", {1, 2, 3}));
    if (id % 100 != 0) continue;
    const tests::Ended shell = tests::run(
        {"sqlite3", "-readonly", path_,
         "PRAGMA quick_check; SELECT count(*) * 3 - (SELECT count(*) FROM links) FROM pages"});
    EXPECT_EQ(shell.out, "ok\n0\n") << shell.err;
  }
}

// The first error sticks: said once, thrown by close(), and what was committed before is whole.
TEST_F(WriterTest, FullDiskEndsWritingAndKeepsWhatIsThere) {
  std::atomic<int> errors = 0;
  WriterOptions options;
  options.batch_records = 10;
  options.on_error = [&] { ++errors; };
  db_->execute(
      ("PRAGMA max_page_count = " + std::to_string(db_->number("PRAGMA page_count") + 20)).c_str());
  {
    Writer writer(*db_, options);
    writer.put(seeds(500));
    for (std::uint32_t id = 1; id <= 500; ++id)
      writer.put(tests::make_page(id, "t", std::string(5000, 'x') + std::to_string(id), {1, 2}));
    EXPECT_EQ(queued(writer, {HostId{1}, Order::kPriority, 0, 10}).size(), 0u)
        << "answered all the same";
    try {
      writer.close();
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("full"));
      EXPECT_THAT(error.what(), HasSubstr("make room"));
    }
    EXPECT_THROW(writer.close(), Error);
    EXPECT_EQ(errors, 1);
    EXPECT_EQ(writer.backlog(), 0u);
  }
  db_.reset();
  db_ = std::make_unique<Database>(path_, Mode::kCrawl);
  EXPECT_EQ(text("PRAGMA integrity_check"), "ok");
  const std::int64_t pages = db_->number("SELECT count(*) FROM pages");
  EXPECT_GT(pages, 0);
  EXPECT_EQ(db_->number("SELECT count(*) FROM links"), 2 * pages);
  EXPECT_EQ(db_->number("SELECT count(*) FROM urls WHERE state = 'queued'"), 500 - pages);
}

TEST_F(WriterTest, KilledAtAnyMomentTheFileOpensAndEveryPageIsWhole) {
  constexpr std::uint32_t kSeeds = 20'000;
  db_.reset();
  for (const int commits : {1, 3, 9}) {
    SCOPED_TRACE(commits);
    std::filesystem::remove(path_);
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      open();
      WriterOptions options;
      options.batch_records = 25;
      Writer writer(*db_, options);
      writer.put(seeds(kSeeds));
      for (std::uint32_t id = 1;; ++id) {
        writer.put(tests::make_page(id, "t", "heron " + std::to_string(id), {1, 2, 3, 4, 5}));
        tests::wait_until([&] { return writer.backlog() < kSeeds + 5000; }, "the writer");
        const char count = static_cast<char>(std::min<std::uint64_t>(writer.stats().commits, 100));
        if (write(pipe_ends[1], &count, 1) != 1 || id == kSeeds) _exit(1);
      }
    }
    close(pipe_ends[1]);
    for (char count = 0; count < commits;)
      if (read(pipe_ends[0], &count, 1) != 1) FAIL() << "the writer ended";
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(pipe_ends[0]);

    EXPECT_GE(Database(path_, Mode::kReadOnly).number("SELECT count(*) FROM pages"), 1);
    Database db(path_, Mode::kCrawl);
    Statement check(db, "PRAGMA integrity_check");
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.column_text(0), "ok");
    check.reset();
    const std::int64_t pages = db.number("SELECT count(*) FROM pages");
    EXPECT_GE(pages, 1);
    EXPECT_EQ(db.number("SELECT count(*) FROM urls WHERE state = 'done'"), pages);
    EXPECT_EQ(db.number("SELECT count(*) FROM links"), 5 * pages);
    EXPECT_EQ(db.number("SELECT count(*) FROM page_text WHERE page_text MATCH 'heron'"), pages);
    EXPECT_EQ(db.number("SELECT count(*) FROM urls"), kSeeds);
  }
}

}  // namespace
