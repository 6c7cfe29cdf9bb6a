#include "storage/url_parts.h"

#include <algorithm>

namespace storage {

UrlParts parts_of(std::string_view url) {
  UrlParts parts;
  url = url.substr(0, url.find('#'));
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    parts.scheme = url.substr(0, scheme);
    url.remove_prefix(scheme + 3);
  }
  const std::size_t end = std::min(url.find_first_of("/?"), url.size());
  parts.authority = url.substr(0, end);
  url.remove_prefix(end);
  // The last colon, unless it is inside an IPv6 address.
  const std::size_t colon = parts.authority.rfind(':');
  const std::size_t bracket = parts.authority.rfind(']');
  const bool port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  parts.host = parts.authority.substr(0, port ? colon : std::string_view::npos);
  if (port) parts.port = parts.authority.substr(colon + 1);
  const std::size_t query = url.find('?');
  parts.path = url.substr(0, query);
  if (query != std::string_view::npos) parts.query = url.substr(query + 1);
  return parts;
}

}  // namespace storage
