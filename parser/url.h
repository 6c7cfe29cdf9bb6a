// A URL as browsers read it: the WHATWG URL Standard (https://url.spec.whatwg.org/), http and https
// alone.
//
// One normalized string and the offsets of its parts; a Url that is reused keeps its memory, so
// that parsing a link allocates nothing once the string has grown to its working size. Called per
// link, in the parser workers, and per new URL on the engine's thread. Pure: no clock, no network,
// no locale.
//
//   https://example.com:8080/a/b?q=1#top
//   |    |  |          |    |   |   |
//   |    |  |          |    |   |   fragment_start (the end, where there is none)
//   |    |  |          |    |   query_start        (fragment_start, where there is none)
//   |    |  |          |    path_start
//   |    |  |          host_end (a ':' and the port follow where it is not the default one)
//   |    |  host_start
//   |    scheme_end
//   0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parser {

// Longest normalized URL, in bytes. RFC 9110 section 4.1 asks for 8,000 at least.
inline constexpr std::size_t kMaxUrlLength = 8192;
// Longest input that is looked at, in bytes. Dot segments, credentials and spaces go away, so an
// input may be longer than what it is normalized to; twice is more than any real link needs.
inline constexpr std::size_t kMaxUrlInput = 2 * kMaxUrlLength;

enum class UrlError : std::uint8_t {
  kOk,
  kEmpty,              // nothing but whitespace, and no base
  kNoBase,             // a relative reference without a base
  kUnsupportedScheme,  // mailto:, javascript:, data:, ftp: ...: not a URL that can be crawled
  kBadHost,            // empty, a forbidden code point, or refused by UTS 46
  kBadIpv4,
  kBadIpv6,
  kBadPort,  // not a number, or above 65535
  kTooLong,  // longer than kMaxUrlInput, or than kMaxUrlLength once normalized
};

// The word for `error` in output, rows and tests ("bad_host").
std::string_view to_string(UrlError error);

// What is wrong with `input`, which parse() refused with `error`, and what would be right: part of
// a line, for people.
std::string describe(UrlError error, std::string_view input);

class Url {
 public:
  // Parses `input`, against `base` where one is given, and replaces *this with the result.
  // On an error *this is empty. `base` may be *this; an empty one counts as none. User name and
  // password are read past and dropped: they are never stored and never sent. Any bytes may stand
  // in `input`.
  [[nodiscard]] UrlError parse(std::string_view input, const Url* base = nullptr);
  // Of what parse() has normalized before: a row's URL, an entry's. Empty where it was not (a row
  // of a damaged file).
  static Url of_normalized(std::string_view url);

  bool empty() const { return href_.empty(); }

  // The whole, fragment included.
  std::string_view href() const { return href_; }
  // Without the fragment: what the crawl takes as the page's identity, stores and requests.
  std::string_view identity() const;
  // "https", "http".
  std::string_view scheme() const;
  // Lower-case ASCII; IPv6 in its brackets.
  std::string_view host() const;
  // host, or host:port where the port is not the scheme's own.
  std::string_view authority() const;
  // scheme://authority: what robots.txt and politeness are kept for.
  std::string_view origin() const;
  // The port in force: the written one, or 80 or 443.
  std::uint16_t port() const;
  // Starts with '/'.
  std::string_view path() const;
  // With its '?', or empty where there is none.
  std::string_view query() const;
  // Path and query, as a request line has them and as robots.txt rules match them.
  std::string_view target() const;
  // With its '#', or empty where there is none.
  std::string_view fragment() const;

 private:
  [[nodiscard]] UrlError replace(std::string_view input, const Url* base);
  void keep(const Url& base, std::size_t size);
  [[nodiscard]] UrlError set_origin(bool https, std::string_view authority);
  void append_path(std::string_view path);
  void clear();

  std::string href_;
  std::uint32_t scheme_end_ = 0;
  std::uint32_t host_start_ = 0;
  std::uint32_t host_end_ = 0;
  std::uint32_t path_start_ = 0;
  std::uint32_t query_start_ = 0;
  std::uint32_t fragment_start_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace parser
