#include "crawler/site/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "crawler/site/pages.h"
#include "crawler/site/text.h"

namespace crawler {
namespace {

using std::chrono::milliseconds;
using End = FaultPlan::End;

// How often one answer trickles, and the longest of its waits: a plan must end on its own.
constexpr std::uint64_t kTrickled = 100;           // bytes
constexpr std::uint64_t kLongestWait = 3'600'000;  // ms
constexpr std::uint64_t kLongestChain = 1'000;     // redirects
constexpr std::uint64_t kLongestRetry = 86'400;    // s
constexpr std::size_t kNested = 100'000;           // elements
constexpr std::size_t kPromised = 100'000;         // bytes that Content-Length says
constexpr std::size_t kSent = 1'000;               // bytes that come of them
constexpr std::size_t kHugePiece = 64u << 10;      // bytes
constexpr std::uint64_t kHugeFields = 16'384;      // header fields of 64 bytes: 1 MiB
constexpr std::uint64_t kBombPieces = 1'024;       // of 1 MiB each, once unpacked
constexpr std::size_t kBombPiece = 1u << 20;       // bytes, unpacked
constexpr std::uint32_t kBombCrc = 0x0F98B5AF;     // of 1 GiB of 'a'
constexpr std::size_t kMostRemembered = 10'000;    // retry-after URLs

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kPage =
    "<!doctype html>\n<html lang=\"en\"><head><title>A fault of the built-in site</title></head>\n"
    "<body><h1>A fault</h1><p>This page is sent by a path under /bad/.</p>"
    "<a href=\"/\">Home</a></body></html>\n";
constexpr std::string_view kFrenchPage =
    "<!doctype html>\n<html lang=\"fr\"><head><title>Un été à la forêt</title></head>\n"
    "<body><h1>Été</h1><p>Le garçon a mangé une crêpe à la crème sous le chêne, où l'élève "
    "répétait déjà.</p></body></html>\n";

// What a request asked for, taken apart.
struct Call {
  std::string_view argument;  // "404" of /bad/status/404
  std::string_view query;     // "ms=5" of /bad/slow-body?ms=5
  bool second = false;        // the same URL was asked for before
};

// A wrong number has no plan.
using MakePlan = std::optional<FaultPlan> (*)(const Call&);

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t least,
                                    std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < least || value > most) return std::nullopt;
  return value;
}

// The time that ?ms= asks for.
std::optional<milliseconds> wait_asked(const Call& call, milliseconds otherwise) {
  if (call.query.empty()) return otherwise;
  if (!call.query.starts_with("ms=")) return std::nullopt;
  const auto value = number(call.query.substr(3), 0, kLongestWait);
  return value ? std::optional(milliseconds(*value)) : std::nullopt;
}

// %41 as A. What would break out of a header field has no result.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char c = static_cast<unsigned char>(text[at]);
    if (c == '%' && at + 2 < text.size()) {
      const char* const digits = text.data() + at + 1;
      unsigned char value = 0;
      const auto [stop, error] = std::from_chars(digits, digits + 2, value, 16);
      if (error == std::errc() && stop == digits + 2) {
        c = value;
        at += 2;
      }
    }
    if (c < 0x20 || c == 0x7F) return std::nullopt;
    out += static_cast<char>(c);
  }
  return out;
}

FaultPlan raw(std::string start, End end = End::kClose) {
  FaultPlan plan;
  plan.start = std::move(start);
  plan.end = end;
  return plan;
}

// A correct answer.
FaultPlan whole(unsigned status, std::string_view type, std::string body,
                std::string location = {}) {
  Answer answer;
  answer.status = status;
  answer.content_type = type;
  answer.location = std::move(location);
  const bool bodyless = status < 200 || status == 204 || status == 304;
  if (!bodyless) answer.body = std::move(body);
  return raw(to_http(answer, false, true), status < 200 ? End::kClose : End::kKeepAlive);
}

// The header of a 200 with these fields, to which a body is added that does not agree with it.
std::string header(std::string_view fields) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {}\r\n{}\r\n\r\n", kHtml, fields);
}

std::string promise(std::size_t bytes) {
  return header(fmt::format("Content-Length: {}", bytes)) + std::string(kPage) +
         std::string(kSent - kPage.size(), ' ');
}

std::optional<FaultPlan> status(const Call& call) {
  const auto code = number(call.argument, 100, 999);
  if (!code) return std::nullopt;
  return whole(static_cast<unsigned>(*code), kHtml, std::string(kPage));
}

std::optional<FaultPlan> slow_headers(const Call& call) {
  const auto wait = wait_asked(call, milliseconds(10'000));
  if (!wait) return std::nullopt;
  FaultPlan plan = whole(200, kHtml, std::string(kPage));
  plan.delay = *wait;
  return plan;
}

std::optional<FaultPlan> slow_body(const Call& call) {
  const auto wait = wait_asked(call, milliseconds(1'000));
  if (!wait) return std::nullopt;
  FaultPlan plan = raw(header(fmt::format("Content-Length: {}", kTrickled)), End::kKeepAlive);
  plan.piece = "x";
  plan.pieces = kTrickled;
  plan.pause = *wait;
  return plan;
}

std::optional<FaultPlan> drop(const Call&) { return raw({}); }

std::optional<FaultPlan> drop_midway(const Call&) { return raw(promise(kPromised), End::kReset); }

std::optional<FaultPlan> truncated(const Call&) { return raw(promise(kPromised)); }

std::optional<FaultPlan> chunked_cut(const Call&) {
  return raw(header("Transfer-Encoding: chunked") +
             fmt::format("{:x}\r\n{}\r\nffff\r\ncut here", kPage.size(), kPage));
}

std::optional<FaultPlan> redirect_loop(const Call& call) {
  return whole(302, kHtml, std::string(kPage),
               call.argument.empty() ? "/bad/redirect-loop/2" : "/bad/redirect-loop");
}

std::optional<FaultPlan> redirect_chain(const Call& call) {
  const auto left = number(call.argument, 0, kLongestChain);
  if (!left) return std::nullopt;
  if (*left == 0) return whole(200, kHtml, std::string(kPage));
  return whole(302, kHtml, std::string(kPage), fmt::format("/bad/redirect-chain/{}", *left - 1));
}

std::optional<FaultPlan> redirect_to(const Call& call) {
  if (!call.query.starts_with("url=")) return std::nullopt;
  auto target = percent_decode(call.query.substr(4));
  if (!target) return std::nullopt;
  return whole(302, kHtml, std::string(kPage), std::move(*target));
}

std::optional<FaultPlan> redirect_nowhere(const Call&) {
  return whole(302, kHtml, std::string(kPage));
}

std::optional<FaultPlan> huge(const Call&) {
  FaultPlan plan = raw(header("Connection: close"));
  plan.piece = std::string(kHugePiece, 'a');
  plan.pieces = UINT64_MAX;
  return plan;
}

std::optional<FaultPlan> huge_headers(const Call&) {
  FaultPlan plan = raw("HTTP/1.1 200 OK\r\n");
  plan.piece = "X-Filler: " + std::string(52, 'a') + "\r\n";
  plan.pieces = kHugeFields;
  plan.finish = fmt::format("Content-Length: {}\r\n\r\n{}", kPage.size(), kPage);
  return plan;
}

std::optional<FaultPlan> wrong_length(const Call&) { return raw(promise(kSent / 2)); }

std::optional<FaultPlan> encoding(const Call&) {
  return raw(header(fmt::format("Content-Encoding: gzip\r\nContent-Length: {}", kPage.size())) +
                 std::string(kPage),
             End::kKeepAlive);
}

// kBombPiece bytes deflated so that the result can be repeated: it refers to nothing before it.
std::string deflated_piece() {
  namespace zlib = boost::beast::zlib;
  const std::string plain(kBombPiece, 'a');
  std::string packed(kBombPiece, '\0');
  zlib::deflate_stream stream;
  zlib::z_params params;
  params.next_in = plain.data();
  params.avail_in = plain.size();
  params.next_out = packed.data();
  params.avail_out = packed.size();
  boost::beast::error_code error;
  stream.write(params, zlib::Flush::full, error);
  packed.resize(params.total_out);
  return packed;
}

std::optional<FaultPlan> gzip_bomb(const Call&) {
  using std::string_literals::operator""s;
  const auto little_endian = [](std::uint32_t value) {
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes += static_cast<char>(value >> shift & 0xFF);
    return bytes;
  };
  FaultPlan plan = raw(header("Content-Encoding: gzip\r\nConnection: close") +
                       "\x1f\x8b\x08\0\0\0\0\0\0\xff"s);  // RFC 1952: no name, no time
  plan.piece = deflated_piece();
  plan.pieces = kBombPieces;
  plan.finish = "\x03\0"s + little_endian(kBombCrc) +  // an empty last block
                little_endian(static_cast<std::uint32_t>(kBombPieces * kBombPiece));
  return plan;
}

std::optional<FaultPlan> retry_after(const Call& call) {
  const auto seconds = number(call.argument, 0, kLongestRetry);
  if (!seconds) return std::nullopt;
  if (call.second) return whole(200, kHtml, std::string(kPage));
  return raw(fmt::format("HTTP/1.1 503 Service Unavailable\r\nRetry-After: {}\r\n"
                         "Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                         *seconds, kHtml, kPage.size(), kPage),
             End::kKeepAlive);
}

std::optional<FaultPlan> not_http(const Call&) { return raw("SSH-2.0-OpenSSH_9.2p1\r\n"); }

std::optional<FaultPlan> content_type(const Call&) {
  return whole(200, "image/png", std::string(kPage));
}

std::optional<FaultPlan> deep(const Call&) {
  std::string body = "<!doctype html>\n<title>Deep</title>\n";
  for (std::size_t n = 0; n < kNested; ++n) body += "<div>";
  return whole(200, kHtml, body + "the bottom");
}

std::optional<FaultPlan> utf16(const Call&) {
  return whole(200, "text/html", to_utf16le(kFrenchPage));
}

std::optional<FaultPlan> latin1_undeclared(const Call&) {
  return whole(200, "text/html", to_latin1(kFrenchPage));
}

struct Fault {
  FaultName name;
  MakePlan make;
};

constexpr std::array kFaults = std::to_array<Fault>({
    {{"/bad/status/N", "answers with status N, whatever it is"}, status},
    {{"/bad/slow-headers?ms=N", "sends nothing for N ms (10000), then a page"}, slow_headers},
    {{"/bad/slow-body?ms=N", "sends 100 bytes of body, N ms (1000) before each"}, slow_body},
    {{"/bad/drop", "closes the connection without an answer"}, drop},
    {{"/bad/drop-midway", "resets the connection in the middle of the body"}, drop_midway},
    {{"/bad/truncated", "closes after 1 % of what Content-Length promised"}, truncated},
    {{"/bad/chunked-cut", "closes in the middle of a chunk"}, chunked_cut},
    {{"/bad/redirect-loop", "redirects to a page that redirects back"}, redirect_loop},
    {{"/bad/redirect-chain/N", "N redirects, then a page"}, redirect_chain},
    {{"/bad/redirect-to?url=URL", "redirects to URL (percent-encoded)"}, redirect_to},
    {{"/bad/redirect-nowhere", "a redirect without Location"}, redirect_nowhere},
    {{"/bad/huge", "a body without end"}, huge},
    {{"/bad/huge-headers", "1 MiB of header fields, then a page"}, huge_headers},
    {{"/bad/wrong-length", "sends twice what Content-Length promised"}, wrong_length},
    {{"/bad/encoding", "says gzip, sends plain text"}, encoding},
    {{"/bad/gzip-bomb", "1 MiB that unpacks to 1 GiB"}, gzip_bomb},
    {{"/bad/retry-after/N", "503 with Retry-After: N; every second request is answered"},
     retry_after},
    {{"/bad/not-http", "speaks another protocol"}, not_http},
    {{"/bad/content-type", "a page that is called image/png"}, content_type},
    {{"/bad/deep", "100,000 elements, each inside the one before"}, deep},
    {{"/bad/utf16", "UTF-16 with a byte order mark"}, utf16},
    {{"/bad/latin1-undeclared", "Latin-1 that no one declares"}, latin1_undeclared},
});

// "status" of "/bad/status/N".
std::string_view short_name(std::string_view path) {
  path.remove_prefix(std::string_view("/bad/").size());
  return path.substr(0, path.find_first_of("/?"));
}

FaultPlan list() {
  std::string body =
      "<!doctype html>\n<html "
      "lang=\"en\"><head><title>Faults</title></head>\n<body><h1>Faults</h1>\n"
      "<dl>\n";
  for (const Fault& fault : kFaults)
    body += fmt::format("<dt>{}</dt><dd>{}</dd>\n", fault.name.path, fault.name.what);
  return whole(200, kHtml, body + "</dl></body></html>\n");
}

}  // namespace

std::vector<FaultName> fault_names() {
  std::vector<FaultName> names;
  names.reserve(kFaults.size());
  for (const Fault& fault : kFaults) names.push_back(fault.name);
  return names;
}

bool Faults::second_time(std::size_t host, std::string_view target) {
  std::string key = fmt::format("{} {}", host, target);
  const std::scoped_lock lock(mutex_);
  if (asked_.erase(key) > 0) return true;
  if (asked_.size() >= kMostRemembered) asked_.clear();
  asked_.insert(std::move(key));
  return false;
}

FaultPlan Faults::plan(std::size_t host, std::string_view target) {
  const std::size_t question = target.find('?');
  Call call;
  if (question != std::string_view::npos) call.query = target.substr(question + 1);
  const std::string_view path = target.substr(0, question);
  if (path == "/bad/") return list();
  const std::string_view name = short_name(path);
  const std::string_view rest = path.substr(std::string_view("/bad/").size() + name.size());
  if (!rest.empty()) call.argument = rest.substr(1);
  const auto found = std::find_if(kFaults.begin(), kFaults.end(), [&](const Fault& fault) {
    return short_name(fault.name.path) == name;
  });
  if (found == kFaults.end()) return whole(404, kHtml, std::string(kPage));
  if (found->make == retry_after) call.second = second_time(host, target);
  if (auto plan = found->make(call)) return std::move(*plan);
  return whole(400, kHtml, std::string(kPage));
}

}  // namespace crawler
