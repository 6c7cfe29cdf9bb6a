#include "parser/sitemap.h"

#include <expat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <new>
#include <utility>

#include "parser/ascii.h"
#include "parser/sitemap_codec.h"

namespace parser {
namespace {

// Between a namespace and a name in what expat gives; no namespace contains it.
constexpr char kSeparator = '\n';
// Memory for an unpacked sitemap that is kept from one to the next, in bytes: more than most need.
constexpr std::size_t kKeptBytes = 1u << 20;

// ---- gzip ---------------------------------------------------------------------------------------

bool is_gzip(std::string_view body) { return body.starts_with("\x1f\x8b"); }

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipAlone = MAX_WBITS + 16;
    if (inflateInit2(&stream_, kGzipAlone) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends what `packed` unpacks to, up to kMaxSitemapBytes; what is whole of a damaged one too.
  SitemapProblem run(std::string_view packed, std::string& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    std::array<char, 64u << 10> block;
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(block.data());
      stream_.avail_out = static_cast<uInt>(block.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t got = block.size() - stream_.avail_out;
      const std::size_t left = kMaxSitemapBytes - out.size();
      out.append(block.data(), std::min(got, left));
      if (code == Z_MEM_ERROR) throw std::bad_alloc();
      if (got > left) return SitemapProblem::kTooLarge;
      if (code == Z_STREAM_END) {
        // One file may be several that were put together; anything else behind it does not count.
        if (!is_gzip({reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in}))
          return SitemapProblem::kNone;
        if (inflateReset(&stream_) != Z_OK) return SitemapProblem::kBadGzip;
      } else if (code != Z_OK || (got == 0 && stream_.avail_in == 0)) {
        return SitemapProblem::kBadGzip;
      }
    }
  }

 private:
  z_stream stream_{};
};

// ---- What both forms give ----------------------------------------------------------------------

// The text of one entry's elements, as written.
struct RawEntry {
  std::string loc;
  std::string lastmod;
  std::string priority;

  void clear() {
    loc.clear();
    lastmod.clear();
    priority.clear();
  }
};

std::string_view date_or_nothing(std::string_view text) {
  const auto in_date = [](char c) {
    return (c >= '0' && c <= '9') || std::string_view("-+:.TZ ").find(c) != std::string_view::npos;
  };
  const bool is_date =
      text.size() >= 4 && text.size() <= kMaxLastmodBytes &&
      std::all_of(text.begin(), text.begin() + 4, [](char c) { return c >= '0' && c <= '9'; }) &&
      std::all_of(text.begin(), text.end(), in_date);
  return is_date ? text : std::string_view();
}

std::optional<std::uint16_t> thousandths(std::string_view text) {
  double value = -1;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1))
    return std::nullopt;
  return static_cast<std::uint16_t>(std::lround(value * 1000));
}

class Collector {
 public:
  Collector(std::string& out, Url& url) : frame_(out), url_(url) {}

  // False: the frame is full.
  bool add(const RawEntry& raw) {
    if (url_.parse(raw.loc) != UrlError::kOk) {
      ++ignored_;
      return true;
    }
    return frame_.add(
        {url_.identity(), date_or_nothing(trim(raw.lastmod)), thousandths(trim(raw.priority))});
  }
  // Of several problems the first one counts.
  void note(SitemapProblem problem) {
    if (problem_ == SitemapProblem::kNone) problem_ = problem;
  }
  void finish(SitemapKind kind) {
    if (kind == SitemapKind::kNone) {
      note(SitemapProblem::kNotASitemap);
      ignored_ = 0;
    }
    frame_.finish(kind, problem_, ignored_);
  }
  std::uint32_t entries() const { return frame_.entries(); }

 private:
  SitemapFrameWriter frame_;
  Url& url_;
  SitemapProblem problem_ = SitemapProblem::kNone;
  std::uint32_t ignored_ = 0;
};

// ---- XML ----------------------------------------------------------------------------------------

// The handlers are called from C, which no exception may cross: memory that runs out in one, with
// all that is bounded here, ends the process.
class XmlReader {
 public:
  explicit XmlReader(Collector& found)
      : found_(found), expat_(XML_ParserCreateNS(nullptr, kSeparator)) {
    if (expat_ == nullptr) throw std::bad_alloc();
    XML_SetUserData(expat_, this);
    XML_SetElementHandler(
        expat_,
        [](void* self, const XML_Char* name, const XML_Char**) noexcept {
          static_cast<XmlReader*>(self)->begin(name);
        },
        [](void* self, const XML_Char*) noexcept { static_cast<XmlReader*>(self)->end(); });
    XML_SetCharacterDataHandler(expat_, [](void* self, const XML_Char* text, int bytes) noexcept {
      static_cast<XmlReader*>(self)->add_text({text, static_cast<std::size_t>(bytes)});
    });
    XML_SetStartDoctypeDeclHandler(
        expat_, [](void* self, const XML_Char* name, const XML_Char*, const XML_Char*,
                   int) noexcept { static_cast<XmlReader*>(self)->reject_doctype(name); });
  }
  ~XmlReader() { XML_ParserFree(expat_); }
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  // In one piece: expat reads a token that is cut again from its start with each piece.
  SitemapKind read(std::string_view text) {
    static_assert(kMaxSitemapBytes <= std::size_t{1} << 30, "expat takes an int");
    if (XML_Parse(expat_, text.data(), static_cast<int>(text.size()), XML_TRUE) ==
        XML_STATUS_ERROR) {
      const XML_Error error = XML_GetErrorCode(expat_);
      if (error == XML_ERROR_NO_MEMORY) throw std::bad_alloc();
      if (error != XML_ERROR_ABORTED && kind_ != SitemapKind::kNone)
        found_.note(SitemapProblem::kBadXml);
    }
    return kind_;
  }

 private:
  void stop(SitemapProblem problem) {
    found_.note(problem);
    XML_StopParser(expat_, XML_FALSE);
  }

  void reject_doctype(std::string_view name) {
    const bool html = name == "html" || name == "HTML";
    stop(html ? SitemapProblem::kNotASitemap : SitemapProblem::kDoctype);
  }

  void begin(std::string_view name) {
    field_ = nullptr;
    if (++depth_ > kMaxSitemapNesting) return stop(SitemapProblem::kBadXml);
    const std::size_t separator = name.rfind(kSeparator);
    const std::string_view space =
        separator == std::string_view::npos ? std::string_view() : name.substr(0, separator);
    const std::string_view local = name.substr(separator + 1);
    // Any namespace will do, since old sitemaps have others or none. An element in another
    // namespace than the root's belongs to an extension.
    if (depth_ == 1) return begin_root(space, local);
    if (space != space_) return;
    if (depth_ == 2) {
      in_entry_ = local == entry_name_;
      entry_.clear();
    } else if (depth_ == 3 && in_entry_) {
      if (local == "loc") field_ = &entry_.loc;
      if (local == "lastmod") field_ = &entry_.lastmod;
      if (local == "priority") field_ = &entry_.priority;
    }
  }

  void begin_root(std::string_view space, std::string_view local) {
    space_ = space;
    if (local == "urlset") {
      kind_ = SitemapKind::kUrls;
      entry_name_ = "url";
    } else if (local == "sitemapindex") {
      kind_ = SitemapKind::kIndex;
      entry_name_ = "sitemap";
    } else {
      stop(SitemapProblem::kNotASitemap);
    }
  }

  void end() {
    field_ = nullptr;
    if (depth_-- != 2 || !std::exchange(in_entry_, false)) return;
    if (!found_.add(entry_)) stop(SitemapProblem::kTooLarge);
  }

  void add_text(std::string_view text) {
    if (field_ == nullptr) return;
    if (field_->empty())
      text.remove_prefix(static_cast<std::size_t>(
          std::find_if_not(text.begin(), text.end(), is_space) - text.begin()));
    // One byte more than a URL may have shows that it is too long.
    field_->append(text.substr(0, kMaxUrlInput + 1 - field_->size()));
  }

  Collector& found_;
  XML_Parser expat_;
  SitemapKind kind_ = SitemapKind::kNone;
  std::string space_;  // the root's namespace
  std::string_view entry_name_;
  unsigned depth_ = 0;
  bool in_entry_ = false;
  RawEntry entry_;
  std::string* field_ = nullptr;  // of entry_: where text goes that comes now
};

// ---- Text ---------------------------------------------------------------------------------------

SitemapKind read_lines(std::string_view text, Collector& found) {
  RawEntry entry;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = trim(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
    if (line.empty()) continue;
    entry.loc = line.substr(0, kMaxUrlInput + 1);
    if (!found.add(entry)) {
      found.note(SitemapProblem::kTooLarge);
      break;
    }
  }
  return found.entries() > 0 ? SitemapKind::kText : SitemapKind::kNone;
}

bool is_xml(std::string_view text) {
  return text.starts_with('<') || text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
         text.starts_with(std::string_view("\0<", 2));
}

}  // namespace

void SitemapParser::parse(std::string_view body, std::string& out) {
  Collector found(out, url_);
  if (is_gzip(body)) {
    unpacked_.clear();
    found.note(Inflater().run(body, unpacked_));
    body = unpacked_;
  } else if (body.size() > kMaxSitemapBytes) {
    found.note(SitemapProblem::kTooLarge);
    body = body.substr(0, kMaxSitemapBytes);
  }
  // XML allows nothing before its declaration; some sitemaps have blanks there all the same.
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  while (!body.empty() && is_space(body.front())) body.remove_prefix(1);
  found.finish(is_xml(body) ? XmlReader(found).read(body) : read_lines(body, found));
  if (unpacked_.capacity() > kKeptBytes) std::string().swap(unpacked_);
}

}  // namespace parser
