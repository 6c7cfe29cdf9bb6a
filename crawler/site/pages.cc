#include "crawler/site/pages.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <iterator>
#include <system_error>

namespace crawler {
namespace {

namespace http = boost::beast::http;

using std::chrono::microseconds;

// Of the sitemaps protocol.
constexpr std::size_t kMostInSitemap = 50'000;
// Pages of each host that stand in its sitemap and that no page links to.
constexpr std::size_t kOrphans = 3;
constexpr std::size_t kSentencesInParagraph = 5;
// Pages were last modified in the year from here: 2024-01-01.
constexpr std::uint64_t kFirstModified = 1'704'067'200;  // seconds since 1970
constexpr std::uint64_t kYear = 31'536'000;              // seconds

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kPrivate = "/private/notes.html";

std::uint64_t hash_bytes(std::string_view bytes) {  // FNV-1a
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

std::optional<std::size_t> parse_number(std::string_view text) {
  std::size_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// The number in "PREFIXnumber", if `path` is that.
std::optional<std::size_t> number_after(std::string_view prefix, std::string_view path) {
  if (!path.starts_with(prefix)) return std::nullopt;
  return parse_number(path.substr(prefix.size()));
}

}  // namespace

std::string_view reason_phrase(unsigned status) {
  return http::obsolete_reason(static_cast<http::status>(status));
}

std::string to_http(const Answer& answer, bool head, bool keep_alive) {
  std::string out;
  out.reserve(answer.body.size() + 512);
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nServer: weft-site\r\n", answer.status,
                 reason_phrase(answer.status));
  const auto field = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) fmt::format_to(to, "{}: {}\r\n", name, value);
  };
  field("Content-Type", answer.content_type);
  field("ETag", answer.etag);
  field("Last-Modified", answer.last_modified);
  field("Location", answer.location);
  // RFC 9110, section 8.6: 1xx and 204 must not carry it; of a 304 it would be the 200's.
  if (answer.status >= 200 && answer.status != 204 && answer.status != 304)
    fmt::format_to(to, "Content-Length: {}\r\n", answer.body.size());
  if (!keep_alive) field("Connection", "close");
  out += "\r\n";
  if (!head) out += answer.body;
  return out;
}

DemoPages::DemoPages(const SiteOptions& options) : options_(options), text_(options.seed) {}

std::string DemoPages::address(std::size_t host) {
  return fmt::format("127.0.{}.{}", 1 + host / 250, 1 + host % 250);
}

std::string DemoPages::origin(std::size_t host) const {
  return fmt::format("http://{}:{}", address(host), options_.port);
}

std::uint64_t DemoPages::key(PageId id) const { return mix(options_.seed, id.host, id.page); }

std::string DemoPages::slug(PageId id) const {
  PageId top = id;  // the ancestor right below the root names the section
  while (top.page > options_.fanout) top.page = (top.page - 1) / options_.fanout;
  return fmt::format("{}/{}-{}.html", text_.noun(key(top)), text_.noun(key(id)), id.page);
}

std::string DemoPages::path(PageId id) const { return id.page == 0 ? "/" : "/" + slug(id); }

std::optional<PageId> DemoPages::find(std::size_t host, std::string_view path) const {
  if (path == "/") return PageId{host, 0};
  if (!path.ends_with(".html")) return std::nullopt;
  const std::string_view stem = path.substr(0, path.size() - 5);
  const auto number = parse_number(stem.substr(stem.rfind('-') + 1));
  if (!number || *number == 0 || *number >= options_.pages) return std::nullopt;
  const PageId id{host, *number};
  return this->path(id) == path ? std::optional(id) : std::nullopt;
}

std::vector<PageId> DemoPages::links(PageId id) const {
  std::vector<PageId> to;
  const std::size_t first = id.page * options_.fanout + 1;
  for (std::size_t page = first; page < first + options_.fanout && page < options_.pages; ++page)
    to.push_back({id.host, page});
  const std::uint64_t from = key(id);
  for (std::uint64_t nth = 0; to.size() < options_.links; ++nth)
    to.push_back({id.host, mix(from, 1, nth) % options_.pages});
  for (std::uint64_t nth = 0; nth < options_.cross && options_.hosts > 1; ++nth) {
    const std::size_t step = 1 + mix(from, 2, nth) % (options_.hosts - 1);
    to.push_back({(id.host + step) % options_.hosts, mix(from, 3, nth) % options_.pages});
  }
  return to;
}

microseconds DemoPages::latency(std::size_t host, std::string_view path) const {
  return options_.latency.draw(mix(options_.seed, host, hash_bytes(path)));
}

DemoPages::Flaw DemoPages::flaw(PageId id) const {
  const std::uint64_t draw = mix(key(id), 4);
  if (id.page == 0 || unit_draw(draw) >= options_.flaws) return Flaw::kNone;
  constexpr std::uint64_t kKinds = 6;
  return static_cast<Flaw>(1 + mix(draw) % kKinds);
}

Answer DemoPages::answer(std::size_t host, std::string_view path,
                         const Conditions& conditions) const {
  if (const auto id = find(host, path)) return page(*id, conditions);
  Answer answer;
  answer.content_type = kHtml;
  const auto id_of = [&](std::optional<std::size_t> number) -> std::optional<PageId> {
    return number && *number < options_.pages ? std::optional(PageId{host, *number}) : std::nullopt;
  };
  if (path == "/robots.txt") {
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = robots_txt(host);
  } else if (path == "/sitemap.xml") {
    answer.content_type = "application/xml";
    answer.body = sitemap(host);
  } else if (const auto orphan = number_after("/orphan/", path);
             options_.sitemap && orphan && *orphan < kOrphans) {
    answer.body =
        simple(host, "An orphan", "The sitemap names this page, and no page links to it.");
  } else if (path == kPrivate) {
    answer.body = simple(host, "Private notes", "robots.txt asks crawlers not to come here.");
  } else if (const auto moved = id_of(number_after("/moved/", path))) {
    answer.status = 301;
    answer.location = this->path(*moved);
    answer.body = simple(host, "Moved", "This page has moved.");
  } else if (const auto original = id_of(number_after("/copy/", path))) {
    answer.body = html(*original, flaw(*original));
  } else {
    answer.status = 404;
    answer.body = simple(host, "Not found", "There is no such page here.");
  }
  return answer;
}

Answer DemoPages::page(PageId id, const Conditions& conditions) const {
  const Flaw kind = flaw(id);
  Answer answer;
  answer.content_type = kind == Flaw::kLatin1 ? "text/html; charset=iso-8859-1"
                        : kind == Flaw::kLatin1InMeta || kind == Flaw::kUtf16 ? "text/html"
                                                                              : kHtml;
  const std::uint64_t version =
      mix(mix(key(id), options_.body, options_.links),
          mix(options_.fanout, options_.cross, options_.hosts),
          mix(options_.pages, static_cast<std::uint64_t>(std::lround(options_.flaws * 1e6)),
              options_.port));
  answer.etag = fmt::format("\"{:016x}\"", version);
  const auto modified = static_cast<std::time_t>(kFirstModified + version % kYear);
  answer.last_modified = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(modified));
  // RFC 9110, section 13.2.2: If-None-Match decides alone where it is sent.
  const bool unchanged = conditions.if_none_match.empty()
                             ? conditions.if_modified_since == answer.last_modified
                             : conditions.if_none_match.find(answer.etag) != std::string_view::npos;
  if (unchanged) {
    answer.status = 304;
    return answer;
  }
  answer.body = html(id, kind);
  if (kind == Flaw::kLatin1 || kind == Flaw::kLatin1InMeta) answer.body = to_latin1(answer.body);
  if (kind == Flaw::kUtf16) answer.body = to_utf16le(answer.body);
  return answer;
}

std::string DemoPages::html(PageId id, Flaw flaw) const {
  const std::uint64_t from = key(id);
  const std::string title = text_.title(from);
  const bool french = flaw == Flaw::kLatin1 || flaw == Flaw::kLatin1InMeta || flaw == Flaw::kUtf16;
  std::string out;
  out.reserve(options_.body + options_.body / 8 + options_.links * 80 + 2048);
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "<!doctype html>\n<html lang=\"{}\">\n<head>\n", french ? "fr" : "en");
  if (flaw == Flaw::kLatin1InMeta)
    out += "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-1\">\n";
  else if (!french)
    out += "<meta charset=\"utf-8\">\n";
  fmt::format_to(to,
                 "<title>{}</title>\n<meta name=\"description\" content=\"{}\">\n"
                 "<link rel=\"canonical\" href=\"{}{}\">\n</head>\n<body>\n",
                 title, text_.sentence(mix(from, 5)), origin(id.host), path(id));
  if (id.page != 0)
    fmt::format_to(to, "<nav><a href=\"/\">Home</a> <a rel=\"up\" href=\"{}\">Up</a></nav>\n",
                   path({id.host, (id.page - 1) / options_.fanout}));
  fmt::format_to(to, "<h1>{}</h1>\n", title);
  if (french) fmt::format_to(to, "<p>{}</p>\n", text_.french(from));
  add_text(out, id, 6, options_.body / 2);
  fmt::format_to(to, "<h2>More about the {}</h2>\n<ul>\n", text_.noun(mix(from, 7)));
  const std::vector<PageId> targets = links(id);
  for (std::size_t nth = 0; nth < targets.size(); ++nth) add_link(out, id, targets[nth], nth);
  switch (flaw) {
    case Flaw::kRedirect:
      fmt::format_to(to, "<li><a href=\"/moved/{}\">An old address</a></li>\n", id.page);
      break;
    case Flaw::kMissing:
      fmt::format_to(to, "<li><a href=\"/missing/{}\">A broken link</a></li>\n", id.page);
      break;
    case Flaw::kCopy:
      fmt::format_to(to, "<li><a href=\"/copy/{}\">The same again</a></li>\n", id.page);
      break;
    default:
      break;
  }
  fmt::format_to(
      to,
      "</ul>\n<table>\n<caption>Figures</caption>\n<tr><th>Name</th><th>Count</th></tr>\n"
      "<tr><td>{}</td><td>{}</td></tr>\n<tr><td>{}</td><td>{}</td></tr>\n</table>\n",
      text_.noun(mix(from, 8)), mix(from, 9) % 1000, text_.noun(mix(from, 10)),
      mix(from, 11) % 1000);
  add_text(out, id, 12, options_.body - options_.body / 2);
  if (options_.flaws > 0)
    fmt::format_to(to, "<footer><a href=\"{}\">Private notes</a></footer>\n", kPrivate);
  out += "</body>\n</html>\n";
  return out;
}

void DemoPages::add_text(std::string& out, PageId id, std::uint64_t part,
                         std::uint64_t bytes) const {
  const std::uint64_t from = mix(key(id), part);
  std::uint64_t written = 0;
  for (std::uint64_t nth = 0; written < bytes; ++nth) {
    const std::string_view sentence = text_.sentence(mix(from, nth));
    out += nth % kSentencesInParagraph != 0 ? " " : nth == 0 ? "<p>" : "</p>\n<p>";
    out += sentence;
    written += sentence.size() + 1;
  }
  if (written > 0) out += "</p>\n";
}

void DemoPages::add_link(std::string& out, PageId from, PageId to, std::size_t nth) const {
  // The ways in which people write links, in turn.
  const bool root = to.page == 0;
  std::string href;
  if (from.host != to.host || nth % 4 == 3)
    href = origin(to.host) + path(to);
  else if (nth % 4 == 1)
    href = (from.page == 0 ? "./" : "../") + (root ? std::string() : slug(to));
  else
    href = path(to) + (nth % 4 == 2 ? "#more" : "");
  fmt::format_to(std::back_inserter(out), "<li><a href=\"{}\">{}</a></li>\n", href,
                 text_.title(key(to)));
}

std::string DemoPages::robots_txt(std::size_t host) const {
  const std::string rules = "User-agent: *\nDisallow: /private/\n";
  return options_.sitemap ? fmt::format("{}\nSitemap: {}/sitemap.xml\n", rules, origin(host))
                          : rules;
}

std::string DemoPages::sitemap(std::size_t host) const {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  const std::string start = origin(host);
  for (std::size_t page = 0; page < std::min(options_.pages, kMostInSitemap - kOrphans); ++page)
    fmt::format_to(std::back_inserter(out), "<url><loc>{}{}</loc></url>\n", start,
                   path({host, page}));
  for (std::size_t orphan = 0; options_.sitemap && orphan < kOrphans; ++orphan)
    fmt::format_to(std::back_inserter(out), "<url><loc>{}/orphan/{}</loc></url>\n", start, orphan);
  return out + "</urlset>\n";
}

std::string DemoPages::simple(std::size_t host, std::string_view title,
                              std::string_view text) const {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head><title>{0}</title></head>\n"
      "<body><h1>{0}</h1><p>{1}</p><p><a href=\"{2}/\">Home</a></p></body>\n</html>\n",
      title, text, origin(host));
}

}  // namespace crawler
