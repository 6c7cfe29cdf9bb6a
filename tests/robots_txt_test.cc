// RFC 9309, clause by clause.
#include "parser/robots_txt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace {

using parser::RobotsDecision;
using parser::RobotsTxt;
using testing::ElementsAre;
using namespace std::chrono_literals;

// Reads `body` from a buffer of its own size, so that AddressSanitizer sees one byte too far.
RobotsTxt robots(std::string_view body, std::string_view agent = "weft") {
  const auto bytes = std::make_unique<char[]>(body.size());
  body.copy(bytes.get(), body.size());
  return RobotsTxt({bytes.get(), body.size()}, agent);
}

bool allowed(std::string_view body, std::string_view target, std::string_view agent = "weft") {
  return robots(body, agent).decide(target).allowed;
}

// "allow" or "disallow", the number of the line that decided, and the line.
std::string decision(std::string_view body, std::string_view target,
                     std::string_view agent = "weft") {
  const RobotsTxt rules = robots(body, agent);
  const RobotsDecision made = rules.decide(target);
  std::string text = made.allowed ? "allow " : "disallow ";
  return text.append(std::to_string(made.line)).append(" ").append(made.rule);
}

// Whether a file of one "Disallow: `pattern`" forbids `target`.
bool matched(std::string_view pattern, std::string_view target) {
  return !allowed(std::string("User-agent: *\nDisallow: ").append(pattern).append("\n"), target);
}

// ---- 2.1 Protocol definition --------------------------------------------------------------------

TEST(Rfc9309_2_1_Protocol, NoRulesAllowEverything) {
  EXPECT_EQ(decision("", "/"), "allow 0 ");
  EXPECT_EQ(decision("\n\n# nothing\n", "/a"), "allow 0 ");
  EXPECT_TRUE(RobotsTxt().decide("/a").allowed);
}

TEST(Rfc9309_2_1_Protocol, WhatIsNoRobotsTxtAllowsEverything) {
  EXPECT_TRUE(allowed("<!DOCTYPE html><title>404</title><a href='x:y'>Disallow: /</a>", "/a"));
  EXPECT_TRUE(allowed(std::string_view("\0\xff\xfe:\0:\r:", 8), "/a"));
}

// ---- 2.2 Formal syntax --------------------------------------------------------------------------

TEST(Rfc9309_2_2_Syntax, KeysInAnyCaseAndSpacesAnywhere) {
  EXPECT_EQ(decision("\t uSeR-aGeNt \t:\t weft \n  dIsAllOw\t: \t/a \t\n", "/a"),
            "disallow 2 dIsAllOw\t: \t/a");
  EXPECT_EQ(decision("User-agent:weft\nDisallow:/a", "/a"), "disallow 2 Disallow:/a");
}

TEST(Rfc9309_2_2_Syntax, LinesEndInCrLfCrLfOrBoth) {
  for (const char* end : {"\n", "\r", "\r\n"}) {
    const std::string nl(end);
    EXPECT_EQ(decision("User-agent: *" + nl + nl + "Disallow: /a" + nl + "Allow: /a/b", "/a/b"),
              "allow 4 Allow: /a/b");
  }
  EXPECT_EQ(decision("User-agent: *\r\n\r\r\nDisallow: /a", "/a"), "disallow 4 Disallow: /a");
}

TEST(Rfc9309_2_2_Syntax, CommentsEndALine) {
  EXPECT_EQ(decision("# a\nUser-agent: weft # us\nDisallow: /a#b\n", "/a"),
            "disallow 3 Disallow: /a");
  EXPECT_TRUE(allowed("User-agent: weft\n#Disallow: /a\nDisallow: #/a\n", "/a"));
}

TEST(Rfc9309_2_2_Syntax, AByteOrderMarkIsNoPartOfTheFirstLine) {
  EXPECT_FALSE(allowed("\xef\xbb\xbfUser-agent: *\nDisallow: /", "/a"));
}

TEST(Rfc9309_2_2_Syntax, LinesThatAreNoRecordsAreIgnored) {
  EXPECT_EQ(decision("User-agent: *\nDisallow /x\nnoindex: /x\n:\n: /x\nDisallow: /a", "/a"),
            "disallow 6 Disallow: /a");
  EXPECT_TRUE(allowed("User-agent: *\nDisallow /x\nnoindex: /x\n: /x\n", "/x"));
}

TEST(Rfc9309_2_2_Syntax, RulesBeforeAnyUserAgentBelongToNoGroup) {
  EXPECT_TRUE(allowed("Disallow: /\n\nUser-agent: *\nAllow: /a\n", "/b"));
}

// ---- 2.2.1 The User-Agent line ------------------------------------------------------------------

TEST(Rfc9309_2_2_1_UserAgent, TheTokenIsComparedWithoutCase) {
  EXPECT_FALSE(allowed("User-agent: WEFT\nDisallow: /", "/", "weft"));
  EXPECT_FALSE(allowed("User-agent: weft\nDisallow: /", "/", "Weft"));
}

TEST(Rfc9309_2_2_1_UserAgent, TheTokenIsThePartBeforeTheVersion) {
  EXPECT_FALSE(allowed("User-agent: weft\nDisallow: /", "/", "weft/0.1 (+https://example.org/)"));
  EXPECT_FALSE(allowed("User-agent: weft/2.0\nDisallow: /", "/", "weft"));
  EXPECT_FALSE(allowed("User-agent: MJ12bot\nDisallow: /", "/", "mj12bot/1.4"));
  EXPECT_TRUE(allowed("User-agent: MJ12bot\nDisallow: /", "/", "mj13bot/1.4"));
}

TEST(Rfc9309_2_2_1_UserAgent, AnotherCrawlersGroupIsNotOurs) {
  const std::string_view body = "User-agent: other\nDisallow: /\n";
  EXPECT_TRUE(allowed(body, "/"));
  EXPECT_TRUE(allowed("User-agent: we\nDisallow: /", "/"));
  EXPECT_TRUE(allowed("User-agent: wefty\nDisallow: /", "/"));
  EXPECT_TRUE(allowed("User-agent: not weft\nDisallow: /", "/"));
  EXPECT_TRUE(allowed("User-agent:\nDisallow: /", "/"));
}

TEST(Rfc9309_2_2_1_UserAgent, GroupsOfOneCrawlerAreMerged) {
  const std::string_view body =
      "User-agent: weft\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\n"
      "User-agent: Weft\nDisallow: /c\n";
  EXPECT_FALSE(allowed(body, "/a"));
  EXPECT_TRUE(allowed(body, "/b"));
  EXPECT_EQ(decision(body, "/c"), "disallow 8 Disallow: /c");
}

TEST(Rfc9309_2_2_1_UserAgent, SeveralAgentsShareAGroup) {
  const std::string_view body =
      "User-agent: a\n\n# and\nUser-agent: weft\nUser-agent: b\nDisallow: /";
  EXPECT_FALSE(allowed(body, "/", "a"));
  EXPECT_FALSE(allowed(body, "/", "weft"));
  EXPECT_FALSE(allowed(body, "/", "b"));
  EXPECT_TRUE(allowed(body, "/", "c"));
}

TEST(Rfc9309_2_2_1_UserAgent, StarIsForThoseWhoAreNotNamed) {
  const std::string_view body =
      "User-agent: *\nDisallow: /\n\nUser-agent: weft\nDisallow: /a\n\nUser-agent: *\nAllow: /b";
  EXPECT_TRUE(allowed(body, "/x", "weft"));
  EXPECT_FALSE(allowed(body, "/a", "weft"));
  EXPECT_FALSE(allowed(body, "/x", "other"));
  EXPECT_TRUE(allowed(body, "/b", "other"));
  EXPECT_FALSE(allowed("User-agent: * # all\nDisallow: /", "/x", "other"));
  EXPECT_TRUE(allowed("User-agent: *x\nDisallow: /", "/x", "other"));
}

TEST(Rfc9309_2_2_1_UserAgent, TheGroupOfTheLongestNameIsOurs) {
  const std::string_view body =
      "User-agent: weft\nDisallow: /weft\n\nUser-agent: weft-images\nDisallow: /images\n\n"
      "User-agent: *\nDisallow: /all\n";
  EXPECT_TRUE(allowed(body, "/weft", "weft-images"));
  EXPECT_FALSE(allowed(body, "/images", "weft-images"));
  EXPECT_FALSE(allowed(body, "/weft", "weft-news"));
  EXPECT_TRUE(allowed(body, "/all", "weft-news"));
  EXPECT_FALSE(allowed(body, "/all", "weftnews"));
}

TEST(Rfc9309_2_2_1_UserAgent, AnEmptyGroupAllowsEverything) {
  EXPECT_EQ(decision("User-agent: *\nDisallow: /\n\nUser-agent: weft\n", "/"), "allow 0 ");
}

// ---- 2.2.2 The Allow and Disallow lines ---------------------------------------------------------

TEST(Rfc9309_2_2_2_Rules, PathsMatchFromTheirStartAndByCase) {
  EXPECT_TRUE(matched("/fish", "/fish"));
  EXPECT_TRUE(matched("/fish", "/fish.html"));
  EXPECT_TRUE(matched("/fish", "/fish/salmon"));
  EXPECT_TRUE(matched("/fish", "/fish?id=1"));
  EXPECT_FALSE(matched("/fish", "/Fish"));
  EXPECT_FALSE(matched("/fish", "/a/fish"));
  EXPECT_FALSE(matched("/fish/", "/fish"));
  EXPECT_FALSE(matched("fish", "/fish"));
  EXPECT_TRUE(matched("/", "/"));
}

TEST(Rfc9309_2_2_2_Rules, TheLongestMatchDecides) {
  const std::string_view body =
      "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
      "Disallow: /example/\n";
  EXPECT_EQ(decision(body, "/example/page/disallowed.gif"),
            "disallow 3 Disallow: /example/page/disallowed.gif");
  EXPECT_EQ(decision(body, "/example/page/a"), "allow 2 Allow: /example/page/");
  EXPECT_EQ(decision(body, "/example/b"), "disallow 4 Disallow: /example/");
  EXPECT_EQ(decision(body, "/c"), "allow 0 ");
}

TEST(Rfc9309_2_2_2_Rules, AmongEqualsAllowWins) {
  EXPECT_EQ(decision("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a"), "allow 3 Allow: /a");
  EXPECT_EQ(decision("User-agent: *\nAllow: /a\nDisallow: /a\n", "/a"), "allow 2 Allow: /a");
  EXPECT_EQ(decision("User-agent: *\nDisallow: /a\nDisallow: /a\n", "/a"),
            "disallow 2 Disallow: /a");
}

TEST(Rfc9309_2_2_2_Rules, AnEmptyPathIsNoRule) {
  EXPECT_EQ(decision("User-agent: *\nDisallow:\n", "/a"), "allow 0 ");
  EXPECT_EQ(decision("User-agent: *\nDisallow: /\nAllow:\n", "/a"), "disallow 2 Disallow: /");
}

TEST(Rfc9309_2_2_2_Rules, RobotsTxtItselfIsAlwaysAllowed) {
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /\n", "/robots.txt"));
  EXPECT_FALSE(allowed("User-agent: *\nDisallow: /\n", "/robots.txt.bak"));
}

TEST(Rfc9309_2_2_2_Rules, TheTableOfEncodedPaths) {
  EXPECT_TRUE(matched("/foo/bar?baz=quz", "/foo/bar?baz=quz"));
  EXPECT_TRUE(matched("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"));
  EXPECT_TRUE(matched("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"));
  EXPECT_TRUE(matched("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar"));
  EXPECT_TRUE(matched("/foo/bar/\xe3\x83\x84", "/foo/bar/%E3%83%84"));
  EXPECT_TRUE(matched("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84"));
  EXPECT_TRUE(matched("/foo/bar/%e3%83%84", "/foo/bar/\xe3\x83\x84"));
  EXPECT_TRUE(matched("/foo/bar/%62%61%7A", "/foo/bar/baz"));
  EXPECT_TRUE(matched("/foo/bar/baz", "/foo/bar/%62%61%7a"));
}

TEST(Rfc9309_2_2_2_Rules, AnEncodedReservedByteIsNotThePlainOne) {
  EXPECT_FALSE(matched("/a%2Fb", "/a/b"));
  EXPECT_FALSE(matched("/a/b", "/a%2Fb"));
  EXPECT_TRUE(matched("/a%2fb", "/a%2Fb"));
}

TEST(Rfc9309_2_2_2_Rules, WhatAUrlCannotHoldPlainIsEncodedInBoth) {
  EXPECT_TRUE(matched("/a b{c}", "/a%20b%7Bc%7D"));
  EXPECT_TRUE(matched("/100%", "/100%"));
  EXPECT_TRUE(matched("/100%z", "/100%z"));
}

TEST(Rfc9309_2_2_2_Rules, AnEncodedQueryCountsNoMoreOctetsThanAPlainOne) {
  EXPECT_FALSE(allowed("User-agent: *\nAllow: /a?u=://\nDisallow: /a*?u=://\n", "/a?u=%3A%2F%2F"));
}

// ---- 2.2.3 Special characters -------------------------------------------------------------------

TEST(Rfc9309_2_2_3_SpecialCharacters, StarStandsForAnything) {
  EXPECT_TRUE(matched("/*.php", "/index.php"));
  EXPECT_TRUE(matched("/*.php", "/a/b.php?c"));
  EXPECT_TRUE(matched("/*.php", "/.php"));
  EXPECT_FALSE(matched("/*.php", "/index.PHP"));
  EXPECT_TRUE(matched("/this/*/exactly", "/this/a/b/exactly"));
  EXPECT_TRUE(matched("/fish*", "/fish"));
  EXPECT_TRUE(matched("*", "/"));
  EXPECT_TRUE(matched("*.gif$", "/a.gif"));
  EXPECT_TRUE(matched("/a**b", "/axxb"));
  EXPECT_TRUE(matched("/a*b*c", "/abbc"));
  EXPECT_FALSE(matched("/a*b*c", "/acb"));
  EXPECT_FALSE(matched("/a*bc*bc", "/abc"));
}

TEST(Rfc9309_2_2_3_SpecialCharacters, DollarIsTheEnd) {
  EXPECT_TRUE(matched("/a$", "/a"));
  EXPECT_FALSE(matched("/a$", "/ab"));
  EXPECT_FALSE(matched("/a$", "/a?b"));
  EXPECT_TRUE(matched("/*.php$", "/a.php/b.php"));
  EXPECT_FALSE(matched("/*.php$", "/a.php?b"));
  EXPECT_TRUE(matched("/a*$", "/abc"));
  EXPECT_FALSE(matched("/ab*b$", "/ab"));
  EXPECT_TRUE(matched("/$", "/"));
  EXPECT_FALSE(matched("/$", "/a"));
  EXPECT_FALSE(matched("$", "/"));
}

TEST(Rfc9309_2_2_3_SpecialCharacters, ElsewhereDollarIsItself) {
  EXPECT_TRUE(matched("/a$b", "/a$b"));
  EXPECT_FALSE(matched("/a$b", "/a"));
}

TEST(Rfc9309_2_2_3_SpecialCharacters, EncodedTheyAreThemselves) {
  EXPECT_TRUE(matched("/path/file-with-a-%2A.html", "/path/file-with-a-*.html"));
  EXPECT_FALSE(matched("/path/file-with-a-%2A.html", "/path/file-with-a-x.html"));
  EXPECT_TRUE(matched("/path/foo-%24", "/path/foo-$"));
  EXPECT_TRUE(matched("/path/foo-%24", "/path/foo-$/more"));
}

// ---- 2.2.4 Other records ------------------------------------------------------------------------

TEST(Rfc9309_2_2_4_OtherRecords, SitemapsAreOfTheWholeFile) {
  const RobotsTxt rules = robots(
      "Sitemap: https://h/1.xml\nUser-agent: x\nDisallow: /\nsitemap:https://h/2.xml #2\n"
      "Sitemap:\n");
  EXPECT_THAT(rules.sitemaps(), ElementsAre("https://h/1.xml", "https://h/2.xml"));
}

TEST(Rfc9309_2_2_4_OtherRecords, ASitemapDoesNotEndAGroup) {
  const std::string_view body =
      "User-agent: weft\nSitemap: https://h/s.xml\nUser-agent: b\nDisallow: /a\n"
      "Sitemap: https://h/t.xml\nDisallow: /b\n";
  EXPECT_FALSE(allowed(body, "/a"));
  EXPECT_FALSE(allowed(body, "/b"));
}

TEST(Rfc9309_2_2_4_OtherRecords, CrawlDelayIsInSecondsAndOfTheGroup) {
  const std::string_view body =
      "User-agent: *\nCrawl-delay: 10\nDisallow:\n\nUser-agent: weft\ncrawl-delay : 1.5\n";
  EXPECT_EQ(robots(body, "weft").crawl_delay(), 1500ms);
  EXPECT_EQ(robots(body, "other").crawl_delay(), 10s);
  EXPECT_EQ(robots("User-agent: *\nDisallow: /").crawl_delay(), 0ms);
}

TEST(Rfc9309_2_2_4_OtherRecords, TheLongestCrawlDelayOfMergedGroupsCounts) {
  EXPECT_EQ(robots("User-agent: *\nCrawl-delay: 3\nDisallow:\nUser-agent: *\nCrawl-delay: 2")
                .crawl_delay(),
            3s);
}

TEST(Rfc9309_2_2_4_OtherRecords, ACrawlDelayThatIsNoneIsIgnoredAndALongOneIsCut) {
  for (const char* value : {"", "-1", "soon", "nan", "0", "-inf"})
    EXPECT_EQ(robots(std::string("User-agent: *\nCrawl-delay: ") + value).crawl_delay(), 0ms)
        << value;
  for (const char* value : {"61", "99999999999999999999", "1e9", "inf"})
    EXPECT_EQ(robots(std::string("User-agent: *\nCrawl-delay: ") + value).crawl_delay(),
              std::string_view(value) == "1e9" ? 1s : parser::kMaxCrawlDelay)
        << value;
}

TEST(Rfc9309_2_2_4_OtherRecords, SitemapsAreBounded) {
  std::string body;
  for (std::size_t i = 0; i < parser::kMaxRobotsSitemaps + 1; ++i)
    body += "Sitemap: http://h/" + std::to_string(i) + "\n";
  EXPECT_EQ(robots(body).sitemaps().size(), parser::kMaxRobotsSitemaps);
  EXPECT_TRUE(robots("Sitemap: http://h/" + std::string(10'000, 'a')).sitemaps().empty());
}

// ---- 2.5 Limits ---------------------------------------------------------------------------------

TEST(Rfc9309_2_5_Limits, WhatIsBeyondTheBoundIsIgnored) {
  std::string body = "User-agent: *\nDisallow: /first\n";
  body.append(parser::kMaxRobotsBytes - body.size() - 1, '#').append("\n");
  ASSERT_EQ(body.size(), parser::kMaxRobotsBytes);
  body += "Disallow: /beyond\n";
  EXPECT_FALSE(allowed(body, "/first"));
  EXPECT_TRUE(allowed(body, "/beyond"));
}

TEST(Rfc9309_2_5_Limits, ALineThatTheBoundCutsIsIgnoredWhole) {
  std::string body = "User-agent: *\n";
  const std::string_view cut = "Disallow: /";
  body.append(parser::kMaxRobotsBytes - body.size() - cut.size() - 1, '#').append("\n");
  body.append(cut).append("private/\n");
  EXPECT_TRUE(allowed(body, "/public"));
  EXPECT_TRUE(allowed(std::string(parser::kMaxRobotsBytes + 1, 'a'), "/"));
}

TEST(Rfc9309_2_5_Limits, PatternsCannotMakeAQueryExponential) {
  std::string pattern = "/";
  for (int i = 0; i < 3000; ++i) pattern += "*a";
  EXPECT_FALSE(matched(pattern + "*b", "/" + std::string(8000, 'a')));
  EXPECT_FALSE(matched("/*" + std::string(4000, 'a') + "b", "/" + std::string(8000, 'a')));
  EXPECT_TRUE(matched(pattern, "/" + std::string(8000, 'a')));
}

// ---- 5 Examples ---------------------------------------------------------------------------------

TEST(Rfc9309_5_1_SimpleExample, EachCrawlerHasItsRules) {
  const std::string_view body =
      "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n"
      "User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n"
      "User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\n"
      "User-Agent: quxbot\n\nEOF\n";
  EXPECT_FALSE(allowed(body, "/a.gif", "weft"));
  EXPECT_FALSE(allowed(body, "/example/a", "weft"));
  EXPECT_TRUE(allowed(body, "/publications/", "weft"));
  EXPECT_TRUE(allowed(body, "/publications/a.gif", "weft"));
  EXPECT_FALSE(allowed(body, "/", "foobot"));
  EXPECT_TRUE(allowed(body, "/example/page.html", "foobot"));
  EXPECT_TRUE(allowed(body, "/example/allowed.gif", "foobot"));
  for (const char* agent : {"barbot", "bazbot"}) {
    EXPECT_FALSE(allowed(body, "/example/page.html", agent));
    EXPECT_TRUE(allowed(body, "/example/", agent));
  }
  EXPECT_TRUE(allowed(body, "/example/page.html", "quxbot"));
}

// ---- The class ----------------------------------------------------------------------------------

TEST(RobotsTxtClass, MovingItKeepsItsRules) {
  RobotsTxt first = robots("User-agent: *\nDisallow: /a\n");
  RobotsTxt second = std::move(first);
  RobotsTxt third;
  third = std::move(second);
  EXPECT_EQ(third.decide("/a").rule, "Disallow: /a");
}

TEST(RobotsTxtClass, ALongPathIsMatchedAsAShortOne) {
  const std::string path = "/" + std::string(8000, 'a') + "?u=://\xc3\xa9";
  EXPECT_TRUE(matched("/*%C3%A9$", path));
  EXPECT_TRUE(matched("/*a?u=%3a//", path));
}

// The plain way to say what a pattern matches, exponential as it is.
bool matches_by_definition(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return true;
  if (pattern == "$") return path.empty();
  if (pattern[0] == '*')
    return matches_by_definition(pattern.substr(1), path) ||
           (!path.empty() && matches_by_definition(pattern, path.substr(1)));
  return !path.empty() && path[0] == pattern[0] &&
         matches_by_definition(pattern.substr(1), path.substr(1));
}

TEST(RobotsTxtClass, RandomPatternsMatchAsDefined) {
  std::mt19937 random(9309);  // NOLINT: the same inputs each run
  const auto letters = [&](std::string_view from, std::size_t size) {
    std::string text = "/";
    while (size-- > 0) text.push_back(from[random() % from.size()]);
    return text;
  };
  int matching = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern = letters("ab**", random() % 7);
    if (random() % 3 == 0) pattern.push_back('$');
    const std::string path = letters("aab", random() % 10);
    const bool expected = matches_by_definition(pattern, path);
    ASSERT_EQ(matched(pattern, path), expected) << pattern << " on " << path;
    matching += expected ? 1 : 0;
  }
  EXPECT_GT(matching, 2'000);
}

TEST(RobotsTxtClass, RandomBytesAreHarmless) {
  std::mt19937 random(9309);  // NOLINT: the same inputs each run
  constexpr std::string_view kPieces[] = {"User-agent: *\n",
                                          "Disallow: ",
                                          "Allow:",
                                          "/",
                                          "*",
                                          "$",
                                          "%",
                                          "%2A",
                                          "\r",
                                          "\n",
                                          "Sitemap: x\n",
                                          "#",
                                          "?",
                                          ":",
                                          "\xff",
                                          "Crawl-delay: 1",
                                          "a",
                                          "%3",
                                          " ",
                                          "weft"};
  for (int i = 0; i < 5'000; ++i) {
    std::string body = "User-agent: weft\n";
    for (std::size_t count = random() % 40; count > 0; --count)
      body += kPieces[random() % std::size(kPieces)];
    const RobotsTxt rules = robots(body);
    for (const char* target : {"/", "/a", "/a%", "/a?%3A:/", "", "/%2a%"}) {
      const RobotsDecision made = rules.decide(target);
      EXPECT_EQ(made.line == 0, made.rule.empty());
      if (made.line == 0) {
        EXPECT_TRUE(made.allowed);
      }
    }
  }
}

}  // namespace
