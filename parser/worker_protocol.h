// How the crawl and one weft-parser process talk: frames over a socketpair that is the worker's
// standard input, both ways. Requests are answered one by one in their order, so the first
// unanswered request is the one that the worker was at when it died. Both ends are built together
// and run on one machine, so integers are in its byte order.
#pragma once

#include <cstdint>

namespace parser {

enum class WorkerJob : std::uint32_t { kPage, kSitemap };

struct WorkerRequest {
  std::uint32_t url_bytes;
  std::uint32_t content_type_bytes;
  std::uint32_t body_bytes;
  WorkerJob job = WorkerJob::kPage;
  // url, content type, body follow
};

struct WorkerReply {
  std::uint32_t frame_bytes;  // at most kMaxFrameBytes
  std::uint32_t parse_us;     // time spent on this page
  // a frame that decode_page() or decode_sitemap() reads follows
};

// Bounds on a request, checked by the worker too.
inline constexpr std::uint32_t kMaxWorkerBody = 1u << 30;
inline constexpr std::uint32_t kMaxWorkerField = 64u << 10;  // URL, content type

// Exit codes of a worker that ends by itself. Anything else is a crash.
inline constexpr int kWorkerDone = 0;          // its input was closed
inline constexpr int kWorkerOutOfMemory = 64;  // a page passed the arena's bound
inline constexpr int kWorkerBadRequest = 65;   // a request breaks the bounds above
inline constexpr int kWorkerNoSandbox = 66;    // the sandbox could not be put up; reason on stderr

}  // namespace parser
