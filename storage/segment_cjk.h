// Segments text for the search index. Scripts written without spaces between words (Chinese,
// Japanese, Thai, Lao, Khmer, Burmese), and Korean, whose words have endings, are indexed letter by
// letter, so that any run of letters is found as a phrase. Queries are segmented in the same way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storage {

// Whether `letter` is of such a script.
[[nodiscard]] bool is_segmented(char32_t letter);

// Bytes at the start of `text` without such letters. Looks once at each byte, and decodes only
// characters of three bytes and more.
std::size_t unsegmented_prefix(std::string_view text);

// `text` with spaces around each such letter: "使用Python" becomes "使 用 Python". Returns `text`
// itself where it has none, else a view into `buffer`.
std::string_view segment_cjk(std::string_view text, std::string& buffer);

}  // namespace storage
