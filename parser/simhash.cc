#include "parser/simhash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace parser {
namespace {

constexpr std::size_t kWordsPerShingle = 3;
// Bytes folded and split at a time: small enough to stay in the first-level cache.
constexpr std::size_t kBlockBytes = 4096;
// A shingle is hashed by at most its last so many bytes, so that a word without end costs no more
// than other text. It must leave room in a block for one block of new text.
constexpr std::size_t kMaxShingleBytes = 1024;

// Counts, for each of 64 bits, how many hashes have it set. Eight hashes at a time would go into a
// plane of ones, of twos, of fours ...: adding one is then a few operations on whole words, and the
// 64 wide counters are touched once in 255 hashes.
class BitVotes {
 public:
  void add(std::uint64_t hash) {
    std::uint64_t carry = hash;
    for (std::uint64_t& plane : planes_) {
      const std::uint64_t next = plane & carry;
      plane ^= carry;
      carry = next;
    }
    if (++pending_ == kPlaneLimit) flush();
  }

  std::uint64_t majority() {
    flush();
    std::uint64_t result = 0;
    for (std::size_t bit = 0; bit < 64; ++bit)
      if (2 * counts_[bit] > total_) result |= std::uint64_t{1} << bit;
    return result;
  }

 private:
  static constexpr std::size_t kPlanes = 8;
  static constexpr std::size_t kPlaneLimit = (1u << kPlanes) - 1;

  void flush() {
    for (std::size_t bit = 0; bit < 64; ++bit)
      for (std::size_t plane = 0; plane < kPlanes; ++plane)
        counts_[bit] += ((planes_[plane] >> bit) & 1) << plane;
    planes_.fill(0);
    total_ += pending_;
    pending_ = 0;
  }

  std::array<std::uint64_t, kPlanes> planes_{};
  std::array<std::uint64_t, 64> counts_{};
  std::uint64_t total_ = 0;
  std::size_t pending_ = 0;
};

// Lower case, and one kind of separator. Without branches, so that it is done 16 bytes at a time.
void fold(const char* in, std::size_t bytes, unsigned char* out) {
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto c = static_cast<unsigned char>(in[i]);
    const unsigned char lower = static_cast<unsigned char>(c - 'A') < 26 ? c | 0x20 : c;
    out[i] = lower < ' ' ? ' ' : lower;
  }
}

// True for the first byte of a character in U+3000 to U+DFFF.
bool is_unspaced(unsigned char c) { return c >= 0xE3 && c <= 0xED; }

}  // namespace

std::uint64_t simhash(std::string_view text) {
  // [0, kept) of `block` is the unfinished shingle of the round before; `starts` are offsets of the
  // words in it, the last kWordsPerShingle of them at its front.
  std::array<unsigned char, kMaxShingleBytes + kBlockBytes> block;
  std::array<std::uint32_t, kBlockBytes + kWordsPerShingle + 1> starts;
  std::size_t kept = 0;
  std::size_t words = 0;  // in `starts`
  BitVotes votes;
  bool voted = false;
  unsigned char before = ' ';

  const auto vote = [&](std::size_t begin, std::size_t end) {
    if (end - begin > kMaxShingleBytes) begin = end - kMaxShingleBytes;
    votes.add(XXH3_64bits(block.data() + begin, end - begin));
    voted = true;
  };

  for (std::size_t at = 0; at < text.size();) {
    const std::size_t count = std::min(kBlockBytes, text.size() - at);
    fold(text.data() + at, count, block.data() + kept);
    at += count;
    const std::size_t end = kept + count;
    for (std::size_t i = kept; i < end; ++i) {
      const unsigned char c = block[i];
      starts[words] = static_cast<std::uint32_t>(i);
      words += static_cast<std::size_t>((before == ' ' && c != ' ') || is_unspaced(c));
      before = c;
    }
    if (words <= kWordsPerShingle) {
      // No shingle is complete. What does not fit is forgotten from the front.
      const std::size_t drop = end > kMaxShingleBytes ? end - kMaxShingleBytes : 0;
      std::memmove(block.data(), block.data() + drop, end - drop);
      for (std::size_t i = 0; i < words; ++i)
        starts[i] = starts[i] > drop ? static_cast<std::uint32_t>(starts[i] - drop) : 0;
      kept = end - drop;
      continue;
    }
    const std::size_t shingles = words - kWordsPerShingle;
    for (std::size_t i = 0; i < shingles; ++i) vote(starts[i], starts[i + kWordsPerShingle]);
    std::size_t from = starts[shingles];
    if (end - from > kMaxShingleBytes) from = end - kMaxShingleBytes;
    kept = end - from;
    std::memmove(block.data(), block.data() + from, kept);
    for (std::size_t i = 0; i < kWordsPerShingle; ++i) {
      const std::uint32_t start = starts[shingles + i];
      starts[i] = start > from ? static_cast<std::uint32_t>(start - from) : 0;
    }
    words = kWordsPerShingle;
  }
  // The last words: a space closes them, so that they hash as they would in the middle of a text.
  if (words > 0) {
    if (before != ' ' && kept < block.size()) block[kept++] = ' ';
    vote(starts[0], kept);
  }
  return voted ? votes.majority() : 0;
}

}  // namespace parser
