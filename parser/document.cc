#include "parser/document.h"

#include <algorithm>
#include <array>

#include "parser/digest.h"
#include "parser/frame.h"

namespace parser {
namespace {

struct DocumentHeader {
  std::array<char, kSha256HexBytes> digest;
  DocumentKind kind;
  std::array<std::uint8_t, 7> zero{};
};
static_assert(sizeof(DocumentHeader) == kDocumentHeaderBytes);

bool is_digest(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool decode_content(DocumentKind kind, std::string_view frame, Document::Content& content) {
  switch (kind) {
    case DocumentKind::kOpaque:
      return frame.empty();
    case DocumentKind::kPage:
      return decode_page(frame, content.emplace<ParsedPage>());
    case DocumentKind::kSitemap:
      return decode_sitemap(frame, content.emplace<ParsedSitemap>());
  }
  return false;
}

bool decode(DocumentKind kind, std::string_view frame, Document& document) {
  FrameReader reader(frame);
  DocumentHeader header;
  const std::string_view digest = frame.substr(0, kSha256HexBytes);
  if (!reader.take(header) || header.kind != kind || header.zero != decltype(header.zero){} ||
      !is_digest(digest))
    return false;
  document.digest = digest;
  return decode_content(kind, reader.rest(), document.content);
}

}  // namespace

DocumentParser::DocumentParser(void (*out_of_memory)()) : pages_(out_of_memory) {
  sha256_hex({});  // OpenSSL reads its configuration when it is first used
}

void DocumentParser::parse(DocumentKind kind, const PageInput& input, std::string& out) {
  DocumentHeader header{};
  sha256_hex(input.body).copy(header.digest.data(), header.digest.size());
  header.kind = kind;
  append_value(out, header);
  switch (kind) {
    case DocumentKind::kOpaque:
      return;
    case DocumentKind::kPage:
      return pages_.parse(input, out);
    case DocumentKind::kSitemap:
      return sitemaps_.parse(input.body, out);
  }
}

bool decode_document(DocumentKind kind, OwnedDocument& owned) {
  owned.document = Document();
  if (decode(kind, {owned.frame.get(), owned.size}, owned.document)) return true;
  owned.document = Document();
  return false;
}

}  // namespace parser
