// How the crawl and one weft-parser process talk: requests one way and replies the other, over a
// socketpair that is the worker's standard input. Requests are answered one by one in their order,
// so the first unanswered request is the one that the worker was at when it died. Before the first
// one the worker greets: a program that ends or answers without is not weft-parser, or cannot run
// on this machine, whatever it was sent. Both ends are built together (the greeting has the
// version) and run on one machine, so integers are in its byte order.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "parser/document.h"

namespace parser {

inline constexpr std::string_view kWorkerGreeting = "weft-parser " WEFT_VERSION "\n";

struct WorkerRequest {
  std::uint32_t url_bytes;
  std::uint32_t content_type_bytes;
  std::uint32_t body_bytes;
  DocumentKind kind = DocumentKind::kPage;
  Method method = Method::kCondensed;
  std::array<std::uint8_t, 2> zero{};
  // URL, content type and body follow.
};

struct WorkerReply {
  std::uint32_t frame_bytes;  // at most kMaxDocumentBytes
  std::uint32_t parse_us;     // time spent on this document
  // A frame that decode_document() reads follows; it repeats the kind.
};

// Bounds on a request, checked by the worker too.
inline constexpr std::uint32_t kMaxWorkerBody = 1u << 30;
inline constexpr std::uint32_t kMaxWorkerField = 64u << 10;  // URL, content type

// Exit codes of a worker that ends by itself. Anything else is a crash.
inline constexpr int kWorkerDone = 0;          // its input was closed
inline constexpr int kWorkerOutOfMemory = 64;  // a document passed the bound on memory
inline constexpr int kWorkerBadRequest = 65;   // a request breaks the bounds above
inline constexpr int kWorkerNoSandbox = 66;    // it could not confine itself; reason on stderr

}  // namespace parser
