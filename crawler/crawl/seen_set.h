// Which URLs the crawl has met: a 64-bit fingerprint of each, and its id. Part of the Frontier.
//
// 17 bytes a slot, so 20 to 39 a URL, by how full the table is; no URL is kept. The fingerprint is
// seeded, so that nobody can prepare two URLs that share one.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string_view>

#include "storage/records.h"

namespace crawler {

class SeenSet {
 public:
  struct Seen {
    storage::UrlId id = storage::kNoUrl;
    // Of a URL that was skipped as too deep: the least depth at which it was found. Found at a
    // lesser one, it is judged again.
    std::uint16_t depth = 0;
    bool too_deep = false;
  };

  // `seed` 0: drawn at random.
  explicit SeenSet(std::uint64_t seed);

  std::uint64_t fingerprint(std::string_view url) const;

  // Null where it is new. Holds until the next insert().
  Seen* find(std::uint64_t fingerprint);
  void insert(std::uint64_t fingerprint, Seen seen) { map_.emplace(fingerprint, seen); }
  std::size_t size() const { return map_.size(); }

 private:
  // A fingerprint is already as good a hash as there is.
  struct Identity {
    using is_avalanching = void;
    std::size_t operator()(std::uint64_t value) const { return value; }
  };

  const std::uint64_t seed_;
  boost::unordered_flat_map<std::uint64_t, Seen, Identity> map_;
};

}  // namespace crawler
