#include "parser/html_tags.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "parser/ascii.h"

namespace parser {
namespace {

struct TagInfo {
  Tag tag;
  std::string_view name;
  std::uint32_t traits;
  std::uint32_t kept = kKeepHidden | kKeepStyle;
};

constexpr std::uint32_t kShown = kKeepHidden | kKeepStyle;
constexpr std::uint32_t kBlock = kSpecial | kClosesP;
constexpr std::uint32_t kWord = kPhrase | kInline;
constexpr std::uint32_t kForeignOut = kLeavesForeign;

constexpr std::array<TagInfo, static_cast<std::size_t>(Tag::kCount)> kTags{{
    {Tag::kUnknown, "", 0},
    {Tag::kA, "a", kFormatting | kInline, kShown | kKeepHref | kKeepRel},
    {Tag::kAbbr, "abbr", kWord},
    {Tag::kAddress, "address", kBlock},
    {Tag::kAnnotationXml, "annotation-xml", kIntegration},
    {Tag::kApplet, "applet", kSpecial | kScope},
    {Tag::kArea, "area", kVoid | kInline, kShown | kKeepHref | kKeepRel | kKeepAlt},
    {Tag::kArticle, "article", kBlock},
    {Tag::kAside, "aside", kBlock},
    {Tag::kB, "b", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kBase, "base", kVoid, kShown | kKeepHref},
    {Tag::kBasefont, "basefont", kVoid},
    {Tag::kBdi, "bdi", kWord},
    {Tag::kBdo, "bdo", kWord},
    {Tag::kBgsound, "bgsound", kVoid},
    {Tag::kBig, "big", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kBlockquote, "blockquote", kBlock | kForeignOut},
    {Tag::kBody, "body", kSpecial | kForeignOut | kTransparent, 0},
    {Tag::kBr, "br", kVoid | kInline | kForeignOut},
    {Tag::kButton, "button", kSpecial},
    {Tag::kCaption, "caption", kSpecial | kScope | kCell},
    {Tag::kCenter, "center", kBlock | kForeignOut},
    {Tag::kCite, "cite", kWord},
    {Tag::kCode, "code", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kCol, "col", kVoid | kTablePart},
    {Tag::kColgroup, "colgroup", kSpecial | kTablePart},
    {Tag::kData, "data", kWord},
    {Tag::kDatalist, "datalist", 0},
    {Tag::kDd, "dd", kBlock | kForeignOut},
    {Tag::kDel, "del", kWord},
    {Tag::kDesc, "desc", kIntegration},
    {Tag::kDetails, "details", kBlock},
    {Tag::kDfn, "dfn", kWord},
    {Tag::kDir, "dir", kBlock},
    {Tag::kDiv, "div", kBlock | kForeignOut},
    {Tag::kDl, "dl", kBlock | kForeignOut},
    {Tag::kDt, "dt", kBlock | kForeignOut},
    {Tag::kEm, "em", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kEmbed, "embed", kVoid | kInline | kForeignOut},
    {Tag::kFieldset, "fieldset", kBlock},
    {Tag::kFigcaption, "figcaption", kBlock},
    {Tag::kFigure, "figure", kBlock},
    {Tag::kFont, "font", kFormatting | kWord, kKeepAll},
    {Tag::kFooter, "footer", kBlock},
    {Tag::kForeignObject, "foreignobject", kIntegration},
    {Tag::kForm, "form", kBlock},
    {Tag::kFrame, "frame", kVoid, kShown | kKeepSrc},
    {Tag::kFrameset, "frameset", kTransparent},
    {Tag::kH1, "h1", kBlock | kForeignOut},
    {Tag::kH2, "h2", kBlock | kForeignOut},
    {Tag::kH3, "h3", kBlock | kForeignOut},
    {Tag::kH4, "h4", kBlock | kForeignOut},
    {Tag::kH5, "h5", kBlock | kForeignOut},
    {Tag::kH6, "h6", kBlock | kForeignOut},
    {Tag::kHead, "head", kSpecial | kForeignOut | kTransparent},
    {Tag::kHeader, "header", kBlock},
    {Tag::kHgroup, "hgroup", kBlock},
    {Tag::kHr, "hr", kVoid | kClosesP | kForeignOut},
    {Tag::kHtml, "html", kSpecial | kScope | kTransparent, kKeepLang},
    {Tag::kI, "i", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kIframe, "iframe", kSpecial | kRawText, kShown | kKeepSrc},
    {Tag::kImage, "image", kVoid | kInline, kShown | kKeepAlt},
    {Tag::kImg, "img", kVoid | kInline | kForeignOut, kShown | kKeepAlt},
    {Tag::kInput, "input", kVoid | kInline, kShown | kKeepType},
    {Tag::kIns, "ins", kWord},
    {Tag::kIsindex, "isindex", kVoid | kClosesP, kKeepAll},
    {Tag::kKbd, "kbd", kWord},
    {Tag::kKeygen, "keygen", kVoid},
    {Tag::kLabel, "label", kWord},
    {Tag::kLegend, "legend", 0},
    {Tag::kLi, "li", kBlock | kForeignOut},
    {Tag::kLink, "link", kVoid, kShown | kKeepHref | kKeepRel},
    {Tag::kListing, "listing", kBlock | kForeignOut},
    {Tag::kMain, "main", kBlock},
    {Tag::kMark, "mark", kWord},
    {Tag::kMarquee, "marquee", kSpecial | kScope},
    {Tag::kMath, "math", 0, kKeptOfForeign},
    {Tag::kMenu, "menu", kBlock | kForeignOut},
    {Tag::kMeta, "meta", kVoid | kForeignOut, kShown | kKeepContent | kKeepName | kKeepHttpEquiv},
    {Tag::kMi, "mi", kIntegration},
    {Tag::kMn, "mn", kIntegration},
    {Tag::kMo, "mo", kIntegration},
    {Tag::kMs, "ms", kIntegration},
    {Tag::kMtext, "mtext", kIntegration},
    {Tag::kNav, "nav", kBlock},
    {Tag::kNobr, "nobr", kFormatting | kInline | kForeignOut, kKeepAll},
    {Tag::kNoembed, "noembed", kSpecial | kRawText},
    {Tag::kNoframes, "noframes", kSpecial | kRawText},
    {Tag::kNoscript, "noscript", kSpecial},
    {Tag::kObject, "object", kSpecial | kScope},
    {Tag::kOl, "ol", kBlock | kForeignOut},
    {Tag::kOptgroup, "optgroup", 0},
    {Tag::kOption, "option", 0},
    {Tag::kP, "p", kBlock | kForeignOut},
    {Tag::kParam, "param", kVoid},
    {Tag::kPlaintext, "plaintext", kBlock},
    {Tag::kPre, "pre", kBlock | kForeignOut},
    {Tag::kQ, "q", kWord},
    {Tag::kRuby, "ruby", kForeignOut},
    {Tag::kS, "s", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kSamp, "samp", kWord},
    {Tag::kScript, "script", kSpecial | kRawText},
    {Tag::kSection, "section", kBlock},
    {Tag::kSelect, "select", kSpecial},
    {Tag::kSmall, "small", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kSource, "source", kVoid},
    {Tag::kSpan, "span", kWord | kForeignOut},
    {Tag::kStrike, "strike", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kStrong, "strong", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kStyle, "style", kSpecial | kRawText},
    {Tag::kSub, "sub", kWord | kForeignOut},
    {Tag::kSummary, "summary", kBlock},
    {Tag::kSup, "sup", kWord | kForeignOut},
    {Tag::kSvg, "svg", 0, kKeptOfForeign},
    {Tag::kTable, "table", kSpecial | kScope | kForeignOut | kTablePart},
    {Tag::kTbody, "tbody", kSpecial | kTablePart},
    {Tag::kTd, "td", kSpecial | kScope | kCell},
    {Tag::kTemplate, "template", kSpecial | kScope},
    {Tag::kTextarea, "textarea", kSpecial | kRawText},
    {Tag::kTfoot, "tfoot", kSpecial | kTablePart},
    {Tag::kTh, "th", kSpecial | kScope | kCell},
    {Tag::kThead, "thead", kSpecial | kTablePart},
    {Tag::kTime, "time", kWord},
    {Tag::kTitle, "title", kSpecial | kRawText | kIntegration},
    {Tag::kTr, "tr", kSpecial | kTablePart},
    {Tag::kTrack, "track", kVoid},
    {Tag::kTt, "tt", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kU, "u", kFormatting | kWord | kForeignOut, kKeepAll},
    {Tag::kUl, "ul", kBlock | kForeignOut},
    {Tag::kVar, "var", kWord | kForeignOut},
    {Tag::kWbr, "wbr", kVoid | kInline},
    {Tag::kXmp, "xmp", kBlock | kRawText},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTags.size(); ++i)
    if (kTags[i].tag != static_cast<Tag>(i)) return false;
  return true;
}
static_assert(in_order());

// The first letters of a name as one integer, lower case: no known name has a character that this
// would confuse with a letter.
constexpr std::size_t kLongestName = 16;
struct NameKey {
  std::uint64_t low = 0, high = 0;
  bool operator==(const NameKey&) const = default;
};

constexpr NameKey key_of(std::string_view name) {
  NameKey key;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const std::uint64_t byte = static_cast<unsigned char>(name[i]) | 0x20u;
    (i < 8 ? key.low : key.high) |= byte << (8 * (i % 8));
  }
  return key;
}

constexpr std::size_t kSlots = 1024;
constexpr std::size_t slot_of(NameKey key) {
  return ((key.low ^ (key.high * 31)) * 0x9E3779B97F4A7C15u) >> 54;
}

struct Slot {
  NameKey key;
  Tag tag = Tag::kUnknown;
};

// Open addressing: a quarter as many names as slots at the most.
constexpr std::array<Slot, kSlots> kIndex = [] {
  std::array<Slot, kSlots> index{};
  for (std::size_t i = 1; i < kTags.size(); ++i) {
    const NameKey key = key_of(kTags[i].name);
    std::size_t slot = slot_of(key);
    while (index[slot].tag != Tag::kUnknown) slot = (slot + 1) % kSlots;
    index[slot] = {key, kTags[i].tag};
  }
  return index;
}();

const TagInfo& info(Tag tag) { return kTags[static_cast<std::size_t>(tag)]; }

}  // namespace

Tag tag_of(std::string_view name) {
  if (name.size() > kLongestName) return Tag::kUnknown;
  const NameKey key = key_of(name);
  for (std::size_t slot = slot_of(key);; slot = (slot + 1) % kSlots) {
    if (kIndex[slot].tag == Tag::kUnknown || kIndex[slot].key == key) return kIndex[slot].tag;
  }
}

std::string_view name_of(Tag tag) { return info(tag).name; }

constinit const std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> kTagTraits = [] {
  std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> traits{};
  for (std::size_t i = 0; i < kTags.size(); ++i) traits[i] = kTags[i].traits;
  return traits;
}();

std::uint32_t kept_attributes(Tag tag) { return info(tag).kept; }

std::uint32_t attribute_bit(std::string_view name) {
  const auto is = [&](std::string_view lower) { return equals_ignoring_case(name, lower); };
  switch (name.size()) {
    case 3:
      return is("rel") ? kKeepRel : is("src") ? kKeepSrc : is("alt") ? kKeepAlt : 0u;
    case 4:
      return is("href")   ? kKeepHref
             : is("name") ? kKeepName
             : is("lang") ? kKeepLang
             : is("type") ? kKeepType
                          : 0u;
    case 5:
      return is("style") ? kKeepStyle : 0u;
    case 6:
      return is("hidden") ? kKeepHidden : 0u;
    case 7:
      return is("content") ? kKeepContent : 0u;
    case 8:
      return is("encoding") ? kKeepEncoding : 0u;
    case 10:
      return is("http-equiv") ? kKeepHttpEquiv : is("xlink:href") ? kKeepXlinkHref : 0u;
    default:
      return 0;
  }
}

}  // namespace parser
