// A crawl's kept responses as a WARC 1.1 file (ISO 28500:2017), each record a gzip member of its
// own, with a CDXJ index of it.
//
// One warcinfo record, then for each URL in the order of discovery a response record, or a revisit
// record (identical-payload-digest) where an earlier URL answered with the same body, and the
// request. The id of a record is computed from its content, and all times are those of the crawl,
// so one file always gives the same WARC, byte for byte.
#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>

#include "storage/database.h"

namespace storage {

struct WarcCounts {
  std::uint64_t responses = 0;
  std::uint64_t revisits = 0;
};

// `name` is the file name of the WARC, used in it and in the index; `index` may be null. Memory
// does not grow with the number of pages: what must be sorted goes to a temporary file. Throws
// Error.
WarcCounts export_warc(const Database& db, std::ostream& out, std::string_view name,
                       std::ostream* index);

}  // namespace storage
