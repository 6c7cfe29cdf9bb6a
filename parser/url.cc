#include "parser/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <iterator>

#include "parser/ascii.h"
#include "parser/url_host.h"
#include "parser/utf8.h"

namespace parser {
namespace {

// What a byte means to the parser, as a set of these.
enum : std::uint8_t {
  kEncodeInPath = 1,      // in the "path percent-encode set"
  kEncodeInQuery = 2,     // in the "special-query percent-encode set"
  kEncodeInFragment = 4,  // in the "fragment percent-encode set"
  kScheme = 8,            // may stand in a scheme
  kTabOrNewline = 16,     // removed wherever it stands
  kSlash = 32,            // "/", and "\" as browsers read it
  kEndsPath = 64,         // "?" or "#"
  kC0OrSpace = 128,       // removed at both ends
};

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&table](std::string_view bytes, int classes) {
    for (const char c : bytes)
      table[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(classes);
  };
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (byte <= 0x1f || byte >= 0x7f)
      table[byte] |= kEncodeInPath | kEncodeInQuery | kEncodeInFragment;
    if (byte <= 0x20) table[byte] |= kC0OrSpace;
    if (is_alpha(c) || is_digit(c)) table[byte] |= kScheme;
  }
  mark("+-.", kScheme);
  mark("\t\n\r", kTabOrNewline);
  mark("/\\", kSlash);
  mark("?#", kEndsPath);
  mark(" \"<>", kEncodeInPath | kEncodeInQuery | kEncodeInFragment);
  mark("#", kEncodeInPath | kEncodeInQuery);
  mark("'", kEncodeInQuery);
  mark("`", kEncodeInPath | kEncodeInFragment);
  mark("?^{}", kEncodeInPath);
  return table;
}();

bool is(char c, int classes) { return (kClasses[static_cast<unsigned char>(c)] & classes) != 0; }

// Where the first byte of one of `classes` stands, or the size.
std::size_t find(std::string_view text, int classes) {
  std::size_t i = 0;
  while (i < text.size() && !is(text[i], classes)) ++i;
  return i;
}

// Length of the scheme that `input` starts with, without its ':'; 0 where it starts with none.
std::size_t scheme_length(std::string_view input) {
  if (input.empty() || !is_alpha(input[0])) return 0;
  std::size_t size = 1;
  while (size < input.size() && is(input[size], kScheme)) ++size;
  return size < input.size() && input[size] == ':' ? size : 0;
}

// "http" -> "https" differ in one letter alone; any other scheme is `kOther`.
enum class Scheme : std::uint8_t { kHttp, kHttps, kOther };

Scheme scheme_of(std::string_view name) {
  const auto equals = [](char c, char lower) { return (c | 0x20) == lower; };
  constexpr std::string_view kHttps = "https";
  if (name.size() < 4 || name.size() > 5 ||
      !std::equal(name.begin(), name.end(), kHttps.begin(), equals))
    return Scheme::kOther;
  return name.size() == 4 ? Scheme::kHttp : Scheme::kHttps;
}

constexpr std::uint16_t default_port(bool https) { return https ? 443 : 80; }

// ".." in any of its spellings.
bool is_double_dot(std::string_view segment) {
  for (int dots = 0; dots < 2; ++dots) {
    if (segment.starts_with('.'))
      segment.remove_prefix(1);
    else if (segment.starts_with("%2e") || segment.starts_with("%2E"))
      segment.remove_prefix(3);
    else
      return false;
  }
  return segment.empty();
}

bool is_single_dot(std::string_view segment) {
  return segment == "." || segment == "%2e" || segment == "%2E";
}

// Appends `text` with the bytes of percent-encode set `set` encoded.
void append_encoded(std::string_view text, int set, std::string& out) {
  for (;;) {
    const std::size_t plain = find(text, set);
    out.append(text.substr(0, plain));
    if (plain == text.size()) return;
    text.remove_prefix(plain);
    const Utf8Step character = utf8_step(text);
    const std::string_view bytes =
        character.valid ? text.substr(0, character.bytes) : kReplacementText;
    for (const char c : bytes) append_percent(out, static_cast<unsigned char>(c));
    text.remove_prefix(character.bytes);
  }
}

std::uint32_t offset(std::size_t size) { return static_cast<std::uint32_t>(size); }

}  // namespace

std::string_view to_string(UrlError error) {
  switch (error) {
    case UrlError::kOk:
      return "ok";
    case UrlError::kEmpty:
      return "empty";
    case UrlError::kNoBase:
      return "no_base";
    case UrlError::kUnsupportedScheme:
      return "unsupported_scheme";
    case UrlError::kBadHost:
      return "bad_host";
    case UrlError::kBadIpv4:
      return "bad_ipv4";
    case UrlError::kBadIpv6:
      return "bad_ipv6";
    case UrlError::kBadPort:
      return "bad_port";
    case UrlError::kTooLong:
      return "too_long";
  }
  return "unknown";
}

std::string describe(UrlError error, std::string_view input) {
  switch (error) {
    case UrlError::kOk:
      return "nothing is wrong";
    case UrlError::kEmpty:
      return "no URL";
    case UrlError::kNoBase:
      return "no scheme; write https://" + std::string(input);
    case UrlError::kUnsupportedScheme:
      return "not an http or https URL";
    case UrlError::kBadHost:
      return "bad_host: no host can have this name; between // and the next / must stand one";
    case UrlError::kBadIpv4:
      return "bad_ipv4: a host that ends in a number must be an address, as 192.0.2.1 is";
    case UrlError::kBadIpv6:
      return "bad_ipv6: what stands in [ ] must be an address, as 2001:db8::1 is";
    case UrlError::kBadPort:
      return "bad_port: a port is a number up to 65535";
    case UrlError::kTooLong:
      return "too_long: a URL has at most " + std::to_string(kMaxUrlLength) + " bytes";
  }
  return "unknown";
}

UrlError Url::parse(std::string_view input, const Url* base) {
  std::string copy;
  const std::less_equal<const char*> not_after;
  if (not_after(href_.data(), input.data()) && not_after(input.data(), href_.data() + href_.size()))
    input = copy = input;  // it looks into the string that is about to be written
  const UrlError error = replace(input, base != nullptr && base->empty() ? nullptr : base);
  if (error != UrlError::kOk) clear();
  return error;
}

Url Url::of_normalized(std::string_view url) {
  Url parsed;
  static_cast<void>(parsed.parse(url));  // an error leaves it empty
  return parsed;
}

UrlError Url::replace(std::string_view input, const Url* base) {
  const bool too_long = input.size() > kMaxUrlInput;
  input = trim(input.substr(0, kMaxUrlInput), [](char c) { return is(c, kC0OrSpace); });
  std::string cleaned;
  if (find(input, kTabOrNewline) != input.size()) {
    std::copy_if(input.begin(), input.end(), std::back_inserter(cleaned),
                 [](char c) { return !is(c, kTabOrNewline); });
    input = cleaned;
  }

  const std::size_t scheme_size = scheme_length(input);
  bool https = base != nullptr && base->scheme_end_ == 5;
  bool absolute = false;
  if (scheme_size > 0) {
    const Scheme scheme = scheme_of(input.substr(0, scheme_size));
    if (scheme == Scheme::kOther) return UrlError::kUnsupportedScheme;
    input.remove_prefix(scheme_size + 1);
    // "http:x" against an http base is a relative reference; against an https one it names host x.
    absolute = base == nullptr || https != (scheme == Scheme::kHttps);
    https = scheme == Scheme::kHttps;
  } else if (base == nullptr) {
    return input.empty() ? UrlError::kEmpty : UrlError::kNoBase;
  }
  if (too_long) return UrlError::kTooLong;

  const std::size_t path_end = find(input, kEndsPath);
  std::string_view path = input.substr(0, path_end);
  const std::string_view rest = input.substr(path_end);
  const std::size_t query_size = std::min(rest.find('#'), rest.size());
  bool own_query = true;
  if (absolute || (path.size() >= 2 && is(path[0], kSlash) && is(path[1], kSlash))) {
    while (!path.empty() && is(path[0], kSlash)) path.remove_prefix(1);
    const std::size_t authority_end = find(path, kSlash);
    if (const UrlError error = set_origin(https, path.substr(0, authority_end));
        error != UrlError::kOk)
      return error;
    append_path(path.substr(authority_end));
  } else if (!path.empty()) {
    const bool from_root = is(path[0], kSlash);
    // Without the base's last segment and its slash; append_path() writes a slash before each.
    keep(*base, from_root ? base->path_start_ : base->href_.rfind('/', base->query_start_ - 1));
    append_path(path);
  } else {
    own_query = query_size > 0;
    query_start_ = base->query_start_;
    keep(*base, own_query ? base->query_start_ : base->fragment_start_);
  }
  if (own_query) query_start_ = offset(href_.size());
  append_encoded(rest.substr(0, query_size), kEncodeInQuery, href_);
  fragment_start_ = offset(href_.size());
  append_encoded(rest.substr(query_size), kEncodeInFragment, href_);
  return href_.size() > kMaxUrlLength ? UrlError::kTooLong : UrlError::kOk;
}

// Makes this URL the first `size` bytes of `base`, which hold its origin at least.
void Url::keep(const Url& base, std::size_t size) {
  if (this == &base) {
    href_.resize(size);
    return;
  }
  href_.assign(base.href_, 0, size);
  scheme_end_ = base.scheme_end_;
  host_start_ = base.host_start_;
  host_end_ = base.host_end_;
  path_start_ = base.path_start_;
  port_ = base.port_;
}

// Makes this URL "scheme://host[:port]" of `authority`.
UrlError Url::set_origin(bool https, std::string_view authority) {
  // What stands before the last '@' is user name and password.
  authority.remove_prefix(authority.rfind('@') + 1);
  bool in_brackets = false;
  std::size_t host_size = 0;
  for (; host_size < authority.size(); ++host_size) {
    const char c = authority[host_size];
    if (c == '[') in_brackets = true;
    if (c == ']') in_brackets = false;
    if (c == ':' && !in_brackets) break;
  }
  if (host_size == 0) return UrlError::kBadHost;
  href_.assign(https ? "https://" : "http://");
  scheme_end_ = https ? 5 : 4;
  host_start_ = offset(href_.size());
  if (const UrlError error = append_host(authority.substr(0, host_size), href_);
      error != UrlError::kOk)
    return error;
  host_end_ = offset(href_.size());

  port_ = default_port(https);
  const std::string_view digits = authority.substr(std::min(host_size + 1, authority.size()));
  if (!digits.empty()) {
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), port_, 10);
    if (error != std::errc{} || end != digits.data() + digits.size()) return UrlError::kBadPort;
    if (port_ != default_port(https)) {
      href_.push_back(':');
      href_.append(digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)));
    }
  }
  path_start_ = offset(href_.size());
  return UrlError::kOk;
}

// Appends `path` to what is kept of the base's path, segment by segment: "the path state".
void Url::append_path(std::string_view path) {
  if (!path.empty() && is(path[0], kSlash)) path.remove_prefix(1);
  for (bool more = true; more;) {
    const std::size_t size = find(path, kSlash);
    const std::string_view segment = path.substr(0, size);
    more = size < path.size();
    if (more) path.remove_prefix(size + 1);
    if (is_double_dot(segment)) {
      if (href_.size() > path_start_) href_.resize(href_.rfind('/'));
      if (!more) href_.push_back('/');
    } else if (is_single_dot(segment)) {
      if (!more) href_.push_back('/');
    } else {
      href_.push_back('/');
      append_encoded(segment, kEncodeInPath, href_);
    }
  }
}

void Url::clear() {
  href_.clear();
  scheme_end_ = host_start_ = host_end_ = path_start_ = query_start_ = fragment_start_ = 0;
  port_ = 0;
}

std::string_view Url::identity() const { return href().substr(0, fragment_start_); }
std::string_view Url::scheme() const { return href().substr(0, scheme_end_); }
std::string_view Url::host() const { return href().substr(host_start_, host_end_ - host_start_); }
std::string_view Url::authority() const {
  return href().substr(host_start_, path_start_ - host_start_);
}
std::string_view Url::origin() const { return href().substr(0, path_start_); }
std::uint16_t Url::port() const { return port_; }
std::string_view Url::path() const {
  return href().substr(path_start_, query_start_ - path_start_);
}
std::string_view Url::query() const {
  return href().substr(query_start_, fragment_start_ - query_start_);
}
std::string_view Url::target() const {
  return href().substr(path_start_, fragment_start_ - path_start_);
}
std::string_view Url::fragment() const { return href().substr(fragment_start_); }

}  // namespace parser
