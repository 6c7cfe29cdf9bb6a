#include "storage/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "parser/ascii.h"
#include "parser/utf8.h"

namespace storage {
namespace {

void append_control(std::string& out, unsigned char c) {
  switch (c) {
    case '\b':
      out += "\\b";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      out += "\\u00";
      parser::append_hex(out, c);
  }
}

template <class... Arguments>
void append_chars(std::string& out, Arguments... arguments) {
  std::array<char, 400> digits;  // of the longest finite double in fixed notation
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), arguments...);
  out.append(digits.data(), end.ptr);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // where the bytes begin that are still to be copied as they are
  const auto copy_until = [&](std::size_t end) { out.append(text.substr(plain, end - plain)); };
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++at;
      continue;
    }
    const parser::Utf8Step step = parser::utf8_step(text.substr(at));
    if (c >= 0x80 && step.valid) {
      at += step.bytes;
      continue;
    }
    copy_until(at);
    if (c >= 0x80)
      out += parser::kReplacementText;
    else if (c < 0x20)
      append_control(out, c);
    else
      out.append(1, '\\').append(1, text[at]);
    at += step.bytes;
    plain = at;
  }
  copy_until(text.size());
  out += '"';
}

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  // Beyond these an exponent is shorter and easier to read.
  const double size = std::abs(value);
  const bool fixed = size == 0 || (size >= 1e-4 && size < 1e15);
  const std::size_t start = out.size();
  append_chars(out, value, fixed ? std::chars_format::fixed : std::chars_format::scientific);
  if (fixed && out.find('.', start) == std::string::npos) out += ".0";
}

void JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += layout_ == JsonLayout::kCompact ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::fixed(double value, int decimals) {
  separate();
  append_chars(out_, value, std::chars_format::fixed, decimals);
}

void JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
}

void JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  follows_ = false;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (layout_ == JsonLayout::kIndented && follows_) new_line();
  out_ += bracket;
  follows_ = true;
}

// Writes what separates two members or items.
void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ > 0 && follows_) out_ += layout_ == JsonLayout::kSpaced ? ", " : ",";
  if (depth_ > 0 && layout_ == JsonLayout::kIndented) new_line();
  follows_ = true;
}

void JsonWriter::new_line() { out_.append(1, '\n').append(2 * depth_, ' '); }

void JsonWriter::text(std::string_view text) {
  separate();
  append_json_string(out_, text);
}

void JsonWriter::integer(std::int64_t value) {
  separate();
  append_chars(out_, value);
}

void JsonWriter::natural(std::uint64_t value) {
  separate();
  append_chars(out_, value);
}

void JsonWriter::number(double value) {
  separate();
  append_json_number(out_, value);
}

}  // namespace storage
