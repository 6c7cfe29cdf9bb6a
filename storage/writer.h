// The one thread that writes the file. The engine's thread puts records in, in order; they are
// committed in batches, by count and by time, and a record is never split over two transactions.
//
// put() never waits; the engine looks at backlog() before it makes more work. After the first error
// nothing more is written: `on_error` is called once (on the writer's thread), and close() throws
// it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/records.h"

namespace storage {

struct WriterOptions {
  // Commit after so many, or when the oldest has waited so long: what a crawl that is killed has to
  // fetch again. Each commit writes every page of the file that it touched, and the URLs that end
  // together are spread over the tables: few long transactions write less than many short ones.
  std::size_t batch_records = 10'000;
  std::chrono::milliseconds batch_time{500};
  bool bodies = false;             // keep raw_head and raw_body, zstd-compressed
  std::function<void()> on_error;  // called once, on the writer's thread
};

struct WriterStats {
  std::uint64_t records = 0;
  std::uint64_t commits = 0;
  std::chrono::microseconds busy{0};  // time in which the thread was not waiting for records
  std::chrono::microseconds cpu{0};   // CPU time of the writer's thread
};

class Writer {
 public:
  // Takes the database for as long as it runs. Starts the thread.
  Writer(Database& db, WriterOptions options);
  // As close(), but swallows the error.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void put(PageOutcome record);
  void put(Discovery record);
  void put(RobotsUpdate record);
  void put(HostPause record);

  // Reads queued URLs after everything put() so far; `answer` runs on the writer's thread.
  using Answer = std::function<void(std::vector<QueuedUrl>)>;
  void read_queued(QueuedRange range, Answer answer);

  // Rows (pages, links, urls) handed over and not yet written.
  std::size_t backlog() const;
  // Bytes that what is not yet committed keeps in memory (text, links, bodies).
  std::size_t backlog_bytes() const;

  // Commits what is waiting and ends the thread. Throws the first Error. Idempotent.
  void close();
  WriterStats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace storage
