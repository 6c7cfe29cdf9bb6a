#include "storage/row_writer.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "parser/utf8.h"
#include "storage/segment_cjk.h"
#include "storage/wall_time.h"

namespace storage {
namespace {

constexpr int kZstdLevel = 3;  // of 1 to 19: a fourth of HTML's size at 300 MB/s

// A skipped URL may be queued after all, with a nearer page that led to it.
constexpr std::string_view kUrlSql =
    "INSERT INTO urls (id, host_id, depth, redirects, state, reason, found_on, url, origin_id) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (id) DO UPDATE SET depth = ?3, redirects = ?4, state = ?5, reason = ?6, "
    "found_on = ?7";

constexpr std::string_view kPageSql =
    "INSERT INTO pages (url_id, run_id, fetched_at, status, content_type, wire_bytes, body_bytes, "
    "digest, protocol, address, redirect_to, name_us, connect_us, tls_us, first_byte_us, total_us, "
    "title, lang, charset, description, canonical, meta_robots, simhash, elements, parse_us, "
    "links_ignored, links_cut, parsed_as) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, "
    "?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)";
constexpr int kFirstParsedColumn = 17;
constexpr int kLastParsedColumn = 28;

// What every read of queued URLs asks for: the partial index of prepare_order() serves each of
// these without a sort.
#define WEFT_QUEUED_SQL                                                                            \
  "SELECT id, origin_id, depth, redirects, url FROM urls WHERE state = 'queued' AND host_id = ?1 " \
  "AND "

}  // namespace

RowWriter::RowWriter(Database& db, bool bodies)
    : db_(db),
      bodies_(bodies),
      run_(db.number("SELECT max(id) FROM runs")),
      zstd_(ZSTD_createCCtx(), ZSTD_freeCCtx),
      begin_(db, "BEGIN IMMEDIATE"),
      commit_(db, "COMMIT"),
      rollback_(db, "ROLLBACK"),
      host_(db, "INSERT INTO hosts (id, name) VALUES (?, ?)"),
      origin_(db, "INSERT INTO origins (id, host_id, origin) VALUES (?, ?, ?)"),
      robots_(db,
              "UPDATE origins SET robots_status = ?2, robots_error = ?3, robots_body = ?4, "
              "robots_fetched_at = ?5 WHERE id = ?1"),
      forget_redirects_(db, "DELETE FROM robots_redirects WHERE origin_id = ?"),
      robots_redirect_(db, "INSERT INTO robots_redirects VALUES (?, ?, ?, ?)"),
      pause_(db, "UPDATE hosts SET paused_until = ?2 WHERE id = ?1"),
      url_(db, kUrlSql),
      ended_(db,
             "UPDATE urls SET state = ?2, reason = ?3, detail = ?4, attempts = ?5 WHERE id = ?1"),
      page_(db, kPageSql),
      link_(db, "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?)"),
      text_(db, "INSERT INTO texts VALUES (?, ?, ?)"),
      words_(db, "INSERT INTO page_text (rowid, title, text) VALUES (?, ?, ?)"),
      body_(db, "INSERT INTO bodies VALUES (?, ?, ?)"),
      sitemap_(db, "INSERT OR IGNORE INTO sitemaps (url_id, origin_id, level) VALUES (?, ?, ?)"),
      sitemap_read_(db,
                    "UPDATE sitemaps SET kind = ?2, entries = ?3, ignored = ?4, problem = ?5 "
                    "WHERE url_id = ?1"),
      // A sitemap may name a URL twice.
      sitemap_url_(db, "INSERT OR IGNORE INTO sitemap_urls VALUES (?, ?, ?, ?)"),
      by_id_(db, WEFT_QUEUED_SQL "id >= ?2 ORDER BY id LIMIT ?3"),
      by_falling_id_(db, WEFT_QUEUED_SQL "id <= ?2 ORDER BY id DESC LIMIT ?3"),
      same_depth_(db, WEFT_QUEUED_SQL "depth = ?4 AND id >= ?2 ORDER BY id LIMIT ?3"),
      deeper_(db, WEFT_QUEUED_SQL "depth > ?2 ORDER BY depth, id LIMIT ?3") {}

#undef WEFT_QUEUED_SQL

RowWriter::~RowWriter() = default;

void RowWriter::begin() {
  if (in_transaction_) return;
  begin_.run();
  in_transaction_ = true;
}

void RowWriter::write(Discovery&& record) {
  begin();
  write_hosts(record.new_hosts);
  write_origins(record.new_origins);
  write_urls(record.new_urls);
  write_sitemaps(record.new_sitemaps);
}

void RowWriter::write(RobotsUpdate&& record) {
  begin();
  const TimeText fetched_at(record.fetched_at);
  const parser::ValidUtf8 body(record.body);
  robots_.bind(1, record.origin)
      .bind(2, std::int64_t{record.status})
      .bind_or_null(3, record.error)
      .bind(4, body.view())
      .bind(5, fetched_at.view())
      .run();
  forget_redirects_.bind(1, record.origin).run();
  robots_redirect_.bind(1, record.origin);
  std::int64_t seq = 0;
  for (const RobotsRedirect& redirect : record.redirects)
    robots_redirect_.bind(2, seq++)
        .bind(3, std::int64_t{redirect.status})
        .bind(4, redirect.url)
        .run();
}

void RowWriter::write(HostPause&& record) {
  begin();
  const TimeText until(record.until);
  pause_.bind(1, record.id).bind(2, until.view()).run();
}

void RowWriter::write(PageOutcome&& record) {
  begin();
  write_hosts(record.new_hosts);
  write_origins(record.new_origins);
  write_urls(record.new_urls);
  const parser::ValidUtf8 detail(record.detail);
  ended_.bind(1, record.url)
      .bind(2, to_string(record.state))
      .bind(3, to_string(record.reason))
      .bind_or_null(4, detail.view())
      .bind(5, std::int64_t{record.attempts})
      .run();
  if (record.has_page) write_page(record.url, record.page);
  write_links(record.url, record.links);
  write_sitemaps(record.new_sitemaps);
  if (record.sitemap) write_sitemap(record.url, *record.sitemap);
  if (bodies_ && record.raw_head && record.raw_body)
    write_body(record.url, *record.raw_head, *record.raw_body);
  if (const parser::ParsedPage* parsed = record.page.parsed)
    texts_.push_back({record.url, parsed->title, parsed->text, std::move(record.backing)});
}

void RowWriter::write_hosts(const std::vector<HostRow>& rows) {
  for (const HostRow& row : rows) host_.bind(1, row.id).bind(2, row.name).run();
}

void RowWriter::write_origins(const std::vector<OriginRow>& rows) {
  for (const OriginRow& row : rows)
    origin_.bind(1, row.id).bind(2, row.host).bind(3, row.origin).run();
}

void RowWriter::write_urls(const std::vector<UrlRow>& rows) {
  for (const UrlRow& row : rows) {
    url_.bind(1, row.id)
        .bind(2, row.host)
        .bind(3, std::int64_t{row.depth})
        .bind(4, std::int64_t{row.redirects})
        .bind(5, to_string(row.state))
        .bind(6, to_string(row.reason))
        .bind(8, row.url)
        .bind(9, row.origin);
    if (row.found_on != kNoUrl)
      url_.bind(7, row.found_on);
    else
      url_.bind_null(7);
    url_.run();
  }
}

void RowWriter::write_sitemaps(const std::vector<SitemapRow>& rows) {
  for (const SitemapRow& row : rows)
    sitemap_.bind(1, row.url).bind(2, row.origin).bind(3, std::int64_t{row.level}).run();
}

void RowWriter::write_sitemap(UrlId url, const SitemapContent& content) {
  sitemap_read_.bind(1, url)
      .bind_or_null(2, content.kind)
      .bind(3, static_cast<std::int64_t>(content.entries))
      .bind(4, static_cast<std::int64_t>(content.ignored))
      .bind_or_null(5, content.problem)
      .run();
  sitemap_url_.bind(1, url);
  for (const SitemapUrlRow& row : content.urls) {
    sitemap_url_.bind(2, row.url).bind_or_null(3, row.lastmod);
    if (row.priority)
      sitemap_url_.bind(4, *row.priority / 1000.0);
    else
      sitemap_url_.bind_null(4);
    sitemap_url_.run();
  }
}

void RowWriter::write_links(UrlId from, const std::vector<LinkRow>& rows) {
  link_.bind(1, from);
  std::int64_t seq = 0;
  for (const LinkRow& row : rows) {
    link_.bind(2, seq++)
        .bind(3, row.to)
        .bind(4, row.fragment)
        .bind(5, row.text)
        .bind(6, row.rel)
        .bind(7, row.source)
        .run();
  }
}

void RowWriter::write_page(UrlId url, const PageRow& page) {
  const TimeText fetched_at(page.fetched_at);
  const parser::ValidUtf8 content_type(page.content_type);
  page_.bind(1, url)
      .bind(2, run_)
      .bind(3, fetched_at.view())
      .bind(4, std::int64_t{page.status})
      .bind_or_null(5, content_type.view())
      .bind(6, static_cast<std::int64_t>(page.wire_bytes))
      .bind(7, static_cast<std::int64_t>(page.body_bytes))
      .bind_or_null(8, page.digest)
      .bind_or_null(9, page.protocol)
      .bind_or_null(10, page.address)
      .bind(12, std::int64_t{page.timings.name})
      .bind(13, std::int64_t{page.timings.connect})
      .bind(14, std::int64_t{page.timings.tls})
      .bind(15, std::int64_t{page.timings.first_byte})
      .bind(16, std::int64_t{page.timings.total});
  if (page.redirect_to != kNoUrl)
    page_.bind(11, page.redirect_to);
  else
    page_.bind_null(11);
  if (const parser::ParsedPage* parsed = page.parsed) {
    page_.bind_or_null(17, parsed->title)
        .bind_or_null(18, parsed->lang)
        .bind_or_null(19, parsed->charset)
        .bind_or_null(20, parsed->description)
        .bind_or_null(21, parsed->canonical)
        .bind_or_null(22, parsed->robots)
        .bind(23, static_cast<std::int64_t>(parsed->simhash))
        .bind(24, std::int64_t{parsed->elements})
        .bind(25, std::int64_t{page.parse_us})
        .bind(26, std::int64_t{parsed->links_ignored})
        .bind(27, std::int64_t{parsed->links_cut})
        .bind(28, parser::parsed_as(parsed->reading));
  } else {
    for (int column = kFirstParsedColumn; column <= kLastParsedColumn; ++column)
      page_.bind_null(column);
  }
  page_.run();
}

void RowWriter::write_body(UrlId url, std::string_view head, std::string_view body) {
  compressed_.resize(ZSTD_compressBound(body.size()));
  const std::size_t size = ZSTD_compressCCtx(zstd_.get(), compressed_.data(), compressed_.size(),
                                             body.data(), body.size(), kZstdLevel);
  if (ZSTD_isError(size) != 0)
    throw Error(db_.path() + ": compressing a body: " + ZSTD_getErrorName(size));
  body_.bind(1, url)
      .bind_blob(2, head)
      .bind_blob(3, std::string_view(compressed_).substr(0, size))
      .run();
}

void RowWriter::write_texts() {
  std::sort(texts_.begin(), texts_.end(),
            [](const Text& a, const Text& b) { return a.url < b.url; });
  for (const Text& text : texts_) {
    text_.bind(1, text.url).bind(2, text.title).bind(3, text.text).run();
    words_.bind(1, text.url)
        .bind(2, segment_cjk(text.title, segmented_title_))
        .bind(3, segment_cjk(text.text, segmented_text_))
        .run();
  }
  texts_.clear();
}

std::vector<QueuedUrl> RowWriter::read_queued(const QueuedRange& range) {
  std::vector<QueuedUrl> found;
  const auto read = [&](Statement& statement, std::int64_t from) {
    statement.bind(1, range.host)
        .bind(2, from)
        .bind(3, static_cast<std::int64_t>(range.limit - found.size()));
    while (statement.step())
      found.push_back({static_cast<UrlId>(statement.column_int(0)),
                       static_cast<OriginId>(statement.column_int(1)),
                       static_cast<std::uint16_t>(statement.column_int(2)),
                       static_cast<std::uint8_t>(statement.column_int(3)),
                       std::string(statement.column_text(4))});
    statement.reset();
  };
  // The inverse of rank_of().
  constexpr std::uint64_t kIdBits = 0xffff'ffffu;
  const auto id = static_cast<std::int64_t>(range.from_rank & kIdBits);
  const auto depth = static_cast<std::int64_t>(range.from_rank >> 32);
  switch (range.order) {
    case Order::kBreadth:
      read(by_id_, static_cast<std::int64_t>(range.from_rank));
      break;
    case Order::kDepth:
      if (range.from_rank <= kIdBits) read(by_falling_id_, static_cast<std::int64_t>(kIdBits) - id);
      break;
    case Order::kPriority:
      same_depth_.bind(4, depth);
      read(same_depth_, id);
      if (found.size() < range.limit) read(deeper_, depth);
      break;
  }
  return found;
}

void RowWriter::commit() {
  if (!in_transaction_) return;
  write_texts();
  commit_.run();
  in_transaction_ = false;
}

void RowWriter::disable_autocheckpoint() { db_.execute("PRAGMA wal_autocheckpoint = 0"); }

void RowWriter::rollback() noexcept {
  texts_.clear();
  if (!std::exchange(in_transaction_, false)) return;
  // A full disk ends the transaction by itself; then there is nothing to roll back.
  try {
    rollback_.run();
  } catch (const Error&) {
  }
}

}  // namespace storage
