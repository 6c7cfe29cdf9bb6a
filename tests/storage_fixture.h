// A small crawl's file, made by the storage room alone: what tests of the file, the writer and the
// commands on it share. Here ids are plain numbers.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/runs.h"
#include "storage/writer.h"

namespace tests {

// A page's outcome with its text and links; it owns all that it views.
inline storage::PageOutcome make_page(std::uint32_t url, std::string title, std::string text,
                                      std::vector<std::uint32_t> links = {},
                                      std::uint64_t simhash = 0, std::string lang = "") {
  struct Backing {
    std::string title, text, lang;
    parser::ParsedPage page;
  };
  const auto backing =
      std::make_shared<Backing>(Backing{std::move(title), std::move(text), std::move(lang), {}});
  backing->page.title = backing->title;
  backing->page.text = backing->text;
  backing->page.lang = backing->lang;
  backing->page.simhash = simhash;
  storage::PageOutcome page;
  page.url = storage::UrlId{url};
  page.has_page = true;
  page.page.fetched_at = 1'767'225'600'123'456;  // 2026-01-01T00:00:00.123456Z
  page.page.status = 200;
  page.page.content_type = "text/html";
  page.page.parsed = &backing->page;
  for (const std::uint32_t to : links)
    page.links.push_back({storage::UrlId{to}, "", "link", "", "a"});
  page.backing = backing;
  return page;
}

// A host of one origin, both with the number `id`.
template <class Record>
void add_origin(Record& record, std::uint32_t id, const std::string& origin) {
  const std::size_t name = origin.find("://") + 3;
  record.new_hosts.push_back(
      {storage::HostId{id}, origin.substr(name, origin.find(':', name) - name)});
  record.new_origins.push_back({storage::OriginId{id}, storage::HostId{id}, origin});
}

inline storage::UrlRow make_url(std::uint32_t id, std::string url, std::uint16_t depth = 0,
                                std::uint32_t found_on = 0) {
  storage::UrlRow row;
  row.id = storage::UrlId{id};
  row.host = storage::HostId{1};
  row.origin = storage::OriginId{1};
  row.depth = depth;
  row.found_on = storage::UrlId{found_on};
  row.url = std::move(url);
  return row;
}

// Three pages, of which one is missing, and one URL out of scope.
inline void make_crawl(const std::string& path) {
  using storage::Reason;
  using storage::State;
  storage::Database db(path, storage::Database::Mode::kCrawl);
  storage::prepare_order(db, storage::Order::kPriority);
  const std::int64_t run = storage::start_run(db, "0.1.0", "weft crawl", "{}", 0);
  storage::Writer writer(db, {});
  storage::Discovery seeds;
  add_origin(seeds, 1, "http://example.com");
  seeds.new_urls.push_back(make_url(1, "http://example.com/"));
  writer.put(std::move(seeds));
  storage::PageOutcome home =
      make_page(1, "Herons", "Where the grey heron fishes.\nMore below.", {2, 3, 4});
  home.new_urls = {make_url(2, "http://example.com/food", 1, 1),
                   make_url(3, "http://example.com/gone", 1, 1),
                   make_url(4, "http://elsewhere.example/", 1, 1)};
  home.new_urls[2].state = State::kSkipped;
  home.new_urls[2].reason = Reason::kOutOfScope;
  writer.put(std::move(home));
  writer.put(make_page(2, "Café food", "A heron eats fish; the \"heron\" waits.", {1}));
  storage::PageOutcome gone;
  gone.url = storage::UrlId{3};
  gone.state = State::kFailed;
  gone.reason = Reason::kHttpError;
  gone.has_page = true;
  gone.page.status = 404;
  writer.put(std::move(gone));
  writer.close();
  storage::end_run(db, run, "finished", "{}", 1'000'000);
}

}  // namespace tests
