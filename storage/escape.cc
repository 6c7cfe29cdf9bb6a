#include "storage/escape.h"

#include "parser/ascii.h"
#include "parser/utf8.h"

namespace storage {
namespace {

// https://www.w3.org/TR/xml/#charsets; UTF-8 holds no surrogates.
bool is_xml(char32_t value) {
  return value >= 0x20 ? value != 0xfffe && value != 0xffff
                       : value == '\t' || value == '\n' || value == '\r';
}

std::string encoded(std::string_view text, char lowest) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < static_cast<unsigned char>(lowest) || byte == 0x7f)
      parser::append_percent(out, byte);
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (parser::CodePoint next; !text.empty(); text.remove_prefix(next.bytes)) {
    next = parser::next_code_point(text);
    if (!next.valid || !is_xml(next.value)) {
      out += parser::kReplacementText;
      continue;
    }
    switch (next.value) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      case '\r':  // a parser would take it for a line's end
        out += "&#13;";
        break;
      default:
        out += text.substr(0, next.bytes);
    }
  }
  return out;
}

std::string one_line(std::string_view text) { return encoded(text, ' '); }
std::string one_word(std::string_view text) { return encoded(text, '!'); }

}  // namespace storage
