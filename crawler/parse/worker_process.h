// One weft-parser process: how it is started, what it is sent, what it answers, until when, and how
// it ended. The only client of parser/worker_protocol.h.
//
// Owns the pid and the crawl's end of the socketpair; however this object ends, the process has
// been waited for. Knows no event loop: nothing here blocks but wait() and reap(), and who drives
// it waits for socket() to be readable, and writable while has_unsent(). One thread, which must
// live as long as the process: the kernel ends the process with the thread that started it.
//
// Jobs are answered in the order in which they were sent. So the first unanswered job is the one
// that the process was at when it ended; those behind it had not been begun.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "crawler/parse/job_deadline.h"
#include "crawler/parse/parser.h"
#include "parser/worker_protocol.h"

namespace crawler {

// How a worker ended.
struct WorkerEnd {
  int status = 0;                         // as wait4() gives it
  ParseError error = ParseError::kNone;   // what that is for the job that it was at
  std::chrono::microseconds job_time{0};  // that it had been at that job
  std::chrono::microseconds cpu{0};       // CPU time of the process
  std::string program;                    // that ran
  bool started = false;                   // it had greeted before
  std::string describe() const;           // "signal 11", "exit code 3"
  // Throws std::runtime_error where no other worker would do better: this machine does not let it
  // confine itself, or the program is not weft-parser or cannot run here.
  void require_usable() const;
};

class WorkerProcess {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = JobDeadline::Time;

  // Starts `program`. It may spend `deadline` of CPU time on one job. Throws std::system_error.
  WorkerProcess(const std::string& program, std::chrono::milliseconds deadline);
  // Kills the process, if it was not reaped before.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Stays this object's, which closes it in hang_up().
  int socket() const { return socket_; }
  // Has greeted: it is weft-parser, of this version, and runs on this machine.
  bool has_started() const { return greeted_ == parser::kWorkerGreeting.size(); }
  std::chrono::microseconds cpu() const;  // so far

  // Sends `job` behind those sent before, as far as the socket has room. The job stays at its
  // address, unchanged, until it is answered or the process is reaped.
  void send(const ParseJob& job);
  // Sends on what the socket had no room for.
  void flush();
  bool has_unsent() const { return !broken_ && sent_whole_ < requests_.size(); }

  enum class Event {
    kNothing,  // no whole answer is there yet
    kAnswer,   // `answer` is that of the first unanswered job
    kEnded,    // the process has ended, or was killed for its answer: reap() tells
  };
  [[nodiscard]] Event receive(ParseResult& answer);

  // When expire() is to be called for the first unanswered job; Time::max(): there is none. What
  // waits behind a slow job is not slow itself, so each job's deadline counts from the answer to
  // the one before.
  Time due() const { return deadline_.next_check(); }
  // Kills the process where the job's deadline has come; receive() then tells of its end. Else
  // due() is later. Where an answer waits to be read, it was the caller who was late: then the
  // deadline is granted once more.
  void expire();

  // Closes the socket: a process without a job then ends by itself. Only reap() may follow.
  void hang_up();
  // Hangs up, kills the process if it has not ended after `grace`, and waits for it. Once.
  WorkerEnd reap(std::chrono::milliseconds grace = kEndGrace);

  // Blocks until the first unanswered job, of which there must be one, is answered or late. Where
  // the process ends instead, it is reaped and the result says why. Throws as require_usable().
  [[nodiscard]] ParseResult wait();

  // How long a worker that has closed its socket may take to end.
  static constexpr std::chrono::milliseconds kEndGrace{200};

 private:
  struct Request {
    const ParseJob* job;
    parser::WorkerRequest header;
  };

  void start(const std::string& program);
  [[nodiscard]] bool read_some(char* to, std::size_t bytes);
  [[nodiscard]] Event receive_greeting();
  [[nodiscard]] Event finish_reply(ParseResult& answer);
  [[nodiscard]] Event reject_reply();
  void begin_job();
  void kill(ParseError cause);
  ParseError cause_of(int status) const;

  const std::string program_;
  JobDeadline deadline_;
  pid_t pid_ = -1;
  int socket_ = -1;
  std::deque<Request> requests_;  // unanswered, in the order sent
  std::size_t sent_whole_ = 0;    // of those, in the worker's socket whole
  std::size_t sent_bytes_ = 0;    // of the request behind them
  bool broken_ = false;           // the worker takes nothing more

  std::size_t greeted_ = 0;  // bytes of the greeting that have come
  parser::WorkerReply reply_{};
  std::unique_ptr<char[]> frame_;
  std::size_t received_ = 0;  // of the reply's header and its frame

  Time job_begun_{};       // when the first of requests_ was the first
  bool extended_ = false;  // its deadline has been granted once more
  ParseError killed_for_ = ParseError::kNone;
};

// weft-parser beside the running program, or in ../libexec/weft, or $WEFT_PARSER. Throws
// std::runtime_error if none is there.
std::string find_parser_program();

}  // namespace crawler
