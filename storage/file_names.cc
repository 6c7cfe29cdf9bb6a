#include "storage/file_names.h"

#include <fmt/format.h>

#include <utility>

#include "parser/ascii.h"
#include "storage/sha1.h"
#include "storage/url_parts.h"

namespace storage {
namespace {

// Folders below a host; a URL that has more is a trap's.
constexpr std::size_t kMostFolders = 32;
// An ending that is kept when a name is cut or marked: ".html", ".tar".
constexpr std::size_t kLongestEnding = 16;
// Where URLs lie whose own folders would be too many or too long.
constexpr std::string_view kElsewhere = "%long";

std::string_view ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 || name.size() - dot > kLongestEnding
             ? std::string_view()
             : name.substr(dot);
}

// "page~1a2b3c4d.html"
std::string marked(std::string_view name, std::string_view owner) {
  const std::string_view ending = ending_of(name);
  name.remove_suffix(ending.size());
  return fmt::format("{}~{}{}", name, short_hash(owner), ending);
}

std::string host_name(const UrlParts& parts) {
  return safe_name(parts.port.empty() ? std::string(parts.host)
                                      : fmt::format("{}+{}", parts.host, parts.port));
}

}  // namespace

std::string safe_name(std::string_view text) {
  constexpr std::string_view kKept =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()+,;=@%#^[]{}";
  std::string name;
  for (const char c : text) {
    const bool first = name.empty();
    if (c == '?')
      name += '@';
    else if (kKept.find(c) == std::string_view::npos || (first && (c == '.' || c == '-')))
      parser::append_percent(name, static_cast<unsigned char>(c));
    else
      name += c;
  }
  if (name.empty()) return "_";
  if (name.size() <= kLongestName) return name;
  const std::string ending(ending_of(name));
  return marked(name.substr(0, kLongestName - ending.size()) + ending, text);
}

FileNames::FileNames()
    : scratch_([] {
        Database scratch = Database::scratch();
        scratch.execute("CREATE TABLE names (name TEXT PRIMARY KEY, folder INTEGER) WITHOUT ROWID");
        return scratch;
      }()),
      find_(scratch_, "SELECT folder FROM names WHERE name = ?"),
      add_(scratch_, "INSERT INTO names VALUES (?, ?)") {}

void FileNames::reserve(std::string_view name) { claim("", std::string(name), Kind::kFile, name); }

std::string FileNames::of_host(std::string_view origin) {
  return claim("", host_name(parts_of(origin)), Kind::kFile, origin);
}

std::vector<std::string> FileNames::of_url(std::string_view url) {
  const UrlParts parts = parts_of(url);
  const std::size_t last = parts.path.rfind('/');  // where the file's own name begins
  std::string_view folders = parts.path.substr(0, last == std::string_view::npos ? 0 : last);
  std::string file(last == std::string_view::npos ? parts.path : parts.path.substr(last + 1));
  if (file.empty()) file = "index.html";
  if (!parts.query.empty()) (file += '?') += parts.query;
  file = safe_name(file);

  std::vector<std::string> wanted{host_name(parts)};
  std::size_t bytes = wanted[0].size() + file.size();
  while (!folders.empty() && wanted.size() <= kMostFolders && bytes <= kLongestNames) {
    folders.remove_prefix(1);  // its slash
    const std::size_t slash = folders.find('/');
    wanted.push_back(safe_name(folders.substr(0, slash)));
    bytes += wanted.back().size();
    folders = slash == std::string_view::npos ? std::string_view() : folders.substr(slash);
  }
  if (!folders.empty() || bytes > kLongestNames) wanted = {wanted[0], std::string(kElsewhere)};

  std::vector<std::string> names;
  std::string folder;
  for (const std::string& name : wanted) {
    names.push_back(claim(folder, name, Kind::kFolder, name));
    (folder += names.back()) += '/';
  }
  names.push_back(claim(folder, file, Kind::kFile, url));
  return names;
}

// Ends: each further attempt needs one more name that is taken already, and these are finite.
std::string FileNames::claim(const std::string& folder, const std::string& name, Kind kind,
                             std::string_view owner) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    std::string chosen =
        attempt == 0 ? name : marked(name, fmt::format("{}/{}{}", folder, owner, attempt));
    const std::string key = folder + chosen;
    find_.bind(1, key);
    const bool taken = find_.step();
    const bool by_folder = taken && find_.column_int(0) == 1;
    find_.reset();
    if (by_folder && kind == Kind::kFolder) return chosen;
    if (taken) continue;
    add_.bind(1, key).bind(2, std::int64_t{kind == Kind::kFolder ? 1 : 0}).run();
    return chosen;
  }
}

}  // namespace storage
