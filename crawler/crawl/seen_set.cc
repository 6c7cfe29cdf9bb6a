#include "crawler/crawl/seen_set.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <random>

namespace crawler {
namespace {

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

SeenSet::SeenSet(std::uint64_t seed) : seed_(seed != 0 ? seed : random_seed()) {}

std::uint64_t SeenSet::fingerprint(std::string_view url) const {
  return XXH3_64bits_withSeed(url.data(), url.size(), seed_);
}

SeenSet::Seen* SeenSet::find(std::uint64_t fingerprint) {
  const auto found = map_.find(fingerprint);
  return found == map_.end() ? nullptr : &found->second;
}

}  // namespace crawler
