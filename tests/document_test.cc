// What every kind of document has in common: its digest, and a frame of which nothing is trusted.
#include "parser/document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <variant>

#include "parser/digest.h"

namespace {

using parser::DocumentKind;
using parser::OwnedDocument;

constexpr DocumentKind kKinds[] = {DocumentKind::kOpaque, DocumentKind::kPage,
                                   DocumentKind::kSitemap};
static_assert(std::size(kKinds) == parser::kDocumentKinds);

constexpr std::string_view kBody = "http://h/a\n<title>http://h/b</title>\n";

std::string frame_of(DocumentKind kind, std::string_view body = kBody) {
  static parser::DocumentParser documents(std::abort);
  std::string frame;
  documents.parse(kind, {"http://h/", "text/html", body}, frame);
  return frame;
}

// A frame in a buffer of its exact size, so that a byte read too far is found.
OwnedDocument own(std::string_view frame) {
  OwnedDocument owned;
  owned.size = frame.size();
  owned.frame = std::make_unique_for_overwrite<char[]>(frame.size());
  frame.copy(owned.frame.get(), frame.size());
  return owned;
}

bool is_empty(const parser::Document& document) {
  return document.digest.empty() && std::holds_alternative<parser::Opaque>(document.content);
}

TEST(Document, HasTheDigestOfItsBodyAndTheContentOfItsKind) {
  for (const DocumentKind kind : kKinds) {
    OwnedDocument owned = own(frame_of(kind));
    ASSERT_TRUE(parser::decode_document(kind, owned));
    EXPECT_EQ(owned.document.digest, parser::sha256_hex(kBody));
    EXPECT_EQ(owned.document.content.index(), static_cast<std::size_t>(kind));
  }
}

TEST(Document, ViewsStayValidWhenItIsMoved) {
  OwnedDocument owned = own(frame_of(DocumentKind::kPage));
  ASSERT_TRUE(parser::decode_document(DocumentKind::kPage, owned));
  const OwnedDocument moved = std::move(owned);
  EXPECT_EQ(std::get<parser::ParsedPage>(moved.document.content).title, "http://h/b");
  EXPECT_EQ(moved.document.digest, parser::sha256_hex(kBody));
}

TEST(Document, OfAnotherKindThanWasAskedForIsRejected) {
  for (const DocumentKind sent : kKinds)
    for (const DocumentKind asked : kKinds) {
      OwnedDocument owned = own(frame_of(sent));
      EXPECT_EQ(parser::decode_document(asked, owned), sent == asked);
      EXPECT_EQ(is_empty(owned.document), sent != asked);
    }
}

TEST(Document, EveryTruncationIsRejected) {
  for (const DocumentKind kind : kKinds) {
    const std::string frame = frame_of(kind);
    for (std::size_t size = 0; size < frame.size(); ++size) {
      OwnedDocument owned = own(std::string_view(frame).substr(0, size));
      EXPECT_FALSE(parser::decode_document(kind, owned)) << size;
      EXPECT_TRUE(is_empty(owned.document));
    }
    OwnedDocument longer = own(frame + "x");
    EXPECT_FALSE(parser::decode_document(kind, longer)) << "a byte too many";
  }
}

TEST(Document, ADigestThatIsNotHexIsRejected) {
  const std::string frame = frame_of(DocumentKind::kPage);
  for (std::size_t at = 0; at < parser::kSha256HexBytes; ++at)
    for (const char wrong : {'g', 'A', '/', ':', '\0', '\xff'}) {
      std::string changed = frame;
      changed[at] = wrong;
      OwnedDocument owned = own(changed);
      EXPECT_FALSE(parser::decode_document(DocumentKind::kPage, owned)) << at;
    }
}

TEST(Document, NoiseIsNeverReadOutsideItself) {
  std::mt19937 random(20261126);
  for (const DocumentKind kind : kKinds) {
    const std::string frame = frame_of(kind);
    for (int round = 0; round < 5'000; ++round) {
      std::string changed = frame.substr(0, random() % (frame.size() + 1));
      for (auto changes = random() % 4; changes > 0 && !changed.empty(); --changes)
        changed[random() % changed.size()] = static_cast<char>(random());
      OwnedDocument owned = own(changed);
      if (parser::decode_document(kind, owned)) {
        EXPECT_EQ(owned.document.digest.size(), parser::kSha256HexBytes);
      }
    }
  }
}

}  // namespace
