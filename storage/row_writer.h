// Records into rows: the writer's statements, prepared once, and its transactions. Called on the
// writer's thread alone.
//
// Text goes into the search index when the transaction ends, in the order of the URLs' numbers:
// FTS5 collects words in memory for as long as row numbers rise, and writes out what it has as soon
// as one falls. Pages come in any order; indexed in that order, their text costs 1.5 times as much.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/records.h"

struct ZSTD_CCtx_s;

namespace storage {

class RowWriter {
 public:
  RowWriter(Database& db, bool bodies);
  ~RowWriter();
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  // Each begins a transaction where none is open. Throws Error; then only rollback() is of use.
  void write(PageOutcome&& record);
  void write(Discovery&& record);
  void write(RobotsUpdate&& record);
  void write(HostPause&& record);

  // Sees what was written, committed or not.
  std::vector<QueuedUrl> read_queued(const QueuedRange& range);

  bool in_transaction() const { return in_transaction_; }
  void commit();
  // From now on commits stay in the write-ahead log until a checkpoint is asked for.
  void disable_autocheckpoint();
  void rollback() noexcept;

 private:
  struct Text {
    UrlId url = kNoUrl;
    std::string_view title, text;
    std::shared_ptr<const void> backing;  // owns them
  };

  void begin();
  void write_hosts(const std::vector<HostRow>& rows);
  void write_origins(const std::vector<OriginRow>& rows);
  void write_urls(const std::vector<UrlRow>& rows);
  void write_sitemaps(const std::vector<SitemapRow>& rows);
  void write_sitemap(UrlId url, const SitemapContent& content);
  void write_links(UrlId from, const std::vector<LinkRow>& rows);
  void write_page(UrlId url, const PageRow& page);
  void write_body(UrlId url, std::string_view head, std::string_view body);
  void write_texts();

  Database& db_;
  const bool bodies_;
  std::int64_t run_ = 0;
  bool in_transaction_ = false;
  std::vector<Text> texts_;
  std::string segmented_title_, segmented_text_;  // buffers of segment_cjk
  std::unique_ptr<ZSTD_CCtx_s, std::size_t (*)(ZSTD_CCtx_s*)> zstd_;
  std::string compressed_;

  Statement begin_, commit_, rollback_;
  Statement host_, origin_, robots_, forget_redirects_, robots_redirect_, pause_, url_, ended_,
      page_, link_, text_, words_, body_;
  Statement sitemap_, sitemap_read_, sitemap_url_;
  Statement by_id_, by_falling_id_, same_depth_, deeper_;
};

}  // namespace storage
