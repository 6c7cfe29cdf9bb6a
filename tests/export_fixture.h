// Crawls whose bodies were kept, with any URLs, made by storage/ alone.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/storage_fixture.h"

namespace tests {

struct Kept {
  std::string url;  // on http://example.com unless it is whole
  std::string body;
  int status = 200;
  std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
};

// One host, example.com, and a page for each; a digest where there is a body.
inline void make_kept_crawl(const std::string& path, const std::vector<Kept>& pages) {
  storage::Database db(path, storage::Database::Mode::kCrawl);
  const std::int64_t run = storage::start_run(
      db, "0.1.0", "weft crawl", R"({"user_agent": "weft/test", "accept_encoding": "gzip"})", 0);
  storage::WriterOptions options;
  options.bodies = true;
  storage::Writer writer(db, options);
  std::uint32_t id = 0;
  for (const Kept& kept : pages) {
    storage::PageOutcome page = make_page(++id, "Title", "text");
    if (id == 1) add_origin(page, 1, "http://example.com");
    page.new_urls.push_back(
        make_url(id, kept.url.starts_with('/') ? "http://example.com" + kept.url : kept.url));
    page.page.status = kept.status;
    page.page.body_bytes = kept.body.size();
    page.page.address = "192.0.2.1";
    page.page.protocol = "http/1.1";
    // Not what a crawl computes, but as good for telling bodies apart.
    if (!kept.body.empty())
      page.page.digest = fmt::format("{:064x}", std::hash<std::string>()(kept.body));
    page.raw_head = std::make_shared<const std::string>(kept.head);
    page.raw_body = std::make_shared<const std::string>(kept.body);
    writer.put(std::move(page));
  }
  writer.close();
  storage::end_run(db, run, "finished", "{}", 1'000'000);
}

}  // namespace tests
