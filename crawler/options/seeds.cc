#include "crawler/options/seeds.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "storage/table.h"

namespace crawler {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// What is wrong with `text`, for people; "" if nothing is.
std::string parse_seed(std::string_view text, parser::Url& url) {
  const parser::UrlError error = url.parse(text);
  return error == parser::UrlError::kOk ? "" : describe(error, text);
}

// Reads up to the line's end; what is beyond kMaxSeedLine is read past and `cut` set.
bool read_line(std::istream& in, std::string& line, bool& cut) {
  line.clear();
  cut = false;
  std::streambuf& bytes = *in.rdbuf();
  int byte = bytes.sbumpc();
  if (byte == std::char_traits<char>::eof()) return false;
  for (; byte != std::char_traits<char>::eof() && byte != '\n'; byte = bytes.sbumpc()) {
    if (line.size() < kMaxSeedLine)
      line += static_cast<char>(byte);
    else
      cut = true;
  }
  return true;
}

}  // namespace

void read_seeds(std::istream& in, std::string_view name, std::vector<parser::Url>& seeds,
                const Complain& complain) {
  std::string line;
  parser::Url url;
  bool cut = false;
  for (std::size_t number = 1; read_line(in, line, cut); ++number) {
    std::string_view text = line;
    if (number == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
    if (text.empty() || text.front() == '#') continue;
    const std::string wrong =
        cut ? "longer than " + std::to_string(kMaxSeedLine) + " bytes" : parse_seed(text, url);
    if (wrong.empty())
      seeds.push_back(url);
    else
      complain(std::string(name) + ":" + std::to_string(number) + ": " +
               storage::printable(text.substr(0, 200)) + ": " + wrong);
  }
}

std::vector<parser::Url> gather_seeds(const std::vector<std::string>& arguments,
                                      const Complain& complain) {
  std::vector<parser::Url> seeds;
  for (const std::string& argument : arguments) {
    if (argument == "-") {
      read_seeds(std::cin, "standard input", seeds, complain);
    } else if (argument.find("://") != std::string::npos) {
      parser::Url url;
      const std::string wrong = parse_seed(argument, url);
      if (wrong.empty())
        seeds.push_back(std::move(url));
      else
        complain(storage::printable(argument) + ": " + wrong);
    } else {
      std::error_code ignored;
      if (std::filesystem::is_directory(argument, ignored))
        throw std::runtime_error(argument + " is a folder, not a list of seeds");
      std::ifstream file(argument, std::ios::binary);
      if (!file)
        throw std::runtime_error(
            fmt::format("cannot read the seeds in {}: {} (a URL begins with http:// or https://)",
                        storage::printable(argument), std::strerror(errno)));
      read_seeds(file, argument, seeds, complain);
      if (file.bad()) throw std::runtime_error("cannot read " + argument + " to its end");
    }
  }
  return seeds;
}

}  // namespace crawler
