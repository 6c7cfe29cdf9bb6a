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
// than other text.
constexpr std::size_t kMaxShingleBytes = 1024;

// Counts, for each of 64 bits, how many hashes have it set. The low bits of all 64 counts lie in
// one plane, the next ones in another ...: adding a hash is then a few operations on whole words,
// and the wide counters are touched once in 255 hashes.
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

// Sets starts[i] to 1 where a word begins at text[i], to 0 elsewhere: after a space, or at the
// first byte of a character in U+3000 to U+DFFF. text[-1] is the byte before. Without branches too:
// one a word would be mispredicted.
void mark_words(const unsigned char* text, std::size_t bytes, unsigned char* starts) {
  for (std::size_t i = 0; i < bytes; ++i) {
    const bool after_space = (text[i - 1] == ' ') & (text[i] != ' ');
    const bool unspaced = (text[i] >= 0xE3) & (text[i] <= 0xED);
    starts[i] = static_cast<unsigned char>(after_space | unspaced);
  }
}

}  // namespace

std::uint64_t simhash(std::string_view text) {
  // [0, kept) of `block` is the unfinished shingle of the round before; `starts` are offsets of the
  // words in it. A byte of room in front is there for mark_words() to look back at.
  std::array<unsigned char, 1 + kMaxShingleBytes + kBlockBytes> room;
  unsigned char* const block = room.data() + 1;
  std::array<unsigned char, kBlockBytes> marks;
  std::array<std::uint32_t, kBlockBytes + kWordsPerShingle + 1> starts;
  std::size_t kept = 0;
  std::size_t words = 0;  // in `starts`
  BitVotes votes;
  bool voted = false;
  block[-1] = ' ';

  const auto vote = [&](std::size_t begin, std::size_t end) {
    if (end - begin > kMaxShingleBytes) begin = end - kMaxShingleBytes;
    votes.add(XXH3_64bits(block + begin, end - begin));
    voted = true;
  };

  for (std::size_t at = 0; at < text.size();) {
    const std::size_t count = std::min(kBlockBytes, text.size() - at);
    fold(text.data() + at, count, block + kept);
    at += count;
    const std::size_t end = kept + count;
    mark_words(block + kept, count, marks.data());
    for (std::size_t i = 0; i < count; ++i) {
      starts[words] = static_cast<std::uint32_t>(kept + i);
      words += marks[i];
    }
    // A shingle is complete once the word after it has begun. What is not is kept, as far as it can
    // count.
    const std::size_t shingles = words > kWordsPerShingle ? words - kWordsPerShingle : 0;
    for (std::size_t i = 0; i < shingles; ++i) vote(starts[i], starts[i + kWordsPerShingle]);
    std::size_t from = shingles > 0 ? starts[shingles] : 0;
    if (end - from > kMaxShingleBytes) from = end - kMaxShingleBytes;
    kept = end - from;
    std::memmove(block, block + from, kept);
    words -= shingles;
    for (std::size_t i = 0; i < words; ++i) {
      const std::size_t start = starts[shingles + i];
      starts[i] = start > from ? static_cast<std::uint32_t>(start - from) : 0;
    }
  }
  // The last words: a space closes them, so that they hash as they would in the middle of a text.
  if (words > 0) {
    if (block[kept - 1] != ' ') block[kept++] = ' ';
    vote(starts[0], kept);
  }
  return voted ? votes.majority() : 0;
}

}  // namespace parser
