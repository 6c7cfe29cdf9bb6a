#include "parser/page_elements.h"

#include <array>
#include <cstddef>

namespace parser {
namespace {

constexpr std::size_t number(Tag tag) { return static_cast<std::size_t>(tag); }

constexpr std::array<std::uint8_t, number(Tag::kCount)> kTextTraits = [] {
  std::array<std::uint8_t, number(Tag::kCount)> traits{};
  for (const Tag tag : {Tag::kHtml,   Tag::kBody,     Tag::kArticle,    Tag::kSection, Tag::kNav,
                        Tag::kAside,  Tag::kH1,       Tag::kH2,         Tag::kH3,      Tag::kH4,
                        Tag::kH5,     Tag::kH6,       Tag::kHgroup,     Tag::kHeader,  Tag::kFooter,
                        Tag::kP,      Tag::kAddress,  Tag::kBlockquote, Tag::kHr,      Tag::kOl,
                        Tag::kUl,     Tag::kLi,       Tag::kDl,         Tag::kDt,      Tag::kDd,
                        Tag::kFigure, Tag::kTable,    Tag::kFigcaption, Tag::kMain,    Tag::kDiv,
                        Tag::kForm,   Tag::kFieldset, Tag::kCaption,    Tag::kTr,      Tag::kLegend,
                        Tag::kOption, Tag::kDetails,  Tag::kOptgroup,   Tag::kSummary, Tag::kMenu,
                        Tag::kDir,    Tag::kFrameset, Tag::kCenter})
    traits[number(tag)] = kBlock;
  for (const Tag tag : {Tag::kPre, Tag::kListing, Tag::kXmp, Tag::kPlaintext, Tag::kTextarea})
    traits[number(tag)] = kBlock | kLines;
  for (const Tag tag : {Tag::kTd, Tag::kTh}) traits[number(tag)] = kTableCell;
  traits[number(Tag::kBr)] = kBreak;
  for (const Tag tag : {Tag::kHead, Tag::kDatalist}) traits[number(tag)] = kNoText;
  for (const Tag tag : {Tag::kScript, Tag::kStyle, Tag::kTemplate, Tag::kTitle, Tag::kNoframes,
                        Tag::kNoembed, Tag::kIframe, Tag::kDesc, Tag::kAnnotationXml})
    traits[number(tag)] = kUnseen;
  return traits;
}();

}  // namespace

std::uint8_t text_traits(Tag tag) { return kTextTraits[number(tag)]; }

}  // namespace parser
