#include "parser/sitemap_codec.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "parser/frame.h"
#include "parser/page.h"

namespace parser {
namespace {

constexpr std::uint32_t kMagic = 0x31'73'66'77;  // "wfs1"
constexpr std::uint16_t kNoPriority = 0xffff;
constexpr std::uint16_t kMostPriority = 1000;

constexpr std::array<std::string_view, 4> kKinds{"", "urls", "index", "text"};
constexpr std::array<std::string_view, 6> kProblems{"",        "not_a_sitemap", "bad_xml",
                                                    "doctype", "bad_gzip",      "too_large"};

struct SitemapHeader {
  std::uint32_t magic = kMagic;
  SitemapKind kind = SitemapKind::kNone;
  SitemapProblem problem = SitemapProblem::kNone;
  std::uint16_t zero = 0;
  std::uint32_t ignored = 0;
  std::uint32_t entries = 0;
};

struct EntryHeader {
  std::uint16_t url_bytes;
  std::uint16_t priority;
  std::uint8_t lastmod_bytes;
  std::uint8_t zero;
};
static_assert(kMaxUrlLength <= UINT16_MAX && kMaxLastmodBytes <= UINT8_MAX);

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool decode(std::string_view frame, ParsedSitemap& sitemap) {
  FrameReader reader(frame);
  SitemapHeader header;
  if (frame.size() > kMaxFrameBytes || !reader.take(header)) return false;
  if (header.magic != kMagic || header.zero != 0 || header.entries > kMaxSitemapUrls ||
      static_cast<std::size_t>(header.kind) >= kKinds.size() ||
      static_cast<std::size_t>(header.problem) >= kProblems.size() ||
      header.entries > reader.rest().size() / sizeof(EntryHeader))
    return false;
  sitemap.kind = header.kind;
  sitemap.problem = header.problem;
  sitemap.ignored = header.ignored;
  sitemap.entries.reserve(header.entries);
  for (std::uint32_t i = 0; i < header.entries; ++i) {
    EntryHeader entry_header{};
    SitemapEntry entry;
    if (!reader.take(entry_header) || entry_header.zero != 0 ||
        !reader.take(entry.url, entry_header.url_bytes, kMaxUrlLength) ||
        !reader.take(entry.lastmod, entry_header.lastmod_bytes, kMaxLastmodBytes) ||
        !is_http_ascii(entry.url) || !is_printable(entry.lastmod))
      return false;
    if (entry_header.priority != kNoPriority) {
      if (entry_header.priority > kMostPriority) return false;
      entry.priority = entry_header.priority;
    }
    sitemap.entries.push_back(entry);
  }
  return reader.rest().empty();
}

}  // namespace

std::string_view to_string(SitemapKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }
std::string_view to_string(SitemapProblem problem) {
  return kProblems.at(static_cast<std::size_t>(problem));
}

SitemapFrameWriter::SitemapFrameWriter(std::string& out) : out_(out), start_(out.size()) {
  append_value(out_, SitemapHeader());
}

bool SitemapFrameWriter::add(const SitemapEntry& entry) {
  const std::size_t bytes = sizeof(EntryHeader) + entry.url.size() + entry.lastmod.size();
  if (entries_ == kMaxSitemapUrls || out_.size() - start_ + bytes > kMaxFrameBytes) return false;
  append_value(out_, EntryHeader{static_cast<std::uint16_t>(entry.url.size()),
                                 entry.priority.value_or(kNoPriority),
                                 static_cast<std::uint8_t>(entry.lastmod.size()), 0});
  out_.append(entry.url).append(entry.lastmod);
  ++entries_;
  return true;
}

void SitemapFrameWriter::finish(SitemapKind kind, SitemapProblem problem, std::uint32_t ignored) {
  SitemapHeader header;
  header.kind = kind;
  header.problem = problem;
  header.ignored = ignored;
  header.entries = entries_;
  std::memcpy(out_.data() + start_, &header, sizeof header);
}

bool decode_sitemap(std::string_view frame, ParsedSitemap& sitemap) {
  sitemap = ParsedSitemap();
  if (decode(frame, sitemap)) return true;
  sitemap = ParsedSitemap();
  return false;
}

}  // namespace parser
