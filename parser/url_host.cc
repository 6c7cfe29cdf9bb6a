#include "parser/url_host.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>

#include "parser/ascii.h"

namespace parser {
namespace {

// What a byte of a domain becomes: itself in lower case, or one of these two.
constexpr char kForbidden = 0;  // a "forbidden domain code point"
constexpr char kNotAscii = 1;   // for UTS 46 to judge

constexpr std::array<char, 256> kDomainBytes = [] {
  std::array<char, 256> table{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (byte >= 0x80)
      table[byte] = kNotAscii;
    else if (byte <= 0x20 || byte == 0x7f ||
             std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos)
      table[byte] = kForbidden;
    else
      table[byte] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return table;
}();

std::string percent_decoded(std::string_view input) {
  std::string out;
  out.reserve(input.size());
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (input[i] == '%' && i + 2 < input.size() && hex_value(input[i + 1]) < 16 &&
        hex_value(input[i + 2]) < 16) {
      out.push_back(static_cast<char>(hex_value(input[i + 1]) * 16 + hex_value(input[i + 2])));
      i += 2;
    } else {
      out.push_back(input[i]);
    }
  }
  return out;
}

// ---- IPv4 ---------------------------------------------------------------------------------------

// One number of an IPv4 address, in decimal, octal (0...) or hexadecimal (0x...). What is too large
// for any address comes back as 2^32.
std::optional<std::uint64_t> ipv4_number(std::string_view part) {
  constexpr std::uint64_t kTooLarge = std::uint64_t{1} << 32;
  if (part.empty()) return std::nullopt;
  unsigned radix = 10;
  if (part.size() >= 2 && part[0] == '0') {
    radix = part[1] == 'x' || part[1] == 'X' ? 16 : 8;
    part.remove_prefix(radix == 16 ? 2 : 1);
  }
  std::uint64_t value = 0;
  for (const char c : part) {
    const unsigned digit = hex_value(c);
    if (digit >= radix) return std::nullopt;
    value = std::min(value * radix + digit, kTooLarge);
  }
  return value;
}

std::string_view without_last_dot(std::string_view host) {
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  return host;
}

// The "ends in a number checker": such a host is an IPv4 address or nothing.
bool ends_in_number(std::string_view host) {
  host = without_last_dot(host);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty() || !is_digit(last[0])) return false;
  return std::all_of(last.begin(), last.end(), is_digit) || ipv4_number(last).has_value();
}

std::optional<std::uint32_t> ipv4_address(std::string_view host) {
  host = without_last_dot(host);
  std::array<std::uint64_t, 4> numbers{};
  std::size_t count = 0;
  for (bool more = true; more;) {
    const std::size_t dot = host.find('.');
    const std::optional<std::uint64_t> number = ipv4_number(host.substr(0, dot));
    if (!number || count == numbers.size()) return std::nullopt;
    numbers[count++] = *number;
    more = dot != std::string_view::npos;
    if (more) host.remove_prefix(dot + 1);
  }
  // The last number fills all the bytes that the others leave.
  const std::uint64_t last = numbers[count - 1];
  if (last >= std::uint64_t{1} << (8 * (5 - count))) return std::nullopt;
  std::uint64_t address = last;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (numbers[i] > 255) return std::nullopt;
    address += numbers[i] << (8 * (3 - i));
  }
  return static_cast<std::uint32_t>(address);
}

void append_ipv4(std::uint32_t address, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += std::to_string((address >> shift) & 0xff);
    if (shift != 0) out.push_back('.');
  }
}

// ---- IPv6 ---------------------------------------------------------------------------------------

using Ipv6 = std::array<std::uint16_t, 8>;

// The dotted four numbers at the end of an IPv6 address: decimal, no leading zeros, to the end.
bool ipv6_dotted_tail(std::string_view input, std::uint16_t* pieces) {
  for (int seen = 0; seen < 4; ++seen) {
    if (seen > 0) {
      if (!input.starts_with('.')) return false;
      input.remove_prefix(1);
    }
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < input.size() && is_digit(input[digits]); ++digits) {
      if (digits > 0 && value == 0) return false;
      value = value * 10 + hex_value(input[digits]);
      if (value > 255) return false;
    }
    if (digits == 0) return false;
    input.remove_prefix(digits);
    pieces[seen / 2] = static_cast<std::uint16_t>(pieces[seen / 2] * 256 + value);
  }
  return input.empty();
}

std::optional<Ipv6> ipv6_address(std::string_view input) {
  Ipv6 address{};
  std::size_t piece = 0;
  std::optional<std::size_t> compress;
  if (input.starts_with(':')) {
    if (!input.starts_with("::")) return std::nullopt;
    input.remove_prefix(2);
    compress = ++piece;  // the gap stands for one piece at least
  }
  while (!input.empty()) {
    if (piece == address.size()) return std::nullopt;
    if (input[0] == ':') {
      if (compress) return std::nullopt;
      input.remove_prefix(1);
      compress = ++piece;
      continue;
    }
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < 4 && digits < input.size() && hex_value(input[digits]) < 16; ++digits)
      value = value * 16 + hex_value(input[digits]);
    if (digits < input.size() && input[digits] == '.') {
      if (digits == 0 || piece > 6 || !ipv6_dotted_tail(input, &address[piece]))
        return std::nullopt;
      piece += 2;
      break;
    }
    if (digits < input.size()) {
      if (input[digits] != ':' || digits + 1 == input.size()) return std::nullopt;
      ++digits;
    }
    address[piece++] = static_cast<std::uint16_t>(value);
    input.remove_prefix(digits);
  }
  if (compress)
    std::rotate(address.begin() + static_cast<std::ptrdiff_t>(*compress),
                address.begin() + static_cast<std::ptrdiff_t>(piece), address.end());
  else if (piece != address.size())
    return std::nullopt;
  return address;
}

void append_hex(unsigned value, std::string& out) {
  int shift = 12;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) out.push_back("0123456789abcdef"[(value >> shift) & 15]);
}

// The first longest run of two zero pieces or more is written "::".
void append_ipv6(const Ipv6& address, std::string& out) {
  std::size_t gap = address.size();
  std::size_t gap_size = 1;
  for (std::size_t i = 0; i < address.size();) {
    std::size_t end = i;
    while (end < address.size() && address[end] == 0) ++end;
    if (end - i > gap_size) {
      gap = i;
      gap_size = end - i;
    }
    i = end + 1;
  }
  out.push_back('[');
  for (std::size_t i = 0; i < address.size();) {
    if (i == gap) {
      out += i == 0 ? "::" : ":";
      i += gap_size;
      continue;
    }
    append_hex(address[i], out);
    if (++i < address.size()) out.push_back(':');
  }
  out.push_back(']');
}

// ---- Domains ------------------------------------------------------------------------------------

// UTS 46 as the standard's "domain to ASCII" sets it: CheckBidi, CheckJoiners, not transitional, no
// STD3 rules. Made once; ICU's object is constant and may be used by all threads.
const UIDNA* uts46() {
  struct Close {
    void operator()(UIDNA* idna) const { uidna_close(idna); }
  };
  static const std::unique_ptr<UIDNA, Close> idna = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<UIDNA, Close> made(uidna_openUTS46(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &error));
    if (U_FAILURE(error))
      throw std::runtime_error(std::string("ICU has no UTS 46 data: ") + u_errorName(error));
    return made;
  }();
  return idna.get();
}

// Calls `visit` with each label of `host` that starts with "xn--", until it answers true.
template <typename Visit>
bool any_ace_label(std::string_view host, Visit visit) {
  constexpr std::string_view kAcePrefix = "xn--";
  for (std::size_t at = 0; (at = host.find(kAcePrefix, at)) != std::string_view::npos;
       at += kAcePrefix.size()) {
    if (at != 0 && host[at - 1] != '.') continue;
    if (visit(host.substr(at, host.find('.', at) - at))) return true;
  }
  return false;
}

// Appends `domain` in lower case and answers the worst that a byte of it was: kForbidden, kNotAscii
// or any other value.
char append_lower(std::string_view domain, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + domain.size());
  char worst = 'a';
  char* to = out.data() + start;
  for (const char c : domain) {
    const char lower = kDomainBytes[static_cast<unsigned char>(c)];
    worst = std::min(worst, lower);
    *to++ = lower;
  }
  return worst;
}

UrlError append_idn(std::string_view domain, std::string& out) {
  // Room for whatever DNS can carry and more: what does not fit is no name.
  std::array<char, 4 * kMaxIdnBytes> ascii;
  if (domain.size() > kMaxIdnBytes) return UrlError::kBadHost;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t size =
      uidna_nameToASCII_UTF8(uts46(), domain.data(), static_cast<std::int32_t>(domain.size()),
                             ascii.data(), static_cast<std::int32_t>(ascii.size()), &info, &error);
  // CheckHyphens and VerifyDnsLength are off in the standard, and ICU has no switch for them.
  constexpr std::uint32_t kTolerated =
      UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
      UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
  if (U_FAILURE(error) || (info.errors & ~kTolerated) != 0) return UrlError::kBadHost;
  const std::size_t start = out.size();
  // Mapping can yield a forbidden code point, from a full-width '%' for one.
  if (append_lower({ascii.data(), static_cast<std::size_t>(size)}, out) <= kNotAscii)
    return UrlError::kBadHost;
  // Punycode of ASCII alone ends in '-'. Newer versions of UTS 46 refuse it, older ones do not.
  const bool ascii_only = any_ace_label(std::string_view(out).substr(start),
                                        [](std::string_view label) { return label.back() == '-'; });
  return ascii_only ? UrlError::kBadHost : UrlError::kOk;
}

UrlError append_domain(std::string_view domain, std::string& out) {
  const std::size_t start = out.size();
  const char worst = append_lower(domain, out);
  if (worst == kForbidden) return UrlError::kBadHost;
  const auto any = [](std::string_view) { return true; };
  if (worst == kNotAscii || any_ace_label(std::string_view(out).substr(start), any)) {
    out.resize(start);
    if (const UrlError error = append_idn(domain, out); error != UrlError::kOk) return error;
  }
  const std::string_view host = std::string_view(out).substr(start);
  if (host.empty()) return UrlError::kBadHost;
  if (!ends_in_number(host)) return UrlError::kOk;
  const std::optional<std::uint32_t> address = ipv4_address(host);
  if (!address) return UrlError::kBadIpv4;
  out.resize(start);
  append_ipv4(*address, out);
  return UrlError::kOk;
}

}  // namespace

UrlError append_host(std::string_view input, std::string& out) {
  if (input.starts_with('[')) {
    if (!input.ends_with(']')) return UrlError::kBadIpv6;
    const std::optional<Ipv6> address = ipv6_address(input.substr(1, input.size() - 2));
    if (!address) return UrlError::kBadIpv6;
    append_ipv6(*address, out);
    return UrlError::kOk;
  }
  if (input.find('%') == std::string_view::npos) return append_domain(input, out);
  return append_domain(percent_decoded(input), out);
}

}  // namespace parser
