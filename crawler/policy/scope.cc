#include "crawler/policy/scope.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <iterator>
#include <set>
#include <stdexcept>

namespace crawler {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"host", "origin", "prefix", "any"};

// Looked up by views, so that a check allocates nothing.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using TextSet = boost::unordered_flat_set<std::string, TextHash, std::equal_to<>>;

// Prefixes of paths, none of which is a prefix of another: so the only one that can be a prefix of
// a path is the greatest that is not above it.
class Prefixes {
 public:
  void add(std::string_view prefix) {
    if (cover(prefix)) return;
    auto below = prefixes_.lower_bound(prefix);
    while (below != prefixes_.end() && below->starts_with(prefix)) below = prefixes_.erase(below);
    prefixes_.emplace_hint(below, prefix);
  }

  bool cover(std::string_view path) const {
    const auto above = prefixes_.upper_bound(path);
    return above != prefixes_.begin() && path.starts_with(*std::prev(above));
  }

 private:
  std::set<std::string, std::less<>> prefixes_;
};

using Patterns = std::vector<std::unique_ptr<RE2>>;

Patterns compile(std::string_view option, const std::vector<std::string>& patterns) {
  RE2::Options options;
  options.set_log_errors(false);
  Patterns compiled;
  for (const std::string& pattern : patterns) {
    compiled.push_back(std::make_unique<RE2>(pattern, options));
    if (!compiled.back()->ok())
      throw std::invalid_argument(std::string(option) + " '" + pattern +
                                  "': " + compiled.back()->error());
  }
  return compiled;
}

// The first that matches, or null.
const RE2* match(const Patterns& patterns, std::string_view url) {
  const re2::StringPiece text(url.data(), url.size());  // Debian 13's takes no std::string_view
  for (const auto& pattern : patterns)
    if (RE2::PartialMatch(text, *pattern)) return pattern.get();
  return nullptr;
}

}  // namespace

struct Scope::State {
  Kind kind;
  std::uint16_t max_depth;
  Patterns include;
  Patterns exclude;
  TextSet seeds;
  TextSet places;  // hosts or origins, by the kind
  boost::unordered_flat_map<std::string, Prefixes, TextHash, std::equal_to<>>
      prefixes;  // by origin

  bool in_scope(const parser::Url& url, Role role) const {
    switch (kind) {
      case Kind::kHost:
        return places.contains(url.host());
      case Kind::kOrigin:
        return places.contains(url.origin());
      case Kind::kPrefix: {
        const auto found = prefixes.find(url.origin());
        return found != prefixes.end() &&
               (role == Role::kSitemap || found->second.cover(url.path()));
      }
      case Kind::kAny:
        break;
    }
    return true;
  }
};

Scope::Scope(const Options& options)
    : state_(new State{options.kind,
                       options.max_depth,
                       compile("--include", options.include),
                       compile("--exclude", options.exclude),
                       {},
                       {},
                       {}}) {}
Scope::~Scope() = default;
Scope::Scope(Scope&&) noexcept = default;
Scope& Scope::operator=(Scope&&) noexcept = default;

void Scope::add_seed(const parser::Url& seed) {
  state_->seeds.emplace(seed.identity());
  switch (state_->kind) {
    case Kind::kHost:
      state_->places.emplace(seed.host());
      break;
    case Kind::kOrigin:
      state_->places.emplace(seed.origin());
      break;
    case Kind::kPrefix: {
      const std::string_view path = seed.path();
      state_->prefixes[std::string(seed.origin())].add(path.substr(0, path.rfind('/') + 1));
      break;
    }
    case Kind::kAny:
      break;
  }
}

storage::Reason Scope::check(const parser::Url& url, std::uint16_t depth, Role role) const {
  const std::string_view identity = url.identity();
  if (state_->seeds.contains(identity)) return storage::Reason::kNone;
  if (!state_->in_scope(url, role)) return storage::Reason::kOutOfScope;
  if (match(state_->exclude, identity) != nullptr) return storage::Reason::kExcluded;
  if (role == Role::kPage && !state_->include.empty() &&
      match(state_->include, identity) == nullptr)
    return storage::Reason::kNotIncluded;
  if (depth > state_->max_depth) return storage::Reason::kTooDeep;
  return storage::Reason::kNone;
}

std::string Scope::rule(const parser::Url& url, std::uint16_t depth, Role role) const {
  const std::string_view identity = url.identity();
  if (state_->seeds.contains(identity)) return "a seed";
  const auto typed = [](std::string_view option, const RE2* pattern) {
    return std::string(option) + " '" + pattern->pattern() + "'";
  };
  switch (check(url, depth, role)) {
    case storage::Reason::kExcluded:
      return typed("--exclude", match(state_->exclude, identity));
    case storage::Reason::kNotIncluded: {
      std::string rules;
      for (const auto& pattern : state_->include)
        rules += (rules.empty() ? "" : " ") + typed("--include", pattern.get());
      return rules;
    }
    case storage::Reason::kTooDeep:
      return "--depth " + std::to_string(state_->max_depth);
    default:
      break;
  }
  return "--scope " + std::string(to_string(state_->kind));
}

std::string_view to_string(Scope::Kind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::optional<Scope::Kind> scope_from(std::string_view word) {
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    if (kKinds[i] == word) return static_cast<Scope::Kind>(i);
  return std::nullopt;
}

}  // namespace crawler
