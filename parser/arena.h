// Memory for one page's document tree: taken piece by piece from one reserved region, given back
// all at once by reset().
//
// gumbo asks for about 25 small blocks an element and would free each of them by a recursive walk;
// here an allocation is an addition and freeing is nothing, and no page can take more than the
// region holds. Not for threads to share.
#pragma once

#include <cstddef>

namespace parser {

// Address space of one arena. gumbo takes about 200 bytes an element and 13 bytes a byte of an
// ordinary page: 16 MiB of the densest markup seen stays below, and what does not is an attack.
inline constexpr std::size_t kArenaBytes = 768u << 20;
// Resident memory that reset() keeps for the next page. The largest manual pages take 28 MB, and
// taking the pages back from the kernel each time costs a tenth of the parse.
inline constexpr std::size_t kArenaKeptBytes = 32u << 20;

class Arena {
 public:
  // `out_of_memory` is called where the region is used up, and must not return. Throws
  // std::bad_alloc where the address space cannot be had.
  explicit Arena(void (*out_of_memory)());
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned for pointers and integers of up to 8 bytes, all that gumbo stores: rounding to 16
  // takes a sixth more memory and 2 % more time.
  void* allocate(std::size_t bytes) {
    if (bytes > static_cast<std::size_t>(end_ - next_)) out_of_memory_();
    char* const block = next_;
    next_ += (bytes + 7) & ~std::size_t{7};
    return block;
  }
  // Drops every block.
  void reset();

 private:
  void (*const out_of_memory_)();
  char* begin_;
  char* end_;
  char* next_;
};

}  // namespace parser
