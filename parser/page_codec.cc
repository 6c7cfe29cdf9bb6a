#include "parser/page_codec.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "parser/frame.h"
#include "parser/url.h"

namespace parser {
namespace {

constexpr std::uint32_t kMagic = 0x31'74'66'77;  // "wft1"
constexpr std::size_t kMaxCharsetBytes = 64;     // the longest name has 14

struct FrameHeader {
  std::uint32_t magic = kMagic;
  std::uint32_t elements = 0;
  std::uint64_t simhash = 0;
  std::uint32_t links_cut = 0;
  std::uint32_t links = 0;
  std::uint32_t links_ignored = 0;
  Reading reading = Reading::kCondensed;
  std::array<std::uint8_t, 3> zero{};
};

// A string of the page, in the order in which they travel, and its bound.
struct Field {
  std::string_view ParsedPage::*member;
  std::size_t limit;
  bool is_url = false;
};
constexpr std::array<Field, 8> kFields{{{&ParsedPage::title, kMaxTitleBytes},
                                        {&ParsedPage::lang, kMaxTitleBytes},
                                        {&ParsedPage::charset, kMaxCharsetBytes},
                                        {&ParsedPage::description, kMaxTitleBytes},
                                        {&ParsedPage::canonical, kMaxUrlLength, true},
                                        {&ParsedPage::robots, kMaxTitleBytes},
                                        {&ParsedPage::base, kMaxUrlLength, true},
                                        {&ParsedPage::text, kMaxTextBytes}}};

struct LinkHeader {
  std::uint16_t url_bytes;
  std::uint16_t text_bytes;
  std::uint16_t rel_bytes;
  LinkSource source;
  std::uint8_t zero;
};
static_assert(kMaxUrlLength <= UINT16_MAX && kMaxAnchorBytes <= UINT16_MAX);

constexpr std::array<std::string_view, 6> kSources{"a",     "area", "iframe",
                                                   "frame", "link", "meta_refresh"};

constexpr std::array<std::string_view, 4> kReadings{"condensed", "whole", "flattened", "tokens"};

bool decode(std::string_view frame, ParsedPage& page) {
  FrameReader reader(frame);
  FrameHeader header;
  std::array<std::uint32_t, kFields.size()> lengths{};
  if (frame.size() > kMaxFrameBytes || !reader.take(header) || !reader.take(lengths)) return false;
  if (header.magic != kMagic || header.zero != FrameHeader().zero || header.links > kMaxLinks ||
      static_cast<std::size_t>(header.reading) >= kReadings.size())
    return false;
  page.elements = header.elements;
  page.reading = header.reading;
  page.simhash = header.simhash;
  page.links_cut = header.links_cut;
  page.links_ignored = header.links_ignored;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    std::string_view& text = page.*kFields[i].member;
    if (!reader.take(text, lengths[i], kFields[i].limit)) return false;
    if (kFields[i].is_url && !text.empty() && !is_http_ascii(text)) return false;
  }
  if (header.links > reader.rest().size() / sizeof(LinkHeader)) return false;
  page.links.reserve(header.links);
  for (std::uint32_t i = 0; i < header.links; ++i) {
    LinkHeader link_header;
    Link link;
    if (!reader.take(link_header) || link_header.zero != 0 ||
        static_cast<std::size_t>(link_header.source) >= kSources.size() ||
        !reader.take(link.url, link_header.url_bytes, kMaxUrlLength) ||
        !reader.take(link.text, link_header.text_bytes, kMaxAnchorBytes) ||
        !reader.take(link.rel, link_header.rel_bytes, kMaxAnchorBytes) || !is_http_ascii(link.url))
      return false;
    link.source = link_header.source;
    page.links.push_back(link);
  }
  return reader.rest().empty();
}

}  // namespace

std::string_view to_string(Reading reading) {
  return kReadings.at(static_cast<std::size_t>(reading));
}

std::string_view parsed_as(Reading reading) {
  const bool is_tree = reading == Reading::kCondensed || reading == Reading::kWhole;
  return is_tree ? "tree" : to_string(reading);
}

std::string_view to_string(LinkSource source) {
  return kSources.at(static_cast<std::size_t>(source));
}

FrameWriter::FrameWriter(std::string& out, const ParsedPage& page) : out_(out), start_(out.size()) {
  FrameHeader header;
  header.elements = page.elements;
  header.reading = page.reading;
  header.simhash = page.simhash;
  append_value(out_, header);
  for (const Field& field : kFields)
    append_value(out_, static_cast<std::uint32_t>((page.*field.member).size()));
  for (const Field& field : kFields) out_.append(page.*field.member);
}

bool FrameWriter::add_link(const Link& link) {
  const std::size_t bytes =
      sizeof(LinkHeader) + link.url.size() + link.text.size() + link.rel.size();
  if (out_.size() - start_ + bytes > kMaxFrameBytes) return false;
  append_value(out_, LinkHeader{static_cast<std::uint16_t>(link.url.size()),
                                static_cast<std::uint16_t>(link.text.size()),
                                static_cast<std::uint16_t>(link.rel.size()), link.source, 0});
  out_.append(link.url).append(link.text).append(link.rel);
  ++links_;
  return true;
}

void FrameWriter::finish(std::uint32_t links_cut, std::uint32_t links_ignored) {
  std::memcpy(out_.data() + start_ + offsetof(FrameHeader, links_cut), &links_cut,
              sizeof links_cut);
  std::memcpy(out_.data() + start_ + offsetof(FrameHeader, links), &links_, sizeof links_);
  std::memcpy(out_.data() + start_ + offsetof(FrameHeader, links_ignored), &links_ignored,
              sizeof links_ignored);
}

bool decode_page(std::string_view frame, ParsedPage& page) {
  page = ParsedPage();
  if (decode(frame, page)) return true;
  page = ParsedPage();
  return false;
}

}  // namespace parser
