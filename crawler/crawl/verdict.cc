#include "crawler/crawl/verdict.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

#include "parser/ascii.h"
#include "parser/url.h"

namespace crawler {
namespace {

using storage::Reason;
using storage::State;

bool may_pass(Reason error) {
  switch (error) {
    case Reason::kConnectFailed:
    case Reason::kConnectTimeout:
    case Reason::kFirstByteTimeout:
    case Reason::kStalled:
    case Reason::kConnectionLost:
    case Reason::kTruncated:
      return true;
    default:
      return false;
  }
}

std::chrono::milliseconds growing_pause(unsigned attempt) {
  return std::min(kFirstPause * (1u << std::min(attempt - 1, 8u)), kLongestPause);
}

bool begins_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         parser::equals_ignoring_case(text.substr(0, lower.size()), lower);
}

Verdict judge_redirect(const FetchResult& result, Verdict verdict) {
  if (result.location.empty()) {
    verdict.state = State::kFailed;
    verdict.reason = Reason::kBadRedirect;
    verdict.detail = "no Location";
    return verdict;
  }
  const auto from = parser::Url::of_normalized(result.request.entry.url);
  parser::Url to;
  if (const parser::UrlError error = to.parse(result.location, &from);
      error != parser::UrlError::kOk) {
    verdict.state = State::kFailed;
    verdict.reason = Reason::kBadRedirect;
    verdict.detail = parser::to_string(error);
  } else if (result.request.entry.redirects >= kMaxRedirects) {
    verdict.state = State::kFailed;
    verdict.reason = Reason::kTooManyRedirects;
    verdict.detail = "next: " + std::string(to.identity());
  } else {
    verdict.action = Verdict::Action::kRedirect;
    verdict.reason = Reason::kRedirect;
    verdict.target = to.identity();
  }
  return verdict;
}

}  // namespace

std::chrono::milliseconds retry_after(const std::string& field, storage::WallTime now) {
  const std::string_view value = parser::trim(field);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (value.empty()) return {};
  if (error == std::errc::result_out_of_range) return kLongestPause;
  if (error != std::errc() || end != value.data() + value.size()) {
    const time_t date = curl_getdate(field.c_str(), nullptr);
    if (date == -1) return {};
    seconds = static_cast<std::int64_t>(date) - now / 1'000'000;
  }
  const std::int64_t longest = kLongestPause.count() / 1000;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, longest));
}

bool is_html(std::string_view content_type, std::string_view body) {
  const std::string_view essence = parser::trim(content_type.substr(0, content_type.find(';')));
  if (!essence.empty())
    return parser::equals_ignoring_case(essence, "text/html") ||
           parser::equals_ignoring_case(essence, "application/xhtml+xml");
  // The MIME Sniffing Standard's first tests, for a server that sends no type at all.
  const std::string_view start = parser::trim(body.substr(0, 512));
  return begins_ignoring_case(start, "<!doctype html") || begins_ignoring_case(start, "<html");
}

namespace {

Verdict judge_response(const FetchResult& result, unsigned attempts) {
  const unsigned attempt = result.request.entry.attempt;
  Verdict verdict;
  if (result.error != Reason::kNone) {
    verdict.state = State::kFailed;
    verdict.reason = result.error;
    verdict.detail = result.error_detail;
    if (attempt < attempts && may_pass(result.error)) {
      verdict.action = Verdict::Action::kRetry;
      verdict.pause = growing_pause(attempt);
    }
    return verdict;
  }
  const int status = result.status;
  if (status >= 400) {
    verdict.state = State::kFailed;
    verdict.reason = Reason::kHttpError;
    verdict.detail = std::to_string(status);
    if (status == 429 || status == 503) {
      verdict.asked_to_pause = true;
      verdict.pause = retry_after(result.retry_after, result.started_at);
      if (verdict.pause.count() == 0) verdict.pause = growing_pause(attempt);
      if (attempt < attempts) verdict.action = Verdict::Action::kRetry;
    }
    return verdict;
  }
  if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308)
    return judge_redirect(result, std::move(verdict));
  return verdict;
}

std::optional<parser::DocumentKind> document_of(const FetchResult& result, Reason reason) {
  using parser::DocumentKind;
  const std::string& body = *result.body;
  if (reason == Reason::kFetched && result.request.is_sitemap) return DocumentKind::kSitemap;
  if (reason == Reason::kFetched && result.status >= 200 && result.status < 300 && !body.empty() &&
      is_html(result.content_type, body))
    return DocumentKind::kPage;
  if (body.size() > kMaxDigestedHere) return DocumentKind::kOpaque;
  return std::nullopt;
}

}  // namespace

Verdict judge(const FetchResult& result, unsigned attempts) {
  Verdict verdict = judge_response(result, attempts);
  if (result.error == Reason::kNone && verdict.action != Verdict::Action::kRetry)
    verdict.document = document_of(result, verdict.reason);
  return verdict;
}

}  // namespace crawler
