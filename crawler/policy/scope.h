// Which URLs the crawl takes: near enough to a seed (--scope), and by the patterns of --include and
// --exclude and by --depth.
//
// Built once from the options and the seeds, then asked per new URL on the engine's thread; a check
// costs a hash and the patterns, whatever the number of seeds. Patterns are RE2's, which match in
// time linear in the URL: URLs are untrusted input.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"
#include "storage/outcome.h"

namespace crawler {

inline constexpr std::uint16_t kNoDepthLimit = std::numeric_limits<std::uint16_t>::max();

class Scope {
 public:
  // Relative to any of the seeds.
  enum class Kind : std::uint8_t {
    kHost,    // the same host name, by any scheme and port
    kOrigin,  // the same scheme, host and port
    kPrefix,  // the seed's URL up to the last '/' of its path, and all below
    kAny,
  };

  // What a URL is asked about as. A sitemap is no page: it may stand anywhere on a seed's host or
  // origin, above the seed's folder too, and --include does not count for it.
  enum class Role : std::uint8_t { kPage, kSitemap };

  struct Options {
    Kind kind = Kind::kHost;
    std::vector<std::string> include{};  // at least one must match, if there are any
    std::vector<std::string> exclude{};  // none may match
    std::uint16_t max_depth = kNoDepthLimit;
  };

  // Throws std::invalid_argument, with the pattern and what is wrong with it, for one that RE2
  // refuses.
  explicit Scope(const Options& options);
  ~Scope();
  Scope(Scope&&) noexcept;
  Scope& operator=(Scope&&) noexcept;

  void add_seed(const parser::Url& seed);

  // Why the URL is not to be fetched, or kNone. The first that holds, in this order: kOutOfScope,
  // kExcluded, kNotIncluded, kTooDeep. A seed itself is always taken. Patterns match anywhere in
  // the URL, its fragment left off.
  storage::Reason check(const parser::Url& url, std::uint16_t depth, Role role = Role::kPage) const;
  // The option that decides what check() answers, as it would be typed: "--scope host",
  // "--exclude 'x'"; "a seed" where none is asked.
  std::string rule(const parser::Url& url, std::uint16_t depth, Role role = Role::kPage) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "host", "origin", "prefix", "any".
std::string_view to_string(Scope::Kind kind);
[[nodiscard]] std::optional<Scope::Kind> scope_from(std::string_view word);

}  // namespace crawler
