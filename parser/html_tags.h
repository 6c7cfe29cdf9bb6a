// The element and attribute names that matter to whoever reads tokens, the condenser and the token
// reader, with what the HTML Standard's tree construction (13.2.6) does with an element as far as
// the condenser must foresee it. Constant tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parser {

enum class Tag : std::uint8_t {
  kUnknown,
  // clang-format off
  kA, kAbbr, kAddress, kAnnotationXml, kApplet, kArea, kArticle, kAside, kB, kBase, kBasefont, kBdi,
  kBdo, kBgsound, kBig, kBlockquote, kBody, kBr, kButton, kCaption, kCenter, kCite, kCode, kCol,
  kColgroup, kData, kDatalist, kDd, kDel, kDesc, kDetails, kDfn, kDir, kDiv, kDl, kDt, kEm, kEmbed, kFieldset,
  kFigcaption, kFigure, kFont, kFooter, kForeignObject, kForm, kFrame, kFrameset, kH1, kH2, kH3,
  kH4, kH5, kH6, kHead, kHeader, kHgroup, kHr, kHtml, kI, kIframe, kImage, kImg, kInput, kIns,
  kIsindex, kKbd, kKeygen, kLabel, kLegend, kLi, kLink, kListing, kMain, kMark, kMarquee, kMath, kMenu,
  kMeta, kMi, kMn, kMo, kMs, kMtext, kNav, kNobr, kNoembed, kNoframes, kNoscript, kObject, kOl,
  kOptgroup, kOption, kP, kParam, kPlaintext, kPre, kQ, kRuby, kS, kSamp, kScript, kSection,
  kSelect, kSmall, kSource, kSpan, kStrike, kStrong, kStyle, kSub, kSummary, kSup, kSvg, kTable,
  kTbody, kTd, kTemplate, kTextarea, kTfoot, kTh, kThead, kTime, kTitle, kTr, kTrack, kTt, kU, kUl,
  kVar, kWbr, kXmp,
  // clang-format on
  kCount,
};

// What tree construction does with an element, as bits.
enum TagTrait : std::uint32_t {
  kVoid = 1u << 0,           // has no content and no end tag
  kFormatting = 1u << 1,     // enters the list of active formatting elements
  kPhrase = 1u << 2,         // around text alone, changes nothing but the number of elements
  kSpecial = 1u << 3,        // the "special" category: stops the search for other end tags
  kScope = 1u << 4,          // ends a scope
  kClosesP = 1u << 5,        // its start tag closes a <p>
  kRawText = 1u << 6,        // its content is RCDATA, RAWTEXT or script data
  kLeavesForeign = 1u << 7,  // its start tag ends foreign content
  kIntegration = 1u << 8,    // in foreign content, may hold HTML
  kTablePart = 1u << 9,      // after its start tag, text belongs in front of the table
  kCell = 1u << 10,          // <td>, <th>, <caption>: text stays in it
  kInline = 1u << 11,        // is neither special nor a scope for as long as it is open
  kTransparent = 1u << 12,   // puts nothing onto the stack of open elements: <html>, <body> ...
};

// Attributes that the walk or gumbo reads, as bits. Whatever is not kept of a tag is left out.
enum KeptAttribute : std::uint32_t {
  kKeepHref = 1u << 0,
  kKeepRel = 1u << 1,
  kKeepSrc = 1u << 2,
  kKeepAlt = 1u << 3,
  kKeepContent = 1u << 4,
  kKeepName = 1u << 5,
  kKeepHttpEquiv = 1u << 6,
  kKeepLang = 1u << 7,
  kKeepType = 1u << 8,
  kKeepHidden = 1u << 9,
  kKeepStyle = 1u << 10,  // where it can hide the element
  kKeepXlinkHref = 1u << 11,
  kKeepEncoding = 1u << 12,
  kKeepAll = 1u << 13,  // of formatting elements: the Noah's Ark clause compares them
};

// Elements of foreign content. Tree construction renames xlink:href to href.
inline constexpr std::uint32_t kKeptOfForeign =
    kKeepHref | kKeepRel | kKeepHidden | kKeepStyle | kKeepXlinkHref | kKeepEncoding;

// `name` in any case; kUnknown for a name that is not in the table.
Tag tag_of(std::string_view name);
std::string_view name_of(Tag tag);
extern const std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> kTagTraits;
inline std::uint32_t traits_of(Tag tag) { return kTagTraits[static_cast<std::size_t>(tag)]; }
// Of the element where it is an HTML one.
std::uint32_t kept_attributes(Tag tag);
// The bit of an attribute's name in any case; 0 for one that nothing reads.
std::uint32_t attribute_bit(std::string_view name);

}  // namespace parser
