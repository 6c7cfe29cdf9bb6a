#include "crawler/crawl/page_record.h"

#include <memory>
#include <utility>

#include "parser/digest.h"

namespace crawler {
namespace {

// False: there is no answer, and the record says so.
bool note_parse(storage::PageOutcome& record, const ParseResult& parsed) {
  record.page.parse_us = static_cast<std::uint32_t>(parsed.time.count());
  if (parsed.error == ParseError::kNone) return true;
  record.state = storage::State::kFailed;
  record.reason = storage::Reason::kParseFailed;
  record.detail = to_string(parsed.error);
  return false;
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
  if (!result.body->empty()) page.digest = parser::sha256_hex(*result.body);
  if (bodies) {
    record.raw_head = result.head;
    record.raw_body = result.body;
  }
  return record;
}

const parser::ParsedPage* add_parsed(storage::PageOutcome& record, ParseResult parsed) {
  if (!note_parse(record, parsed)) return nullptr;
  auto owned = std::make_shared<parser::OwnedPage>(std::move(parsed.page));
  record.page.parsed = &owned->page;
  record.backing = owned;
  return &owned->page;
}

const parser::ParsedSitemap* add_parsed_sitemap(storage::PageOutcome& record, ParseResult parsed) {
  if (!note_parse(record, parsed)) return nullptr;
  auto owned = std::make_shared<parser::OwnedSitemap>(std::move(parsed.sitemap));
  record.backing = owned;
  return &owned->sitemap;
}

}  // namespace crawler
