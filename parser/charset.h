// A response body as UTF-8: finds the encoding that it is in and decodes it, as browsers do.
//
// In order of trust: a byte order mark, the header's charset, the page's own <meta>, and what the
// bytes look like. Decoded by ICU, whose tables are in its library: no file is opened. Bytes that
// do not belong become U+FFFD. One decoder a thread.
#pragma once

#include <memory>
#include <string_view>

namespace parser {

class CharsetDecoder {
 public:
  CharsetDecoder();
  ~CharsetDecoder();
  CharsetDecoder(const CharsetDecoder&) = delete;
  CharsetDecoder& operator=(const CharsetDecoder&) = delete;

  struct Decoded {
    std::string_view text;     // UTF-8, without a byte order mark; valid until the next decode()
    std::string_view charset;  // the Encoding Standard's name; lives for ever
  };

  // A body that is UTF-8 already is not copied: `text` is then a view into it.
  Decoded decode(std::string_view body, std::string_view content_type);

  // Makes ICU load all that decode() can need, so that it works where no file may be opened.
  void warm_up();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parser
