// weft url: each URL as weft sees it, normalized, a line a URL.
#include <unistd.h>

#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/commands/commands.h"
#include "crawler/options/binding.h"
#include "parser/url.h"
#include "storage/json_writer.h"

namespace crawler {
namespace {

using parser::Url;
using parser::UrlError;

// Bytes of a line that are read: a URL, a tab and a base, each as long as any that is looked at,
// and more, so that what is too long is seen to be.
constexpr std::streamsize kMaxLine = 3 * parser::kMaxUrlInput;

struct UrlOptions {
  std::vector<std::string> urls;
  std::string base;
  bool parts = false;
};

// Parses `input` against `base_text`, if that is not empty. A base of another scheme leaves a URL
// that needs none as it is, as in a browser.
UrlError parse(std::string_view input, std::string_view base_text, Url& url) {
  Url base;
  if (base_text.empty()) return url.parse(input);
  const UrlError base_error = base.parse(base_text);
  if (base_error != UrlError::kOk && base_error != UrlError::kUnsupportedScheme) return base_error;
  const UrlError error = url.parse(input, &base);
  const bool needs_base = error == UrlError::kNoBase || error == UrlError::kEmpty;
  return needs_base && base_error != UrlError::kOk ? base_error : error;
}

std::string json_of(const Url& url) {
  std::string text;
  storage::JsonWriter json(text);
  json.object([&] {
    json.member("href", url.href());
    json.member("identity", url.identity());
    json.member("origin", url.origin());
    json.member("scheme", url.scheme());
    json.member("host", url.host());
    json.member("port", url.port());
    json.member("path", url.path());
    json.member("query", url.query());
    json.member("fragment", url.fragment());
  });
  return text;
}

std::string json_of(UrlError error) {
  std::string text;
  storage::JsonWriter json(text);
  json.object([&] { json.member("error", to_string(error)); });
  return text;
}

void print(const UrlOptions& options, std::string_view input, std::string_view base) {
  Url url;
  const UrlError error = parse(input, base, url);
  if (error != UrlError::kOk && options.parts)
    std::cout << json_of(error) << '\n';
  else if (error != UrlError::kOk)
    std::cout << "error: " << to_string(error) << '\n';
  else if (options.parts)
    std::cout << json_of(url) << '\n';
  else
    std::cout << url.href() << '\n';
}

// Reads a line, without its end, into `room` of kMaxLine bytes; none at the end of the input. What
// is cut off a longer line makes no difference: its URL or its base is too long in any case.
std::optional<std::string_view> read_line(std::istream& in, std::string& room) {
  in.getline(room.data(), kMaxLine);
  auto size = static_cast<std::size_t>(in.gcount());
  if (size == 0) return std::nullopt;
  if (in.fail()) {
    in.clear();
    in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  } else if (!in.eof()) {
    --size;  // the newline was counted
  }
  std::string_view line = std::string_view(room).substr(0, size);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

int run_url(const UrlOptions& options) {
  for (const std::string& url : options.urls) print(options, url, options.base);
  if (options.urls.empty()) {
    std::ios::sync_with_stdio(false);
    // A person who types URLs wants each answer at once; a pipe wants speed.
    std::cin.tie(isatty(STDIN_FILENO) != 0 ? &std::cout : nullptr);
    std::string room(kMaxLine, '\0');
    while (const std::optional<std::string_view> line = read_line(std::cin, room)) {
      const std::size_t tab = line->find('\t');
      const bool has_base = tab != std::string_view::npos && tab + 1 < line->size();
      print(options, line->substr(0, tab), has_base ? line->substr(tab + 1) : options.base);
    }
  }
  if (!std::cout.flush()) throw std::runtime_error("cannot write to the standard output");
  return 0;
}

}  // namespace

Command url_command() {
  const auto options = std::make_shared<UrlOptions>();
  Command command{
      .name = "url",
      .summary =
          "Print each URL as weft sees it: normalized, or 'error: WHY'. Without arguments, "
          "reads one URL a line, its base after a tab."};
  command.options = {
      {.name = "URL",
       .fills = texts(options->urls),
       .help = "URLs to print; none: read the standard input"},
      {.name = "--base",
       .fills = text(options->base),
       .type = "URL",
       .help = "Resolve against this URL where a line has no base"},
      {.name = "--parts",
       .fills = flag(options->parts),
       .help = "Print the parts of each URL as a line of JSON"},
  };
  command.run = [options](const Command&) { return run_url(*options); };
  return command;
}

}  // namespace crawler
