// Names of files for URLs: what `weft export mirror` and `sitemap` call what they write.
//
// URLs are untrusted. So a name is printable ASCII without the characters that file systems
// reserve; it cannot lead out of the folder, be hidden, or look like an option; its length is
// bounded; and where two URLs would have the same name, or one the name of another's folder, the
// later one gets a suffix. Which one is later depends only on the order of the calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace storage {

// Bytes of one name. File systems take 255; this leaves room for a mark.
inline constexpr std::size_t kLongestName = 180;
// Bytes of all names of one file together: others must prefix it, and systems take 4,096.
inline constexpr std::size_t kLongestNames = 1024;

// One name for any text, never empty. A '?' becomes '@'.
std::string safe_name(std::string_view text);

class FileNames {
 public:
  FileNames();

  // Folders and at last the file for a URL: its host, its path, and "@query". Percent-encoding
  // stays; "index.html" where the path ends in a slash.
  std::vector<std::string> of_url(std::string_view url);
  // A unique folder at the top.
  std::string of_host(std::string_view origin);
  // Reserves a name at the top.
  void reserve(std::string_view name);

 private:
  enum class Kind { kFolder, kFile };
  std::string claim(const std::string& folder, const std::string& name, Kind kind,
                    std::string_view owner);

  Database scratch_;
  Statement find_, add_;
};

}  // namespace storage
