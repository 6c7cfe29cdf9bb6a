// A weft-parser that misbehaves where a page asks for it, for the tests of those who use one:
// point $WEFT_PARSER at it. A page that holds one of these words gets
//
//   weft-test:crash      a segmentation fault
//   weft-test:hang       no answer, ever
//   weft-test:spin       likewise, with all the CPU time that there is
//   weft-test:garbage    a frame of noise
//   weft-test:huge       a reply that announces more than kMaxDocumentBytes
//   weft-test:short      half a reply, then the end
//   weft-test:oom        the end that a page too large for the arena has
//   weft-test:twice      its answer, and the same once more
//   weft-test:leave      its answer, then the end
//
// and with "tree-" before the last part (weft-test:tree-crash) only where the page is to be read as
// a tree. Any other page is parsed as usual. It is not confined. Where $WEFT_BAD_WORKER_LOG names a
// file, each page's URL is added to it as a line before the page is looked at.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "parser/document.h"
#include "parser/worker.h"
#include "parser/worker_protocol.h"

namespace {

bool asks_for(const parser::PageInput& input, std::string_view what) {
  const auto says = [&](std::string_view prefix) {
    return input.body.find(std::string(prefix).append(what)) != std::string_view::npos;
  };
  return says("weft-test:") || (input.method != parser::Method::kTokens && says("weft-test:tree-"));
}

void write_raw(const parser::WorkerReply& header, std::string_view bytes) {
  std::string reply(reinterpret_cast<const char*>(&header), sizeof header);
  reply += bytes;
  if (write(STDIN_FILENO, reply.data(), reply.size()) < 0) _exit(1);
}

void note(const parser::PageInput& input) {
  const char* const path = std::getenv("WEFT_BAD_WORKER_LOG");
  if (path == nullptr) return;
  std::ofstream(path, std::ios::app) << std::string(input.url) + '\n' << std::flush;
}

}  // namespace

int main() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  parser::DocumentParser documents(parser::exit_out_of_memory);
  parser::WorkerChannel channel(STDIN_FILENO);
  if (!channel.greet()) return 1;
  while (channel.read_request()) {
    const parser::PageInput& input = channel.input();
    note(input);
    if (asks_for(input, "crash")) {
      signal(SIGSEGV, SIG_DFL);  // not the sanitizer's
      raise(SIGSEGV);
    }
    if (asks_for(input, "hang"))
      for (;;) pause();
    if (asks_for(input, "spin"))
      for (volatile bool spins = true; spins;) continue;
    if (asks_for(input, "oom")) parser::exit_out_of_memory();
    if (asks_for(input, "huge")) {
      write_raw({parser::kMaxDocumentBytes + 1, 0}, "");
      for (;;) pause();
    }
    if (asks_for(input, "short")) {
      write_raw({1000, 0}, "half");
      return 1;
    }
    if (asks_for(input, "garbage")) {
      write_raw({200, 0}, std::string(200, 'g'));
      continue;
    }
    documents.parse(channel.kind(), input, channel.begin_reply());
    if (!channel.send_reply(0)) break;
    if (asks_for(input, "twice") && !channel.send_reply(0)) break;
    if (asks_for(input, "leave")) return 0;
  }
  return channel.exit_code();
}
