#include "storage/surt.h"

#include <algorithm>
#include <vector>

#include "parser/ascii.h"
#include "storage/url_parts.h"

namespace storage {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "www.", "www2." and the like.
std::string_view without_www(std::string_view host) {
  if (!host.starts_with("www")) return host;
  const std::size_t after = host.find_first_not_of("0123456789", 3);
  return after != std::string_view::npos && host[after] == '.' ? host.substr(after + 1) : host;
}

}  // namespace

std::string surt(std::string_view url) {
  std::string lower(url);
  std::transform(lower.begin(), lower.end(), lower.begin(), parser::to_lower);
  const UrlParts parts = parts_of(lower);
  std::vector<std::string_view> labels = split(without_www(parts.host), '.');
  std::string key;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    if (label != labels.rbegin()) key += ',';
    key += *label;
  }
  if (!parts.port.empty()) (key += ':') += parts.port;
  key += ')';
  std::string_view path = parts.path;
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  key += path.empty() ? "/" : path;
  if (!parts.query.empty()) {
    std::vector<std::string_view> arguments = split(parts.query, '&');
    std::sort(arguments.begin(), arguments.end());
    for (std::size_t i = 0; i < arguments.size(); ++i) (key += i == 0 ? '?' : '&') += arguments[i];
  }
  return key;
}

}  // namespace storage
