#include "storage/archived_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "parser/ascii.h"
#include "storage/escape.h"
#include "storage/url_parts.h"

namespace storage {
namespace {

constexpr std::string_view kRenamed = "X-Crawler-";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_number(std::string_view text, std::uint64_t number) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value == number;
}

}  // namespace

std::string archived_head(std::string_view head, std::uint64_t body_bytes) {
  std::string out;
  bool renamed = false;
  bool has_length = false;
  for (bool first = true; !head.empty(); first = false) {
    const std::size_t end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (first && (line.starts_with("HTTP/2") || line.starts_with("HTTP/3"))) {
      const std::size_t status = line.find(' ');
      (out += "HTTP/1.1") += status == std::string_view::npos ? "" : line.substr(status);
    } else {
      const std::size_t colon = std::min(line.find(':'), line.size());
      const std::string_view name = line.substr(0, colon);
      const std::string_view value =
          parser::trim(line.substr(std::min(colon + 1, line.size())), is_blank);
      const bool length = parser::equals_ignoring_case(name, "content-length");
      const bool fits = length && is_number(value, body_bytes);
      const bool coded = (parser::equals_ignoring_case(name, "content-encoding") ||
                          parser::equals_ignoring_case(name, "transfer-encoding")) &&
                         !value.empty() && !parser::equals_ignoring_case(value, "identity");
      if (coded || (length && !fits)) {
        out += kRenamed;
        renamed = true;
      }
      has_length = has_length || fits;
      out += line;
    }
    out += "\r\n";
  }
  if (renamed && !has_length) out += fmt::format("Content-Length: {}\r\n", body_bytes);
  return out += "\r\n";
}

std::string request_head(std::string_view url, std::string_view user_agent,
                         std::string_view accept_encoding) {
  const UrlParts parts = parts_of(url);
  std::string head = "GET ";
  head += parts.path.empty() ? "/" : one_word(parts.path);
  if (url.substr(0, url.find('#')).find('?') != std::string_view::npos)
    (head += '?') += one_word(parts.query);
  ((head += " HTTP/1.1\r\nHost: ") += one_word(parts.authority)) += "\r\n";
  if (!user_agent.empty()) ((head += "User-Agent: ") += one_line(user_agent)) += "\r\n";
  head += "Accept: */*\r\n";
  if (!accept_encoding.empty())
    ((head += "Accept-Encoding: ") += one_line(accept_encoding)) += "\r\n";
  return head += "\r\n";
}

}  // namespace storage
