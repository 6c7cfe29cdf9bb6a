// What a worker answers: one document, of the kind that the crawl asked for.
//
// DocumentParser, in the worker, turns a response body into one frame of bytes; decode_document(),
// in the crawl, turns the frame back into a Document whose every string is a view into that frame:
// one allocation a document and one for its list of links, none a link. A worker has run on
// untrusted bytes, so decode_document() trusts nothing: it answers false for a document of another
// kind than was asked for, and for any field that breaks its bound.
//
// To add a kind of document, change these eight files:
//   1. parser/KIND.h                 its struct, its parser, decode_KIND()
//   2. parser/KIND.cc                both ends of its frame
//   3. parser/document.h             DocumentKind and Document::Content
//   4. parser/document.cc            one line to parse it and one to decode it
//   5. crawler/crawl/verdict.cc      which responses are of this kind
//   6. crawler/crawl/link_ingest.h   add_content(): what it names goes to the frontier
//   7. crawler/crawl/link_ingest.cc    and into the record
//   8. tests/KIND_test.cc
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "parser/page.h"
#include "parser/sitemap.h"

namespace parser {

// What a body is to be parsed as. Each names the alternative of Document::Content with its number.
enum class DocumentKind : std::uint8_t { kOpaque, kPage, kSitemap };

// A body of which only the digest is wanted.
struct Opaque {};

struct Document {
  using Content = std::variant<Opaque, ParsedPage, ParsedSitemap>;

  std::string_view digest;  // SHA-256 of the body, as sha256_hex() has it
  Content content;
};

inline constexpr std::size_t kDocumentKinds = std::variant_size_v<Document::Content>;

// A frame that owns its bytes, and the document that views them. Moving it leaves the views valid.
struct OwnedDocument {
  std::unique_ptr<char[]> frame;
  std::size_t size = 0;
  Document document;
};

// The digest and the kind, which stand before the content's own frame.
inline constexpr std::size_t kDocumentHeaderBytes = 72;
inline constexpr std::size_t kMaxDocumentBytes = kDocumentHeaderBytes + kMaxFrameBytes;

// Parses documents of every kind. Keeps its memory from one to the next; one a thread.
class DocumentParser {
 public:
  // Takes what it needs of the system here, so that parse() can run in the sandbox.
  // `out_of_memory`: as PageParser has it.
  explicit DocumentParser(void (*out_of_memory)());

  // Parses `input` as `kind` and appends the frame to `out`. Throws std::bad_alloc.
  void parse(DocumentKind kind, const PageInput& input, std::string& out);

 private:
  PageParser pages_;
  SitemapParser sitemaps_;
};

// Reads `owned.frame` into `owned.document`. False: the frame is not one that parse() writes for
// `kind`; the document is then empty.
[[nodiscard]] bool decode_document(DocumentKind kind, OwnedDocument& owned);

}  // namespace parser
