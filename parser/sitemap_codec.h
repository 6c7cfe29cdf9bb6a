// The frame in which a ParsedSitemap travels, as SitemapParser writes it; decode_sitemap() in
// sitemap.h reads it.
//
//   SitemapHeader | entry ...      entry: EntryHeader | url lastmod
#pragma once

#include <cstdint>
#include <string>

#include "parser/sitemap.h"

namespace parser {

class SitemapFrameWriter {
 public:
  // Appends a frame to `out`.
  explicit SitemapFrameWriter(std::string& out);
  // False, and nothing is written, where there are kMaxSitemapUrls or the frame would pass
  // kMaxFrameBytes.
  [[nodiscard]] bool add(const SitemapEntry& entry);
  std::uint32_t entries() const { return entries_; }
  // Completes the header.
  void finish(SitemapKind kind, SitemapProblem problem, std::uint32_t ignored);

 private:
  std::string& out_;
  std::size_t start_;  // of the frame in out_
  std::uint32_t entries_ = 0;
};

}  // namespace parser
