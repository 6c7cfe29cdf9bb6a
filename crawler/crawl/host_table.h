// The hosts and origins that a crawl has met, by id and by name. Part of the Frontier.
//
// Ids are given in order of discovery from 1. Untrusted pages choose the names, so they are hashed
// with a seed (seen_set.h). References hold for as long as the table does.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <deque>
#include <string_view>

#include "crawler/crawl/host.h"
#include "crawler/crawl/place.h"
#include "crawler/crawl/seen_set.h"
#include "parser/url.h"

namespace crawler {

class HostTable {
 public:
  // `seen` outlives the table and hashes for it.
  explicit HostTable(const SeenSet& seen);
  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  // Of a URL; what is new is added.
  [[nodiscard]] Place place_of(const parser::Url& url);

  // What the file knows: hosts before their origins.
  void restore_host(HostId id, std::string_view name);
  void restore_origin(OriginId id, HostId host, std::string_view origin);

  Host& host(HostId id) { return hosts_.at(index(id)); }
  const Host& host(HostId id) const { return hosts_.at(index(id)); }
  Origin& origin(OriginId id) { return origins_.at(index(id)); }
  const Origin& origin(OriginId id) const { return origins_.at(index(id)); }

  std::uint64_t hosts() const { return host_ids_.size(); }
  HostId last_host() const { return static_cast<HostId>(hosts_.size()); }

 private:
  static std::size_t index(storage::Id auto id) { return to_number(id) - std::size_t{1}; }
  static std::string_view name_of(const Host& host) { return host.name; }
  static std::string_view name_of(const Origin& origin) { return origin.text; }

  // A set of ids that is looked up by name.
  template <storage::Id Id, class Item>
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    const std::deque<Item>* items;
    const SeenSet* seen;
    std::size_t operator()(std::string_view name) const { return seen->fingerprint(name); }
    std::size_t operator()(Id id) const { return (*this)(name_of((*items)[index(id)])); }
  };
  template <storage::Id Id, class Item>
  struct Equal {
    using is_transparent = void;
    const std::deque<Item>* items;
    bool operator()(Id a, Id b) const { return a == b; }
    bool operator()(std::string_view a, Id b) const { return a == name_of((*items)[index(b)]); }
    bool operator()(Id a, std::string_view b) const { return (*this)(b, a); }
  };
  template <storage::Id Id, class Item>
  using Ids = boost::unordered_flat_set<Id, Hash<Id, Item>, Equal<Id, Item>>;

  std::deque<Host> hosts_;      // by id, from 1
  std::deque<Origin> origins_;  // by id, from 1
  Ids<HostId, Host> host_ids_;
  Ids<OriginId, Origin> origin_ids_;
};

}  // namespace crawler
