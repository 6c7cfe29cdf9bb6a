// Scripts that are written without spaces between words (Chinese, Japanese, Thai, Lao, Khmer,
// Burmese), and Korean, whose words run on into their endings. The search index takes each of their
// letters as a word of its own, so that any run of letters is found as a phrase, wherever it
// stands: what is looked for is spaced in the same way as what was indexed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storage {

bool is_unspaced(char32_t letter);

// Bytes at the start of `text` that hold no such letter. Looks once at each byte, and closer only
// at characters of three bytes and more.
std::size_t spaced_prefix(std::string_view text);

// `text` with each such letter standing alone between spaces: "使用Python" is "使 用 Python". It is
// `text` itself where there is none, else a copy in `storage`.
std::string_view spaced(std::string_view text, std::string& storage);

}  // namespace storage
