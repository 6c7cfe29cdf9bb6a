#include "crawler/crawl/page_record.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "parser/digest.h"

namespace crawler {
namespace {

// An empty body has none, so that empty pages are not duplicates of each other.
std::string digest_of(std::string_view body) {
  return body.empty() ? std::string() : parser::sha256_hex(body);
}

void add_error(storage::PageOutcome& record, const ParseResult& parsed, std::string_view body) {
  record.page.digest = digest_of(body);
  if (parsed.kind == parser::DocumentKind::kOpaque) return;
  record.state = storage::State::kFailed;
  record.reason = storage::Reason::kParseFailed;
  record.detail = to_string(parsed.error);
}

}  // namespace

storage::PageOutcome record_of(const FetchResult& result, const Verdict& verdict, bool bodies) {
  storage::PageOutcome record;
  record.url = result.request.entry.id;
  record.attempts = result.request.entry.attempt;
  record.state = verdict.state;
  record.reason = verdict.reason;
  record.detail = verdict.detail;
  record.has_page = result.error == storage::Reason::kNone;
  if (!record.has_page) return record;
  storage::PageRow& page = record.page;
  page.fetched_at = result.started_at;
  page.status = result.status;
  page.content_type = result.content_type;
  page.protocol = result.protocol;
  page.address = result.address;
  page.wire_bytes = result.wire_bytes;
  page.body_bytes = result.body->size();
  page.timings = result.timings;
  if (!verdict.document) page.digest = digest_of(*result.body);
  if (bodies) {
    record.raw_head = result.head;
    record.raw_body = result.body;
  }
  return record;
}

const parser::Document* add_parsed(storage::PageOutcome& record, ParseResult parsed,
                                   std::string_view body) {
  record.page.parse_us = static_cast<std::uint32_t>(parsed.time.count());
  if (parsed.error != ParseError::kNone) {
    add_error(record, parsed, body);
    return nullptr;
  }
  const auto owned = std::make_shared<const parser::OwnedDocument>(std::move(parsed.owned));
  const parser::Document& document = owned->document;
  if (!body.empty()) record.page.digest = document.digest;
  record.page.parsed = std::get_if<parser::ParsedPage>(&document.content);
  record.backing = owned;
  return &document;
}

}  // namespace crawler
