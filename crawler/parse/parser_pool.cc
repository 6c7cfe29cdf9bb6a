#include "crawler/parse/parser_pool.h"

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "crawler/parse/worker_process.h"
#include "crawler/process/process_usage.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Jobs sent to a worker ahead of the one it is at, so that it finds the next one in its socket.
// More would only pile up behind a slow page while other workers are idle.
constexpr std::size_t kJobsAhead = 3;

struct Job {
  ParseJob job;
  Parser::OnParsed on_parsed;
};

// A worker, its jobs, and the waits that are under way for it. Handlers hold it by shared_ptr: one
// that comes late finds `stopped` set and does nothing.
struct Worker {
  Worker(asio::io_context& io, const ParserPoolOptions& options)
      : process(options.program, options.deadline), socket(io, process.socket()), timer(io) {}
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Ends the waits, and leaves the socket to the process, whose it is.
  void stop() {
    if (std::exchange(stopped, true)) return;
    socket.release();
    timer.cancel();
  }

  WorkerProcess process;
  asio::posix::stream_descriptor socket;
  asio::steady_timer timer;
  std::deque<Job> jobs;   // unanswered, in the order sent; a deque, so that each stays in its place
  std::size_t bytes = 0;  // their bodies
  bool waits_to_send = false;
  bool stopped = false;
};

class ParserPool final : public Parser {
 public:
  ParserPool(asio::io_context& io, ParserPoolOptions options)
      : io_(io), options_(std::move(options)) {
    add_worker();
  }

  ~ParserPool() override {
    for (const auto& worker : workers_) {
      worker->stop();
      worker->process.hang_up();
    }
    // An idle worker then ends by itself; nobody waits for the answer of a busy one.
    for (const auto& worker : workers_)
      worker->process.reap(worker->jobs.empty() ? WorkerProcess::kEndGrace
                                                : std::chrono::milliseconds(0));
  }

  void submit(ParseJob job, OnParsed on_parsed) override {
    ++backlog_.jobs;
    backlog_.bytes += job.body->size();
    queue_.push_back({std::move(job), std::move(on_parsed)});
    dispatch();
  }

  Backlog backlog() const override { return backlog_; }

  Usage usage() const override {
    Usage now = usage_;
    for (const auto& worker : workers_) {
      now.cpu += worker->process.cpu();
      now.peak_memory += memory_of(worker->process.pid()).peak;
    }
    return now;
  }

 private:
  void add_worker() {
    workers_.push_back(std::make_shared<Worker>(io_, options_));
    wait_to_receive(workers_.back());
  }

  // Gives waiting jobs to workers, the one with the least to do first.
  void dispatch() {
    while (!queue_.empty()) {
      const auto least =
          std::min_element(workers_.begin(), workers_.end(),
                           [](const auto& a, const auto& b) { return load(*a) < load(*b); });
      if (least == workers_.end() ||
          (!(*least)->jobs.empty() && workers_.size() < options_.workers)) {
        add_worker();
        continue;
      }
      if ((*least)->jobs.size() > kJobsAhead) return;
      give_next_job(*least);
    }
  }
  static std::pair<bool, std::size_t> load(const Worker& worker) {
    return {worker.jobs.size() > kJobsAhead, worker.bytes + worker.jobs.size()};
  }

  void give_next_job(const std::shared_ptr<Worker>& worker) {
    worker->bytes += queue_.front().job.body->size();
    worker->jobs.push_back(std::move(queue_.front()));
    queue_.pop_front();
    worker->process.send(worker->jobs.back().job);
    if (worker->jobs.size() == 1) wait_for_deadline(worker);
    wait_to_send(worker);
  }

  void wait_to_send(const std::shared_ptr<Worker>& worker) {
    if (!worker->process.has_unsent() || std::exchange(worker->waits_to_send, true)) return;
    worker->socket.async_wait(asio::posix::stream_descriptor::wait_write,
                              [this, worker](const error_code& error) {
                                worker->waits_to_send = false;
                                if (error || worker->stopped) return;
                                worker->process.flush();
                                wait_to_send(worker);
                              });
  }

  void wait_for_deadline(const std::shared_ptr<Worker>& worker) {
    if (worker->process.due() == WorkerProcess::Time::max()) return;
    worker->timer.expires_at(worker->process.due());
    worker->timer.async_wait([this, worker](const error_code& error) {
      if (error || worker->stopped) return;
      worker->process.expire();
      wait_for_deadline(worker);
    });
  }

  void wait_to_receive(const std::shared_ptr<Worker>& worker) {
    worker->socket.async_wait(asio::posix::stream_descriptor::wait_read,
                              [this, worker](const error_code& error) {
                                if (!error && !worker->stopped) receive(worker);
                              });
  }

  void receive(const std::shared_ptr<Worker>& worker) {
    ParseResult result;
    switch (worker->process.receive(result)) {
      case WorkerProcess::Event::kNothing:
        return wait_to_receive(worker);
      case WorkerProcess::Event::kAnswer:
        return on_answer(worker, std::move(result));
      case WorkerProcess::Event::kEnded:
        return reap(worker);
    }
  }

  void on_answer(const std::shared_ptr<Worker>& worker, ParseResult result) {
    Job job = take_first(*worker);
    worker->timer.cancel();
    wait_for_deadline(worker);
    dispatch();
    wait_to_receive(worker);
    job.on_parsed(std::move(result));
  }

  Job take_first(Worker& worker) {
    Job job = std::move(worker.jobs.front());
    worker.jobs.pop_front();
    const std::size_t bytes = job.job.body->size();
    worker.bytes -= bytes;
    --backlog_.jobs;
    backlog_.bytes -= bytes;
    return job;
  }

  // The job that the worker was at is given once more for its tokens, or ends with the worker;
  // those behind it had not been begun. They go to other workers.
  void reap(const std::shared_ptr<Worker>& worker) {
    worker->stop();
    std::erase(workers_, worker);
    const WorkerEnd end = worker->process.reap();
    usage_.cpu += end.cpu;
    end.require_usable();
    ++usage_.restarts;
    if (worker->jobs.empty()) return;  // it was idle; another one starts when there is a job

    ParseJob& first = worker->jobs.front().job;
    if (has_tokens_left(first, end.error)) {
      first.method = parser::Method::kTokens;
      requeue(*worker);
      return dispatch();
    }
    Job job = take_first(*worker);
    requeue(*worker);
    dispatch();
    ParseResult result;
    result.kind = job.job.kind;
    result.error = end.error;
    result.time = end.job_time;
    job.on_parsed(std::move(result));
  }

  void requeue(Worker& worker) {
    while (!worker.jobs.empty()) {
      queue_.push_front(std::move(worker.jobs.back()));
      worker.jobs.pop_back();
    }
  }

  asio::io_context& io_;
  const ParserPoolOptions options_;
  std::vector<std::shared_ptr<Worker>> workers_;
  std::deque<Job> queue_;
  Backlog backlog_;
  Usage usage_;
};

}  // namespace

std::unique_ptr<Parser> make_parser_pool(asio::io_context& io, ParserPoolOptions options) {
  return std::make_unique<ParserPool>(io, std::move(options));
}

}  // namespace crawler
