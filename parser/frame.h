// The bytes in which a worker's answers travel: values as they are in memory, since both ends are
// one build on one machine, and strings by their length. document.cc, page_codec.cc and
// sitemap_codec.cc define what is in them.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

namespace parser {

template <class Value>
void append_value(std::string& out, const Value& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Takes values and strings off the front of a frame, never past its end.
class FrameReader {
 public:
  explicit FrameReader(std::string_view frame) : rest_(frame) {}

  template <class Value>
  [[nodiscard]] bool take(Value& value) {
    if (rest_.size() < sizeof value) return false;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return true;
  }

  [[nodiscard]] bool take(std::string_view& text, std::size_t bytes, std::size_t limit) {
    if (bytes > limit || bytes > rest_.size()) return false;
    text = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return true;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// Printable ASCII that begins with http:// or https://: what the crawl requires of a URL in a
// frame. The whole of the URL Standard is not checked again; a host or path that is wrong fails to
// be fetched.
[[nodiscard]] inline bool is_http_ascii(std::string_view url) {
  unsigned char wrong = 0;
  for (const char c : url) wrong |= static_cast<unsigned char>(c <= ' ') | (c == '\x7F');
  return wrong == 0 && (url.starts_with("http://") || url.starts_with("https://"));
}

}  // namespace parser
