// From what came back to what is written: a response, and what its body says, as one
// storage::PageOutcome. The links are the engine's part, since only the frontier gives ids.
#pragma once

#include <string_view>

#include "crawler/crawl/verdict.h"
#include "crawler/fetch/fetcher.h"
#include "crawler/parse/parser.h"
#include "storage/records.h"

namespace crawler {

// The response, and the digest of a body that the verdict does not have parsed. `bodies`: keep the
// response as received.
storage::PageOutcome record_of(const FetchResult& result, const Verdict& verdict, bool bodies);

// Adds what a parser answered for `body`: the digest, and what was parsed as views into the
// document, which the record then owns. Where it answered an error, the record says state failed,
// reason parse_failed; but a body of which only the digest was wanted is digested here instead.
// Returns the document, which lives as long as record.backing; null: there is none.
const parser::Document* add_parsed(storage::PageOutcome& record, ParseResult parsed,
                                   std::string_view body);

}  // namespace crawler
