#include "crawler/crawl/engine.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <utility>
#include <variant>

#include "crawler/crawl/frontier.h"
#include "crawler/crawl/link_ingest.h"
#include "crawler/crawl/log.h"
#include "crawler/crawl/page_record.h"
#include "crawler/crawl/robots_answer.h"
#include "crawler/crawl/verdict.h"
#include "crawler/fetch/async_fetcher.h"
#include "crawler/fetch/request_queue.h"
#include "crawler/fetch/thread_fetcher.h"
#include "crawler/parse/inline_parser.h"
#include "crawler/parse/parser_pool.h"
#include "crawler/parse/worker_process.h"
#include "crawler/policy/scope.h"
#include "crawler/process/process_usage.h"
#include "parser/document.h"
#include "storage/resume.h"
#include "storage/wall_time.h"
#include "storage/writer.h"

namespace crawler {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using storage::Reason;

// Back-pressure: how much may wait behind the fetcher before it is given nothing more.
constexpr std::size_t kMaxParseBytes = 16u << 20;     // bodies waiting for a parser
constexpr std::size_t kMaxParseJobs = 4096;           // pages waiting for a parser
constexpr std::size_t kMaxWriterRows = 200'000;       // rows waiting for the writer
constexpr std::size_t kMaxWriterBytes = 64u << 20;    // text and bodies waiting for the writer
constexpr std::chrono::milliseconds kWriterRetry{5};  // how soon to look again when it is behind

// After so many connections in a row that failed, an origin is taken to be down: its URLs get one
// attempt each and no pauses, so that a thousand of them do not hold up the crawl's end.
constexpr unsigned kDownAfter = 3;

// URLs that one pump() ends because robots.txt forbids them: each is matched against its rules, and
// a queue may hold nothing else.
constexpr unsigned kMaxDeniedAtOnce = 256;

}  // namespace

class Engine::Impl {
 public:
  Impl(const CrawlOptions& options, storage::Database& db, Stats& stats, Progress& progress)
      : options_(options),
        stats_(stats),
        progress_(progress),
        signals_(io_, SIGINT, SIGTERM),
        wake_(io_),
        ticker_(io_),
        scope_(options.scope),
        frontier_({.order = options.order,
                   .per_host = options.per_host,
                   .delay = options.delay,
                   .robots = options.robots},
                  [this](const parser::Url& url, std::uint16_t depth) {
                    return scope_.check(url, depth);
                  }),
        ingest_(frontier_, scope_, stats_),
        queue_(options.concurrency),
        db_(db) {
    resume();
    if (options_.parsers == 0) {
      parser_ = make_inline_parser(io_);
    } else {
      parser_ = make_parser_pool(io_, {.workers = static_cast<unsigned>(options_.parsers),
                                       .deadline = options_.parse_timeout,
                                       .program = find_parser_program()});
    }
    auto on_fetched = [this](FetchResult result) { this->on_fetched(std::move(result)); };
    fetcher_ =
        options_.strategy == Strategy::kAsync
            ? make_async_fetcher(io_, queue_, options_.fetch, options_.concurrency, on_fetched)
            : make_thread_fetcher(io_, queue_, options_.fetch, options_.concurrency, on_fetched);
  }

  ~Impl() {
    static_cast<void>(queue_.drain());
    if (!joined_) fetcher_->cancel();
  }

  Ending run(const std::vector<parser::Url>& seeds) {
    add_seeds(seeds);
    storage::WriterOptions writer;
    writer.bodies = options_.bodies;
    writer.on_error = [this] { asio::post(io_, [this] { writer_->close(); }); };  // throws it here
    writer_ = std::make_unique<storage::Writer>(db_, writer);
    if (!first_.new_urls.empty()) writer_->put(std::move(first_));
    signals_.async_wait([this](const error_code& error, int) { on_signal(error); });
    fetcher_->start();
    tick();
    schedule_pump();
    io_.run();
    fetcher_->join();
    joined_ = true;
    writer_->close();
    finish_stats();
    progress_.finish();
    return ending_;
  }

  std::uint64_t queued() const { return frontier_.queued() + abandoned_; }

 private:
  // ---- before the crawl ------------------------------------------------------------------------

  void resume() {
    const storage::WallTime now = storage::wall_now();
    for (const storage::StoredHost& host : storage::read_hosts(db_)) {
      const std::chrono::microseconds left(std::max<storage::WallTime>(host.paused_until - now, 0));
      frontier_.restore_host(host.id, host.name, host.queued,
                             left.count() > 0
                                 ? Clock::now() + std::min<Clock::duration>(left, kLongestPause)
                                 : Time{});
    }
    for (const storage::OriginRow& origin : storage::read_origins(db_))
      frontier_.restore_origin(origin.id, origin.host, origin.origin);
    for (const storage::SitemapRow& sitemap : storage::read_sitemaps(db_)) ingest_.restore(sitemap);
    storage::for_each_url(db_, [this](const storage::StoredUrl& url) {
      frontier_.restore_seen(url.id, url.url, url.depth, url.reason);
      if (url.depth == 0 && parsed_.parse(url.url) == parser::UrlError::kOk)
        scope_.add_seed(parsed_);
    });
    if (options_.max_pages == 0) return;
    started_ = storage::count_requested_pages(db_);
    if (budget_spent()) frontier_.stop_new_pages();
  }

  void add_seeds(const std::vector<parser::Url>& seeds) {
    for (const parser::Url& seed : seeds) scope_.add_seed(seed);
    for (const parser::Url& seed : seeds) ingest_.add_seed(seed.identity(), first_);
  }

  // ---- what starts things ----------------------------------------------------------------------

  bool has_room() {
    if (draining_ || in_flight_ >= options_.concurrency) return false;
    const Parser::Backlog parsing = parser_->backlog();
    if (parsing.bytes > kMaxParseBytes || parsing.jobs > kMaxParseJobs) return false;
    if (writer_->backlog() > kMaxWriterRows || writer_->backlog_bytes() > kMaxWriterBytes) {
      wake_at(Clock::now() + kWriterRetry);
      return false;
    }
    return true;
  }

  bool budget_spent() const { return options_.max_pages != 0 && started_ >= options_.max_pages; }

  void schedule_pump() {
    if (std::exchange(pump_scheduled_, true)) return;
    asio::post(io_, [this] { pump(); });
  }

  void pump() {
    pump_scheduled_ = false;
    if (ended_) return;
    unsigned denied = 0;
    bool idle = false;
    while (!idle && has_room()) {
      Frontier::Next next = frontier_.next(Clock::now());
      if (auto* fetch = std::get_if<Frontier::Fetch>(&next)) {
        send(std::move(fetch->entry));
      } else if (auto* denial = std::get_if<Frontier::Denied>(&next)) {
        deny(denial->entry, std::move(denial->decision));
        idle = ++denied == kMaxDeniedAtOnce;  // finish_url() has scheduled the next pump
      } else if (const auto* refill = std::get_if<Frontier::Refill>(&next)) {
        read_back(refill->range);
      } else {
        if (const auto* wait = std::get_if<Frontier::WaitUntil>(&next)) wake_at(wait->time);
        if (std::holds_alternative<Frontier::Empty>(next))
          end(frontier_.queued() > 0 ? Ending::kBudget : Ending::kFinished);
        idle = true;
      }
    }
    const bool under_way = in_flight_ > 0 || (parsing_ > 0 && !stopping_);
    if (!ended_ && draining_ && !under_way) end(Ending::kInterrupted);
  }

  void wake_at(Time time) {
    wake_.expires_at(time);
    wake_.async_wait([this](const error_code& error) {
      if (!error) schedule_pump();
    });
  }

  void send(Entry entry) {
    FetchRequest request;
    if (entry.kind == Entry::Kind::kRobots) {
      request.max_body = kMaxRobotsBody;
    } else if (ingest_.is_sitemap(entry.id)) {
      request.is_sitemap = true;
      request.max_body = parser::kMaxSitemapBytes;
    } else if (entry.attempt == 1) {
      ++started_;
      if (budget_spent()) frontier_.stop_new_pages();
    }
    request.entry = std::move(entry);
    ++in_flight_;
    // It holds as many as may be in flight, and is closed once nothing more is sent.
    if (!queue_.try_push(request)) throw std::logic_error("the request queue takes no request");
  }

  void deny(const Entry& entry, RobotsAccess::Decision decision) {
    storage::PageOutcome record;
    record.url = entry.id;
    record.state = decision.state;
    record.reason = decision.reason;
    record.detail = std::move(decision.detail);
    record.attempts = 0;
    finish_url(entry, std::move(record));
  }

  void read_back(const storage::QueuedRange& range) {
    writer_->read_queued(range, [this, range](std::vector<storage::QueuedUrl> batch) {
      asio::post(io_, [this, range, batch = std::move(batch)]() mutable {
        if (ended_) return;
        frontier_.restore(range, std::move(batch));
        schedule_pump();
      });
    });
  }

  // ---- what comes back -------------------------------------------------------------------------

  void on_fetched(FetchResult result) {
    --in_flight_;
    schedule_pump();
    const Entry& entry = result.request.entry;
    if (result.cancelled || stopping_) {  // an answer that came too late is dropped as well
      frontier_.release(entry);
      abandon(entry);
      return;
    }
    stats_.record_fetch({.robots = entry.kind == Entry::Kind::kRobots,
                         .retry = entry.attempt > 1,
                         .error = result.error,
                         .status = result.status,
                         .wire_bytes = result.wire_bytes,
                         .body_bytes = result.body ? result.body->size() : 0,
                         .timings = result.timings});
    Verdict verdict = judge(result, attempts_for(entry.origin));
    note_connection(result);
    const Time pause = verdict.pause.count() > 0 ? Clock::now() + verdict.pause : Time{};
    frontier_.release(entry, pause);
    if (verdict.asked_to_pause)
      writer_->put(storage::HostPause{
          entry.host, storage::wall_now() + std::chrono::microseconds(verdict.pause).count()});
    if (result.error != Reason::kNone)
      log(LogLevel::kInfo, fmt::format("{} {} attempt {}: {}", storage::to_string(result.error),
                                       entry.url, unsigned{entry.attempt}, result.error_detail));
    if (verdict.action == Verdict::Action::kRetry) {
      frontier_.retry(std::move(result.request.entry));
    } else if (entry.kind == Entry::Kind::kRobots) {
      on_robots(std::move(result), verdict);
    } else {
      storage::PageOutcome record = record_of(result, verdict, options_.bodies);
      if (verdict.action == Verdict::Action::kRedirect)
        ingest_.add_redirect(entry, verdict.target, record);
      if (verdict.document)
        parse(std::move(result), *verdict.document, std::move(record));
      else
        finish_url(entry, std::move(record));
    }
  }

  // Begun, dropped, and still queued in the file; robots.txt never stands there.
  void abandon(const Entry& entry) {
    if (entry.kind != Entry::Kind::kRobots) ++abandoned_;
  }

  void on_robots(FetchResult result, const Verdict& verdict) {
    Entry& entry = result.request.entry;
    const OriginId origin = entry.robots_of;
    if (verdict.action == Verdict::Action::kRedirect && entry.redirects < kMaxRobotsRedirects) {
      storage::Discovery found;
      ingest_.add_place(frontier_.redirect_robots(std::move(entry), result.status, verdict.target),
                        found);
      if (!found.new_origins.empty()) writer_->put(std::move(found));
      return;
    }
    writer_->put(robots_update_of(origin, result, frontier_.robots_redirects(origin)));
    frontier_.robots_known(origin, robots_access_of(result, options_.fetch.user_agent));
    add_sitemaps_of(origin);
  }

  void add_sitemaps_of(OriginId origin) {
    const RobotsAccess& robots = frontier_.robots(origin);
    if (options_.sitemaps == Sitemaps::kOff || !robots.reachable()) return;
    std::vector<std::string> named = robots.sitemaps();
    if (named.empty() && options_.sitemaps == Sitemaps::kTry)
      named.push_back(std::string(frontier_.origin(origin)) + "/sitemap.xml");
    storage::Discovery found = ingest_.add_named_sitemaps(origin, named);
    if (!found.new_urls.empty() || !found.new_sitemaps.empty()) writer_->put(std::move(found));
  }

  void parse(FetchResult result, parser::DocumentKind kind, storage::PageOutcome record) {
    ++parsing_;
    ParseJob job{result.request.entry.url, result.content_type, result.body, kind};
    parser_->submit(std::move(job),
                    [this, entry = std::move(result.request.entry), body = std::move(result.body),
                     record = std::move(record)](ParseResult parsed) mutable {
                      on_parsed(entry, *body, std::move(record), std::move(parsed));
                    });
  }

  void on_parsed(const Entry& entry, std::string_view body, storage::PageOutcome record,
                 ParseResult parsed) {
    if (stopping_) return;  // counted as dropped by then
    --parsing_;
    schedule_pump();
    if (parsed.kind != parser::DocumentKind::kOpaque) {
      stats_.record_parse(parsed.time, to_string(parsed.error));
      if (parsed.error != ParseError::kNone)
        log(LogLevel::kWarn,
            fmt::format("parse_failed {}: {}", entry.url, to_string(parsed.error)));
    }
    if (const parser::Document* document = add_parsed(record, std::move(parsed), body))
      std::visit([&](const auto& content) { ingest_.add_content(entry, content, record); },
                 document->content);
    finish_url(entry, std::move(record));
  }

  void finish_url(const Entry& entry, storage::PageOutcome record) {
    stats_.record_outcome(record.state, record.reason);
    writer_->put(std::move(record));
    frontier_.done(entry);
    schedule_pump();
  }

  unsigned attempts_for(OriginId origin) const {
    return frontier_.connection_failures(origin) >= kDownAfter ? 1 : options_.retries + 1;
  }

  void note_connection(const FetchResult& result) {
    const bool failed = result.error == Reason::kConnectFailed ||
                        result.error == Reason::kConnectTimeout ||
                        result.error == Reason::kFirstByteTimeout;
    frontier_.note_connection(result.request.entry.origin, failed);
  }

  // ---- time and signals ------------------------------------------------------------------------

  Progress::Snapshot snapshot(const Stats::Gauges& gauges) const {
    return {.pages = stats_.pages(),
            .wire_bytes = stats_.wire_bytes(),
            .queued = gauges.queued,
            .in_flight = gauges.in_flight,
            .parsing = gauges.parsing,
            .writing = gauges.writing,
            .errors = stats_.errors()};
  }

  void finish_stats() {
    const storage::WriterStats writer = writer_->stats();
    const Fetcher::Stats fetcher = fetcher_->stats();
    stats_.finish(Clock::now(), {.queued = queued(),
                                 .most_in_flight = fetcher.most_in_flight,
                                 .crawl_cpu = own_cpu(),
                                 .fetch_cpu = fetcher.cpu,
                                 .parse_cpu = parser_usage_.cpu,
                                 .store_busy = writer.busy,
                                 .store_cpu = writer.cpu,
                                 .parser_restarts = parser_usage_.restarts,
                                 .parser_memory = parser_usage_.peak_memory});
  }

  void tick() {
    const Time now = Clock::now();
    const Stats::Gauges gauges = this->gauges();
    stats_.sample(now, gauges);
    if (progress_.due(now)) progress_.update(snapshot(gauges), now);
    ticker_.expires_after(Stats::kSampleEvery);
    ticker_.async_wait([this](const error_code& error) {
      // Cancelled or not: one that was due already when the crawl ended comes all the same.
      if (!error && !ended_) tick();
    });
  }

  Stats::Gauges gauges() const {
    return {.queued = frontier_.queued(),
            .in_flight = in_flight_,
            .parsing = parsing_,
            .writing = writer_->backlog(),
            .parser_memory = parser_->usage().peak_memory};
  }

  void on_signal(const error_code& error) {
    if (error || ended_) return;
    if (!draining_) {
      draining_ = true;
      progress_.line("interrupted: finishing what is under way; once more to stop at once");
      signals_.async_wait([this](const error_code& next, int) { on_signal(next); });
    } else {
      stopping_ = true;
      const std::vector<FetchRequest> never_sent = queue_.drain();
      in_flight_ -= never_sent.size();
      for (const FetchRequest& request : never_sent) abandon(request.entry);
      abandoned_ += parsing_;
      fetcher_->cancel();
      signals_.cancel();
      signals_.clear();  // a third one ends the process as it would any other
    }
    schedule_pump();
  }

  // Ends everything that could still call back, so that run() of the io_context returns.
  void end(Ending ending) {
    ended_ = true;
    ending_ = ending;
    stats_.sample(Clock::now(), gauges());
    parser_usage_ = parser_->usage();
    parser_.reset();
    queue_.close();
    error_code ignored;
    wake_.cancel();
    ticker_.cancel();
    signals_.cancel(ignored);
  }

  const CrawlOptions& options_;
  Stats& stats_;
  Progress& progress_;

  asio::io_context io_{1};  // a hint: one thread runs it
  asio::signal_set signals_;
  asio::steady_timer wake_;  // the frontier's next entry is due, or the writer may have caught up
  asio::steady_timer ticker_;

  parser::Url parsed_;  // kept for its memory
  Scope scope_;
  Frontier frontier_;
  LinkIngest ingest_;
  RequestQueue queue_;
  storage::Database& db_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<Fetcher> fetcher_;

  Parser::Usage parser_usage_;   // once the parser is gone
  storage::Discovery first_;     // the seeds, until there is a writer
  std::uint64_t started_ = 0;    // URLs that count towards max_pages
  std::uint64_t abandoned_ = 0;  // see abandon()
  std::size_t in_flight_ = 0;    // given to the fetcher and not answered
  std::size_t parsing_ = 0;
  bool pump_scheduled_ = false;
  bool draining_ = false;  // nothing new is started
  bool stopping_ = false;  // what is under way is dropped
  bool ended_ = false;
  bool joined_ = false;
  Ending ending_ = Ending::kFinished;
};

Engine::Engine(const CrawlOptions& options, storage::Database& db, Stats& stats, Progress& progress)
    : impl_(std::make_unique<Impl>(options, db, stats, progress)) {}
Engine::~Engine() = default;
Engine::Ending Engine::run(const std::vector<parser::Url>& seeds) { return impl_->run(seeds); }
std::uint64_t Engine::queued() const { return impl_->queued(); }

std::string_view to_string(Engine::Ending ending) {
  switch (ending) {
    case Engine::Ending::kFinished:
      return "finished";
    case Engine::Ending::kBudget:
      return "budget";
    case Engine::Ending::kInterrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace crawler
