// The numbers of the hosts, origins and URLs of a crawl: given in order of discovery from 1, the
// same here as in the file. A type each, so that none is taken for another; each is the size of its
// number, and costs no more.
#pragma once

#include <concepts>
#include <cstdint>

namespace storage {

enum class HostId : std::uint32_t {};    // of a host name
enum class OriginId : std::uint32_t {};  // of a scheme, host and port
enum class UrlId : std::uint32_t {};     // 4 thousand million are more than one machine crawls

// None; also the value of an id that was not set.
inline constexpr HostId kNoHost{0};
inline constexpr OriginId kNoOrigin{0};
inline constexpr UrlId kNoUrl{0};

template <class T>
concept Id = std::same_as<T, HostId> || std::same_as<T, OriginId> || std::same_as<T, UrlId>;

// To index by, to compute ranks from, and to show.
constexpr std::uint32_t to_number(Id auto id) { return static_cast<std::uint32_t>(id); }

// The one that is discovered next.
template <Id T>
constexpr T& operator++(T& id) {
  return id = T{to_number(id) + 1};
}

}  // namespace storage
