#include "crawler/serve/desk.h"

#include <exception>
#include <utility>

namespace crawler {
namespace {

constexpr std::size_t kQuickThreads = 1;
constexpr std::size_t kSlowThreads = 2;
// Questions that wait, a lane: a page asks a few at a time, and one that types leaves some behind.
constexpr std::size_t kMostWaiting = 32;

bool may_take_long(const ApiRequest& request) {
  return request.path == "/api/sql" || request.path == "/api/summary" ||
         request.path == "/api/pages" || request.path.starts_with("/api/report/");
}

}  // namespace

ServeDesk::ServeDesk(FileWatch& watch)
    : watch_(watch), api_(watch), under_way_(kQuickThreads + kSlowThreads) {
  // That the file can be read is known before anything is served.
  const storage::Database first(watch_.path(), storage::Database::Mode::kReadOnly);
  for (std::size_t n = 0; n < under_way_.size(); ++n) {
    Lane& lane = n < kQuickThreads ? quick_ : slow_;
    threads_.emplace_back([this, n, &lane] { work(lane, under_way_[n]); });
  }
}

ServeDesk::~ServeDesk() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    for (const std::shared_ptr<Question>& question : under_way_)
      if (question) question->unwanted = true;
  }
  quick_.come.notify_all();
  slow_.come.notify_all();
  threads_.clear();  // joins
}

bool ServeDesk::put(std::shared_ptr<Question> question) {
  Lane& lane = may_take_long(question->request) ? slow_ : quick_;
  {
    const std::scoped_lock lock(mutex_);
    if (lane.waiting.size() >= kMostWaiting) return false;
    lane.waiting.push_back(std::move(question));
  }
  lane.come.notify_one();
  return true;
}

void ServeDesk::work(Lane& lane, std::shared_ptr<Question>& under_way) {
  std::optional<storage::Database> db;
  std::unique_lock lock(mutex_);
  for (;;) {
    lane.come.wait(lock, [&] { return closing_ || !lane.waiting.empty(); });
    if (closing_) return;
    const std::shared_ptr<Question> question = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    if (question->unwanted) continue;
    under_way = question;
    lock.unlock();
    ApiReply reply = answer(db, *question);
    lock.lock();
    under_way.reset();
    const bool idle = lane.waiting.empty();
    lock.unlock();
    if (idle && watch_.has_log()) db.reset();
    question->done(std::move(reply));
    lock.lock();
  }
}

ApiReply ServeDesk::answer(std::optional<storage::Database>& db, const Question& question) {
  try {
    static_cast<void>(watch_.look());  // another file may have its name
    if (!db) db.emplace(watch_.path(), storage::Database::Mode::kReadOnly);
    ApiReply reply = api_.answer(*db, question.request, question.unwanted);
    if (reply.status >= 500) db.reset();  // the next one begins afresh
    return reply;
  } catch (const std::exception& error) {  // the file cannot be opened, or there is no memory
    db.reset();
    return Refusal(error.what(), "", "", 500).reply();
  }
}

}  // namespace crawler
