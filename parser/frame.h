// The bytes in which a worker's answers travel: values as they stand in memory, since both ends are
// one build on one machine, and strings by their length. page_codec.cc and sitemap_codec.cc say
// what stands in them.
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
  bool take(Value& value) {
    if (rest_.size() < sizeof value) return false;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return true;
  }

  bool take(std::string_view& text, std::size_t bytes, std::size_t limit) {
    if (bytes > limit || bytes > rest_.size()) return false;
    text = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return true;
  }

  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

// What the crawl may take for a normalized URL: all in printable ASCII, and http or https. The
// whole of the URL Standard is not checked again; a host or path that is wrong fails to be fetched.
inline bool looks_normalized(std::string_view url) {
  unsigned char wrong = 0;
  for (const char c : url) wrong |= static_cast<unsigned char>(c <= ' ') | (c == '\x7F');
  return wrong == 0 && (url.starts_with("http://") || url.starts_with("https://"));
}

}  // namespace parser
