// The names that pages give to character encodings, as the WHATWG Encoding Standard lists them
// (https://encoding.spec.whatwg.org/#names-and-labels).
#pragma once

#include <string_view>

namespace parser {

struct Encoding {
  const char* name;       // the standard's: "UTF-8", "windows-1252", "Shift_JIS"
  const char* converter;  // ICU's name for the decoder that the standard asks for
};

// The encoding that `label` names ("latin1" is windows-1252, "gb2312" is GBK); null where it names
// none. Case and surrounding whitespace do not matter. Not among them: those for which the standard
// has no decoder (replacement, x-user-defined) or ICU has none (ISO-8859-16).
const Encoding* find_encoding(std::string_view label);

const Encoding& utf8_encoding();
const Encoding& windows1252_encoding();
const Encoding& utf16be_encoding();
const Encoding& utf16le_encoding();

}  // namespace parser
