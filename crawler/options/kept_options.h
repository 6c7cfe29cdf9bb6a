// What a file keeps of its crawl's options: those that decide which URLs belong to the crawl and
// what is kept of them (the rows of the table that say so). A crawl that is resumed has the same.
#pragma once

#include "crawler/options/command.h"
#include "crawler/options/crawl_options.h"
#include "storage/database.h"

namespace crawler {

// The defaults, with what the file keeps; the defaults alone where no crawl was started on it.
// Throws storage::Error where it is damaged.
CrawlOptions kept_options(const storage::Database& db);

// Called before a crawl: a new file keeps the options of `command`, `weft crawl` as it was parsed;
// of a file that is resumed they are taken into the members that the command's rows fill. Throws
// storage::Error where one was given with another value than the file keeps, since the file would
// then hold neither crawl.
void reconcile(const Command& command, storage::Database& db);

}  // namespace crawler
