// The page of `weft serve`: the files of crawler/serve/, built into the program.
#pragma once

#include <string_view>
#include <vector>

namespace crawler {

struct Asset {
  std::string_view name;  // "app.js"
  std::string_view bytes;
};

// In no order. Defined in a source that embed.cmake writes.
const std::vector<Asset>& assets();

// What is served at `path`: "/" is index.html. Null where there is nothing.
const Asset* find_asset(std::string_view path);

// For the Content-Type, by the name's end.
std::string_view media_type(const Asset& asset);

}  // namespace crawler
