// Leaves out of a page what decides nothing in its tree, so that gumbo, which handles every
// character as a token, sees a fraction of it: text runs, most attributes, scripts, style sheets,
// comments, spans around words. One pass over decoded UTF-8. The tree is the one that the whole
// page gives, but for the text and the elements that a placeholder in it stands for.
//
// A run of text becomes its leading white space and one placeholder: a private character of plane
// 16 that is the number of an entry in a table. Whoever walks the tree writes what the entry holds
// and counts the elements that it had around words.
//
// Where leaving something out would be a guess at what tree construction does, the page is given
// whole; so is one that has characters of plane 16 itself. Where a page nests deeper than
// OpenElements allows, tags are left out and the page is `is_flattened`. Keeps its memory from page
// to page; one a thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "parser/arena.h"

namespace parser {

// Text as the page has it. The byte behind it is '<', '&' or NUL, so that a reader finds its end.
struct TextPiece {
  const char* data;
  std::size_t bytes;
};

// The first byte of every placeholder, and of no other character in what condense() gives.
inline constexpr char kPlaceholderLead = '\xF4';

class Condenser {
 public:
  struct Result {
    std::string_view page;  // what gumbo is to see; valid until the next condense()
    bool is_whole = false;  // `page` is the one that was given
    bool has_placeholders = false;
    bool is_flattened = false;   // tags were left out that the tree would have had
    std::uint32_t left_out = 0;  // start tags among those
  };

  // What a placeholder stands for.
  struct Run {
    const TextPiece* begin;
    const TextPiece* end;
    std::uint32_t elements;  // that stood around words of it
  };

  Condenser();
  ~Condenser();
  Condenser(const Condenser&) = delete;
  Condenser& operator=(const Condenser&) = delete;

  // `utf8` outlives the use of the result, and so does what is taken from `arena`.
  Result condense(std::string_view utf8, Arena& arena);

  // Reads the placeholder at `at`, moves `at` behind it.
  Run expand(const char*& at) const;

 private:
  struct State;
  class Pass;
  std::unique_ptr<State> state_;
};

}  // namespace parser
