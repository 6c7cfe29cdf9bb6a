#include "crawler/policy/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace crawler {
namespace {

using storage::Reason;
using testing::HasSubstr;

parser::Url parse(std::string_view text) {
  parser::Url url;
  EXPECT_EQ(url.parse(text), parser::UrlError::kOk) << text;
  return url;
}

Scope make(Scope::Options options, const std::vector<std::string>& seeds) {
  Scope scope(options);
  for (const std::string& seed : seeds) scope.add_seed(parse(seed));
  return scope;
}

Reason check(const Scope& scope, std::string_view url, std::uint16_t depth = 1) {
  return scope.check(parse(url), depth);
}

TEST(Scope, HostTakesTheSameHostNameByAnySchemeAndPort) {
  const Scope scope = make({.kind = Scope::Kind::kHost}, {"https://a.example/x/y"});
  EXPECT_EQ(check(scope, "https://a.example/"), Reason::kNone);
  EXPECT_EQ(check(scope, "http://a.example:8080/z"), Reason::kNone);
  EXPECT_EQ(check(scope, "https://www.a.example/"), Reason::kOutOfScope);
  EXPECT_EQ(check(scope, "https://b.example/a.example"), Reason::kOutOfScope);
}

TEST(Scope, OriginTakesTheSameSchemeHostAndPort) {
  const Scope scope = make({.kind = Scope::Kind::kOrigin}, {"http://a.example:8080/x/y"});
  EXPECT_EQ(check(scope, "http://a.example:8080/z"), Reason::kNone);
  EXPECT_EQ(check(scope, "http://a.example/z"), Reason::kOutOfScope);
  EXPECT_EQ(check(scope, "https://a.example:8080/z"), Reason::kOutOfScope);
}

TEST(Scope, PrefixTakesWhatLiesBelowTheSeedsFolder) {
  const Scope scope =
      make({.kind = Scope::Kind::kPrefix}, {"https://a.example/manual/index.html?v=1/2"});
  EXPECT_EQ(check(scope, "https://a.example/manual/"), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/manual/part/1?q"), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/manual"), Reason::kOutOfScope);
  EXPECT_EQ(check(scope, "https://a.example/manual2/x"), Reason::kOutOfScope);
  EXPECT_EQ(check(scope, "https://a.example/"), Reason::kOutOfScope);
  EXPECT_EQ(check(scope, "http://a.example/manual/"), Reason::kOutOfScope);
}

TEST(Scope, PrefixesOfSeveralSeedsInOneAnotherWork) {
  for (const std::vector<std::string>& seeds :
       {std::vector<std::string>{"https://a.example/a/", "https://a.example/a/b/c/",
                                 "https://a.example/a-b/", "https://a.example/z/"},
        std::vector<std::string>{"https://a.example/z/", "https://a.example/a-b/",
                                 "https://a.example/a/b/c/", "https://a.example/a/"}}) {
    const Scope scope = make({.kind = Scope::Kind::kPrefix}, seeds);
    EXPECT_EQ(check(scope, "https://a.example/a/b/x"), Reason::kNone);
    EXPECT_EQ(check(scope, "https://a.example/a/z"), Reason::kNone);
    EXPECT_EQ(check(scope, "https://a.example/a-b/x"), Reason::kNone);
    EXPECT_EQ(check(scope, "https://a.example/z/z"), Reason::kNone);
    EXPECT_EQ(check(scope, "https://a.example/a-c/"), Reason::kOutOfScope);
    EXPECT_EQ(check(scope, "https://a.example/b/"), Reason::kOutOfScope);
  }
}

TEST(Scope, AnyTakesAll) {
  const Scope scope = make({.kind = Scope::Kind::kAny}, {"https://a.example/"});
  EXPECT_EQ(check(scope, "http://elsewhere.example/"), Reason::kNone);
}

TEST(Scope, TakesNothingWithoutSeeds) {
  for (const Scope::Kind kind : {Scope::Kind::kHost, Scope::Kind::kOrigin, Scope::Kind::kPrefix})
    EXPECT_EQ(check(make({.kind = kind}, {}), "https://a.example/"), Reason::kOutOfScope);
}

TEST(Scope, ExcludesWhatAnyPatternMatchesAnywhereInTheUrl) {
  const Scope scope =
      make({.exclude = {"logout", R"(\.pdf$)", "^http://"}}, {"https://a.example/"});
  EXPECT_EQ(check(scope, "https://a.example/user/logout?now"), Reason::kExcluded);
  EXPECT_EQ(check(scope, "https://a.example/x.pdf"), Reason::kExcluded);
  EXPECT_EQ(check(scope, "https://a.example/x.pdf#page=2"), Reason::kExcluded);
  EXPECT_EQ(check(scope, "https://a.example/x.pdf?view"), Reason::kNone);
  EXPECT_EQ(check(scope, "http://a.example/"), Reason::kExcluded);
}

TEST(Scope, IncludesWhatAtLeastOnePatternMatches) {
  const Scope scope = make({.include = {"/en/", "/de/"}}, {"https://a.example/"});
  EXPECT_EQ(check(scope, "https://a.example/en/x"), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/de/x"), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/fr/x"), Reason::kNotIncluded);
}

TEST(Scope, DepthCountsFromTheSeeds) {
  const Scope scope = make({.max_depth = 2}, {"https://a.example/"});
  EXPECT_EQ(check(scope, "https://a.example/x", 2), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/x", 3), Reason::kTooDeep);
  EXPECT_EQ(check(make({}, {"https://a.example/"}), "https://a.example/x", kNoDepthLimit),
            Reason::kNone);
}

TEST(Scope, NamesTheFirstReasonOfSeveral) {
  Scope::Options options{.include = {"yes"}, .exclude = {"no"}, .max_depth = 1};
  const Scope scope = make(options, {"https://a.example/"});
  EXPECT_EQ(check(scope, "https://b.example/no", 9), Reason::kOutOfScope);
  EXPECT_EQ(check(scope, "https://a.example/no/yes", 9), Reason::kExcluded);
  EXPECT_EQ(check(scope, "https://a.example/x", 9), Reason::kNotIncluded);
  EXPECT_EQ(check(scope, "https://a.example/yes", 9), Reason::kTooDeep);
}

TEST(Scope, ASeedIsTakenWhateverThePatternsSay) {
  const Scope scope =
      make({.include = {"never"}, .exclude = {"."}, .max_depth = 0}, {"https://a.example/x?y#z"});
  EXPECT_EQ(check(scope, "https://a.example/x?y", 0), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/x?y#other", 3), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/x", 0), Reason::kExcluded);
}

TEST(Scope, ABadPatternIsNamedWithItsReason) {
  try {
    Scope scope({.exclude = {"fine", "a(b"}});
    FAIL() << "took a bad pattern";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("--exclude 'a(b': "));
    EXPECT_THAT(error.what(), HasSubstr("missing )"));
  }
  EXPECT_THROW(Scope({.include = {"*"}}), std::invalid_argument);
}

TEST(Scope, ASitemapMayStandAboveASeedsFolderAndNoIncludeCountsForIt) {
  const Scope scope = make(
      {.kind = Scope::Kind::kPrefix, .include = {"[.]html$"}, .exclude = {"old"}, .max_depth = 1},
      {"https://a.example/docs/"});
  const auto as_sitemap = [&](std::string_view url, std::uint16_t depth = 1) {
    return scope.check(parse(url), depth, Scope::Role::kSitemap);
  };
  EXPECT_EQ(as_sitemap("https://a.example/sitemap.xml"), Reason::kNone);
  EXPECT_EQ(check(scope, "https://a.example/sitemap.xml"), Reason::kOutOfScope);
  EXPECT_EQ(as_sitemap("https://b.example/sitemap.xml"), Reason::kOutOfScope);
  EXPECT_EQ(as_sitemap("http://a.example/sitemap.xml"), Reason::kOutOfScope);
  EXPECT_EQ(as_sitemap("https://a.example/old.xml"), Reason::kExcluded);
  EXPECT_EQ(as_sitemap("https://a.example/sitemap.xml", 2), Reason::kTooDeep);
  EXPECT_EQ(scope.rule(parse("https://a.example/old.xml"), 1, Scope::Role::kSitemap),
            "--exclude 'old'");
}

// Seconds, not hours, where a pattern or a list of seeds made a check more than linear.
TEST(Scope, ManySeedsAndHostileUrlsStayCheap) {
  Scope scope({.kind = Scope::Kind::kPrefix, .exclude = {"(a*)*b$"}});
  for (int seed = 0; seed < 100'000; ++seed)
    scope.add_seed(parse("https://a.example/" + std::to_string(seed) + "/x"));
  const parser::Url inside = parse("https://a.example/99999/" + std::string(5000, 'a'));
  const parser::Url outside = parse("https://a.example/100000/");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(scope.check(inside, 1), Reason::kNone);
    ASSERT_EQ(scope.check(outside, 1), Reason::kOutOfScope);
  }
}

TEST(Scope, WordsAreThoseOfTheOption) {
  for (const char* word : {"host", "origin", "prefix", "any"})
    EXPECT_EQ(to_string(*scope_from(word)), word);
  EXPECT_FALSE(scope_from("domain"));
}

}  // namespace
}  // namespace crawler
