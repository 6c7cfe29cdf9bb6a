// Seed lists: one URL a line. Blank lines, lines that begin with '#', a byte order mark and Windows
// line ends are ignored. A line that is not an http(s) URL is reported, and the others are used.
#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"

namespace crawler {

// Longest line that is looked at, in bytes: a URL of the longest kind, percent-encoded.
inline constexpr std::size_t kMaxSeedLine = 3 * parser::kMaxUrlLength;

// `complaint`: "seeds.txt:3: mailto:x: ...", one line without its end.
using Complain = std::function<void(const std::string& complaint)>;

// Appends the URLs of a list to `seeds`. `name` stands in complaints.
void read_seeds(std::istream& in, std::string_view name, std::vector<parser::Url>& seeds,
                const Complain& complain);

// Appends what the command line's arguments say: a URL where one has a scheme, standard input for
// "-", else a file. Throws std::runtime_error for a file that cannot be read.
std::vector<parser::Url> gather_seeds(const std::vector<std::string>& arguments,
                                      const Complain& complain);

}  // namespace crawler
