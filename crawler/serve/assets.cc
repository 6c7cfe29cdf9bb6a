#include "crawler/serve/assets.h"

#include <algorithm>
#include <array>
#include <utility>

namespace crawler {

const Asset* find_asset(std::string_view path) {
  if (!path.starts_with('/')) return nullptr;
  const std::string_view name = path == "/" ? "index.html" : path.substr(1);
  const auto found = std::find_if(assets().begin(), assets().end(),
                                  [name](const Asset& asset) { return asset.name == name; });
  return found == assets().end() ? nullptr : &*found;
}

std::string_view media_type(const Asset& asset) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes{
      {{".html", "text/html; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".ico", "image/x-icon"}}};
  for (const auto& [end, type] : kTypes)
    if (asset.name.ends_with(end)) return type;
  return "application/octet-stream";
}

}  // namespace crawler
