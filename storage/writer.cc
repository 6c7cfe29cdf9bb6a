#include "storage/writer.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>

#include "storage/row_writer.h"
#include "storage/thread_cpu.h"

namespace storage {
namespace {

using Clock = std::chrono::steady_clock;

// The thread is woken for so many records, not for each: a wake-up costs more than a page's row.
constexpr std::size_t kWakeRecords = 32;
// A transaction keeps its pages' texts in memory until it ends, so it ends at so many bytes too:
// large pages reach this long before the count.
constexpr std::size_t kBatchBytes = 32u << 20;

// What a waiting record is counted as.
struct Weight {
  std::size_t rows = 0;
  std::size_t bytes = 0;
};

Weight weigh(const std::vector<UrlRow>& urls) {
  Weight weight{urls.size(), urls.size() * sizeof(UrlRow)};
  for (const UrlRow& row : urls) weight.bytes += row.url.size();
  return weight;
}

Weight weigh(const PageOutcome& record) {
  Weight weight = weigh(record.new_urls);
  weight.rows += 1 + record.links.size();
  weight.bytes += sizeof record + record.links.size() * sizeof(LinkRow);
  if (record.page.parsed != nullptr) weight.bytes += record.page.parsed->text.size();
  for (const LinkRow& row : record.links) weight.bytes += row.text.size();
  if (record.sitemap) {
    weight.rows += record.sitemap->urls.size();
    weight.bytes += record.sitemap->urls.size() * sizeof(SitemapUrlRow);
  }
  if (record.raw_body) weight.bytes += record.raw_body->size();
  if (record.raw_head) weight.bytes += record.raw_head->size();
  return weight;
}

Weight weigh(const Discovery& record) { return weigh(record.new_urls); }
Weight weigh(const RobotsUpdate& record) { return {1, sizeof record + record.body.size()}; }
Weight weigh(const HostPause& record) { return {1, sizeof record}; }

struct Question {
  QueuedRange range;
  Writer::Answer answer;
};

struct Job {
  std::variant<PageOutcome, Discovery, RobotsUpdate, HostPause, Question> what;
  Weight weight;
  Clock::time_point put_at;
};

}  // namespace

class Writer::Impl {
 public:
  Impl(Database& db, WriterOptions options)
      : options_(std::move(options)),
        path_(db.path()),
        rows_(std::in_place, db, options_.bodies),
        thread_([this] { run(); }) {}

  template <class Record>
  void put(Record record) {
    const Weight weight = weigh(record);
    backlog_rows_ += weight.rows;
    backlog_bytes_ += weight.bytes;
    enqueue({std::move(record), weight, Clock::now()}, false);
  }

  void ask(QueuedRange range, Answer answer) {
    enqueue({Question{range, std::move(answer)}, {}, Clock::now()}, true);
  }

  void close() {
    if (thread_.joinable()) {
      {
        const std::scoped_lock lock(mutex_);
        closing_ = true;
      }
      wake_.notify_one();
      thread_.join();
      rows_.reset();
    }
    if (error_) std::rethrow_exception(error_);
  }

  std::size_t backlog() const { return backlog_rows_; }
  std::size_t backlog_bytes() const { return backlog_bytes_; }

  WriterStats stats() const {
    const std::scoped_lock lock(mutex_);
    return stats_;
  }

 private:
  void enqueue(Job job, bool urgent) {
    bool wake = urgent;
    {
      const std::scoped_lock lock(mutex_);
      waiting_.push_back(std::move(job));
      urgent_ = urgent_ || urgent;
      // The first one starts the clock of batch_time.
      wake = wake || waiting_.size() == 1 || waiting_.size() == wanted_;
    }
    if (wake) wake_.notify_one();
  }

  void run() {
    std::vector<Job> batch;
    while (collect(batch)) {
      const auto started = Clock::now();
      for (Job& job : batch) work(job);
      batch.clear();
      if (oldest_ && Clock::now() >= *oldest_ + options_.batch_time) commit();
      record_time(started);
    }
    const auto started = Clock::now();
    // Nothing is left to do meanwhile, and end_run() moves this with what it writes.
    guarded([&] { rows_->disable_autocheckpoint(); });
    commit();
    record_time(started);
  }

  // Waits until there is enough to do, or the oldest record has waited long enough. False: the end.
  bool collect(std::vector<Job>& batch) {
    std::unique_lock lock(mutex_);
    wanted_ = std::min(kWakeRecords, options_.batch_records - uncommitted_records_);
    const auto enough = [&] { return closing_ || urgent_ || waiting_.size() >= wanted_; };
    const auto some = [&] { return closing_ || !waiting_.empty(); };
    if (!oldest_) wake_.wait(lock, some);
    const Clock::time_point oldest = oldest_            ? *oldest_
                                     : waiting_.empty() ? Clock::now()
                                                        : waiting_.front().put_at;
    wake_.wait_until(lock, oldest + options_.batch_time, enough);
    urgent_ = false;
    batch.swap(waiting_);
    return !batch.empty() || !closing_;
  }

  void work(Job& job) {
    if (auto* question = std::get_if<Question>(&job.what)) {
      std::vector<QueuedUrl> found;
      guarded([&] { found = rows_->read_queued(question->range); });
      question->answer(std::move(found));
      return;
    }
    if (!oldest_) oldest_ = job.put_at;
    uncommitted_bytes_ += job.weight.bytes;
    ++uncommitted_records_;
    guarded([&] {
      std::visit(
          [&]<class Record>(Record& record) {
            if constexpr (!std::is_same_v<Record, Question>) rows_->write(std::move(record));
          },
          job.what);
    });
    backlog_rows_ -= job.weight.rows;
    if (uncommitted_records_ >= options_.batch_records || uncommitted_bytes_ >= kBatchBytes)
      commit();
  }

  void commit() {
    if (!oldest_) return;
    guarded([&] {
      rows_->commit();
      const std::scoped_lock lock(mutex_);
      stats_.records += uncommitted_records_;
      ++stats_.commits;
    });
    backlog_bytes_ -= uncommitted_bytes_;
    uncommitted_bytes_ = 0;
    uncommitted_records_ = 0;
    oldest_.reset();
  }

  // Does `action` unless an error came before. What was not committed then is still queued in the
  // file, so nothing of it is lost.
  template <class Action>
  void guarded(Action&& action) {
    if (error_) return;
    try {
      action();
      return;
    } catch (const Error&) {
      error_ = std::current_exception();
    } catch (const std::exception& error) {
      error_ = std::make_exception_ptr(Error(path_ + ": writing: " + error.what()));
    }
    rows_->rollback();
    if (options_.on_error) options_.on_error();
  }

  void record_time(Clock::time_point started) {
    const std::scoped_lock lock(mutex_);
    stats_.busy += std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
    stats_.cpu = thread_cpu();
  }

  // Constant after construction.
  const WriterOptions options_;
  const std::string path_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // Guarded by mutex_.
  std::vector<Job> waiting_;
  std::size_t wanted_ = kWakeRecords;  // records for which it is worth waking up
  bool urgent_ = false;
  bool closing_ = false;
  WriterStats stats_;

  std::atomic<std::size_t> backlog_rows_ = 0;
  std::atomic<std::size_t> backlog_bytes_ = 0;

  // Of the writer's thread, and of close() once that has ended.
  std::optional<RowWriter> rows_;
  std::exception_ptr error_;
  std::optional<Clock::time_point> oldest_;  // of the records in the open transaction
  std::size_t uncommitted_bytes_ = 0;        // their texts are in memory until they are committed
  std::size_t uncommitted_records_ = 0;

  std::thread thread_;  // last: it uses all of the above
};

Writer::Writer(Database& db, WriterOptions options)
    : impl_(std::make_unique<Impl>(db, std::move(options))) {}

Writer::~Writer() {
  try {
    impl_->close();
  } catch (const std::exception&) {
  }
}

void Writer::put(PageOutcome record) { impl_->put(std::move(record)); }
void Writer::put(Discovery record) { impl_->put(std::move(record)); }
void Writer::put(RobotsUpdate record) { impl_->put(std::move(record)); }
void Writer::put(HostPause record) { impl_->put(record); }

void Writer::read_queued(QueuedRange range, Answer answer) { impl_->ask(range, std::move(answer)); }

std::size_t Writer::backlog() const { return impl_->backlog(); }
std::size_t Writer::backlog_bytes() const { return impl_->backlog_bytes(); }
void Writer::close() { impl_->close(); }
WriterStats Writer::stats() const { return impl_->stats(); }

}  // namespace storage
