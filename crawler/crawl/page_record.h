// From what came back to what is written: a fetch, and what its page said, as one
// storage::PageOutcome. The links are the engine's part, since only the frontier gives ids.
#pragma once

#include "crawler/crawl/verdict.h"
#include "crawler/fetch/fetcher.h"
#include "crawler/parse/parser_pool.h"
#include "storage/records.h"

namespace crawler {

// Everything but the parsed page. `bodies`: keep the response as received.
storage::PageOutcome record_of(const FetchResult& result, const Verdict& verdict, bool bodies);

// Adds what a parser answered: the page's fields as views into its frame, which the record then
// owns; or, where it answered an error, state failed, reason parse_failed. Answers the page for its
// links; it lives as long as record.backing.
const parser::ParsedPage* add_parsed(storage::PageOutcome& record, ParseResult parsed);
// The same of a sitemap.
const parser::ParsedSitemap* add_parsed_sitemap(storage::PageOutcome& record, ParseResult parsed);

}  // namespace crawler
