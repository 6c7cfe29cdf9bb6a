// The WHATWG URL Standard (https://url.spec.whatwg.org/), clause by clause.
#include "parser/url.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/url_checks.h"

namespace {

using parser::Url;
using parser::UrlError;
using tests::expect_whole;
using tests::parse_exact;
using tests::parsed;

std::string host(std::string_view host) {
  const std::string whole = parsed("http://" + std::string(host) + "/");
  return whole.starts_with("error") ? whole : whole.substr(7, whole.size() - 8);
}

// ---- 1.3 Percent-encoded bytes ------------------------------------------------------------------

TEST(PercentEncode, PathSet) {
  EXPECT_EQ(parsed("http://h/ \"#"), "http://h/%20%22#");
  EXPECT_EQ(parsed("http://h/a<>^`{}b"), "http://h/a%3C%3E%5E%60%7B%7Db");
  EXPECT_EQ(parsed("http://h/!$%&'()*+,-.:;=@[]_|~"), "http://h/!$%&'()*+,-.:;=@[]_|~");
  EXPECT_EQ(parsed(std::string_view("http://h/\0\x1f\x7f.", 13)), "http://h/%00%1F%7F.");
}

TEST(PercentEncode, SpecialQuerySet) {
  EXPECT_EQ(parsed("http://h/?a b\"<>'"), "http://h/?a%20b%22%3C%3E%27");
  EXPECT_EQ(parsed("http://h/?^`{}|?/\\"), "http://h/?^`{}|?/\\");
}

TEST(PercentEncode, FragmentSet) {
  EXPECT_EQ(parsed("http://h/#a b\"<>`"), "http://h/#a%20b%22%3C%3E%60");
  EXPECT_EQ(parsed("http://h/#'^{}|?#\\"), "http://h/#'^{}|?#\\");
}

TEST(PercentEncode, TextBeyondAsciiIsUtf8) {
  EXPECT_EQ(parsed("http://h/é?é#é"), "http://h/%C3%A9?%C3%A9#%C3%A9");
  EXPECT_EQ(parsed("http://h/日本\xf0\x9f\x92\xa9"), "http://h/%E6%97%A5%E6%9C%AC%F0%9F%92%A9");
}

TEST(PercentEncode, WrittenEscapesStayAsTheyAre) {
  EXPECT_EQ(parsed("http://h/%41%zz%e9%?%4"), "http://h/%41%zz%e9%?%4");
}

TEST(PercentEncode, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
  EXPECT_EQ(parsed("http://h/\xff"), "http://h/%EF%BF%BD");
  EXPECT_EQ(parsed("http://h/a\xe9t\xe9"), "http://h/a%EF%BF%BDt%EF%BF%BD");
  EXPECT_EQ(parsed("http://h/\xe2\x82"), "http://h/%EF%BF%BD");  // cut: one character
  EXPECT_EQ(parsed("http://h/\xe2\x82x"), "http://h/%EF%BF%BDx");
  EXPECT_EQ(parsed("http://h/\xc0\x80"), "http://h/%EF%BF%BD%EF%BF%BD");               // overlong
  EXPECT_EQ(parsed("http://h/\xed\xa0\x80"), "http://h/%EF%BF%BD%EF%BF%BD%EF%BF%BD");  // surrogate
  EXPECT_EQ(parsed("http://h/\xf4\x90\x80\x80"),
            "http://h/%EF%BF%BD%EF%BF%BD%EF%BF%BD%EF%BF%BD");  // above U+10FFFF
}

// ---- 3.5 Host parsing ---------------------------------------------------------------------------

TEST(HostParser, DomainsAreLowerCase) { EXPECT_EQ(host("Example.COM"), "example.com"); }

TEST(HostParser, PercentEscapesAreDecoded) {
  EXPECT_EQ(host("ex%41mple.com"), "example.com");
  EXPECT_EQ(host("f%C3%A9.example"), "xn--f-bga.example");
  EXPECT_EQ(host("a%2fb"), "error: bad_host");
  EXPECT_EQ(host("a%b"), "error: bad_host");
}

TEST(HostParser, Uts46MapsNamesInOtherScripts) {
  EXPECT_EQ(host("bücher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(host("BÜCHER.example"), "xn--bcher-kva.example");
  EXPECT_EQ(host("faß.example"), "xn--fa-hia.example");  // not transitional: "ß" is not "ss"
  EXPECT_EQ(host("日本語。jp"), "xn--wgv71a119e.jp");
  EXPECT_EQ(host("ＧＯ.com"), "go.com");
}

TEST(HostParser, Uts46RefusesBrokenNames) {
  EXPECT_EQ(host("xn--"), "error: bad_host");
  EXPECT_EQ(host("xn--a-"), "error: bad_host");  // Punycode of ASCII alone
  EXPECT_EQ(host("a.XN--pokxncvks"), "error: bad_host");
  EXPECT_EQ(host("\xc2\xad"), "error: bad_host");      // a soft hyphen maps to nothing
  EXPECT_EQ(host("a\xff"), "error: bad_host");         // not UTF-8
  EXPECT_EQ(host("\xef\xbc\x85"), "error: bad_host");  // a full-width '%'
  EXPECT_EQ(host("a\xe2\x80\x8d"
                 "b"),
            "error: bad_host");  // CheckJoiners
  EXPECT_EQ(host("\xd7\x90"
                 "a"),
            "error: bad_host");  // CheckBidi
}

TEST(HostParser, HyphensAndDnsLengthsAreNotChecked) {
  EXPECT_EQ(host("-a-.ab--c.example"), "-a-.ab--c.example");
  EXPECT_EQ(host("é-.example"), "xn----9fa.example");
  EXPECT_EQ(host("a..b."), "a..b.");
  EXPECT_EQ(host("é..b"), "xn--9ca..b");
  const std::string label(80, 'a');
  EXPECT_EQ(host(label), label);
}

TEST(HostParser, AnEndlessNameInAnotherScriptIsRefused) {
  std::string name;
  for (std::size_t i = 0; i <= parser::kMaxUrlInput / 4; ++i) name += "é";
  EXPECT_EQ(host(name), "error: bad_host");
}

TEST(HostParser, ForbiddenCodePointsAreRefused) {
  for (const char c : std::string_view("\x01\x1f ^|<>[]%\x7f"))
    EXPECT_EQ(host(std::string("a") + c + "b"), "error: bad_host") << c;
  EXPECT_EQ(host("a_b!$&'()*+,;=~{}`\""), "a_b!$&'()*+,;=~{}`\"");
  EXPECT_EQ(parsed("http://"), "error: bad_host");
  EXPECT_EQ(parsed("http://?q"), "error: bad_host");
  EXPECT_EQ(parsed("http://:80/"), "error: bad_host");
}

TEST(Ipv4Parser, EverySpellingIsOneAddress) {
  for (const char* spelling :
       {"192.168.0.1", "192.168.1", "192.11010049", "3232235521", "0xc0a80001", "0XC0.0xa8.0.1",
        "0300.0250.0.01", "192.168.0.1.", "%31%39%32.168.0.1", "１９２．168.0.1", "192.168.0x.1"})
    EXPECT_EQ(host(spelling), "192.168.0.1") << spelling;
  EXPECT_EQ(host("0"), "0.0.0.0");
  EXPECT_EQ(host("0x"), "0.0.0.0");
  EXPECT_EQ(host("255.255.255.255"), "255.255.255.255");
  EXPECT_EQ(host("0xffffffff"), "255.255.255.255");
}

TEST(Ipv4Parser, ANumberAtTheEndMakesItAnAddressOrNothing) {
  for (const char* bad : {"256.0.0.1", "1.2.3.256", "1.2.65536", "1.16777216", "4294967296",
                          "1.2.3.4.5", "1.2.3.08", "0x100000000", "1..2", "foo.1", "foo.0x4",
                          "99999999999999999999999999", "1.0xg.3.4.5", "256.1."})
    EXPECT_EQ(host(bad), "error: bad_ipv4") << bad;
  EXPECT_EQ(host("1.2.3.4.com"), "1.2.3.4.com");
  EXPECT_EQ(host("1.2.3.0xg"), "1.2.3.0xg");
  EXPECT_EQ(host("1.2.3.4a"), "1.2.3.4a");
  EXPECT_EQ(host("1.2.."), "1.2..");
}

TEST(Ipv6Parser, AddressesAreCompressed) {
  EXPECT_EQ(host("[2001:DB8:0:0:0:0:0:1]"), "[2001:db8::1]");
  EXPECT_EQ(host("[0:0:0:0:0:0:0:0]"), "[::]");
  EXPECT_EQ(host("[::]"), "[::]");
  EXPECT_EQ(host("[::1]"), "[::1]");
  EXPECT_EQ(host("[1::]"), "[1::]");
  EXPECT_EQ(host("[1:0:0:2:0:0:0:3]"), "[1:0:0:2::3]");       // the longest run
  EXPECT_EQ(host("[1:0:0:2:3:0:0:4]"), "[1::2:3:0:0:4]");     // the first of two
  EXPECT_EQ(host("[1:0:2:3:4:5:6:7]"), "[1:0:2:3:4:5:6:7]");  // a single zero stays
  EXPECT_EQ(host("[1:2:3:4:5:6:7::]"), "[1:2:3:4:5:6:7:0]");
  EXPECT_EQ(host("[::2:3:4:5:6:7:8]"), "[0:2:3:4:5:6:7:8]");
  EXPECT_EQ(host("[::ffff:192.168.0.1]"), "[::ffff:c0a8:1]");
  EXPECT_EQ(host("[1:2:3:4:5:6:7.8.9.10]"), "[1:2:3:4:5:6:708:90a]");
}

TEST(Ipv6Parser, BrokenAddressesAreRefused) {
  for (const char* bad : {"[",
                          "[]",
                          "[:]",
                          "[:1]",
                          "[1:]",
                          "[::1",
                          "[1::2::3]",
                          "[1:2:3:4:5:6:7]",
                          "[1:2:3:4:5:6:7:8:9]",
                          "[::1:2:3:4:5:6:7:8]",
                          "[1:2:3:4::5:6:7:8]",
                          "[12345::]",
                          "[g::]",
                          "[::1.2.3]",
                          "[::1.2.3.4.5]",
                          "[::1.2.3.256]",
                          "[::1.2.3.04]",
                          "[::.1.2.3]",
                          "[::1.2.3.]",
                          "[1:2:3:4:5:6:7:1.2.3.4]",
                          "[::1%25eth0]",
                          "[::1%eth0]",
                          "[::1]a",
                          "[:::1]"})
    EXPECT_EQ(host(bad), "error: bad_ipv6") << bad;
}

// ---- 4.4 URL parsing ----------------------------------------------------------------------------

TEST(UrlParser, SpacesAndControlsAtBothEndsAreRemoved) {
  EXPECT_EQ(parsed(std::string_view("\0 \x1f\fhttp://h/a \v\0", 17)), "http://h/a");
}

TEST(UrlParser, TabsAndNewlinesAreRemovedEverywhere) {
  EXPECT_EQ(parsed("h\tt\ntp:/\r/ho\nst\t:8\n0/a\n/.\t.?q\n#f\n"), "http://host/?q#f");
}

TEST(UrlParser, NothingIsEmptyOrTheBase) {
  EXPECT_EQ(parsed(""), "error: empty");
  EXPECT_EQ(parsed(" \n\t "), "error: empty");
  EXPECT_EQ(parsed("", "http://h/a?q#f"), "http://h/a?q");
}

TEST(SchemeState, HttpAndHttpsInAnyCase) {
  EXPECT_EQ(parsed("HtTpS://h/"), "https://h/");
  EXPECT_EQ(parsed("HTTP://h/"), "http://h/");
}

TEST(SchemeState, OtherSchemesAreUnsupported) {
  for (const char* input : {"mailto:a@b.c", "javascript:void(0)", "data:text/html,x", "ftp://h/",
                            "file:///x", "tel:123", "about:blank", "httpss://h/", "htt://h/",
                            "httq://h/", "urn:isbn:1", "a+b-c.d:x", "ws://h/", "HTTP2://h"}) {
    EXPECT_EQ(parsed(input), "error: unsupported_scheme") << input;
    EXPECT_EQ(parsed(input, "http://h/"), "error: unsupported_scheme") << input;
  }
}

TEST(SchemeState, ALongDataUrlIsStillUnsupported) {
  EXPECT_EQ(parsed("data:image/png;base64," + std::string(100'000, 'A'), "http://h/"),
            "error: unsupported_scheme");
}

TEST(NoSchemeState, WithoutABaseThereIsNothingToBeRelativeTo) {
  for (const char* input : {"a", "/a", "//h/", "?q", "#f", "1:2", ":x", "a b:c", "é:x"})
    EXPECT_EQ(parsed(input), "error: no_base") << input;
  Url empty;
  Url url;
  EXPECT_EQ(url.parse("a", &empty), UrlError::kNoBase);
}

TEST(SpecialAuthoritySlashesState, AnyNumberOfSlashesWillDo) {
  for (const char* input :
       {"http:h/", "http:/h/", "http://h/", "http:///h/", "http:\\\\h\\", "http:/\\/\\h/"})
    EXPECT_EQ(parsed(input), "http://h/") << input;
}

TEST(SpecialRelativeOrAuthorityState, TheBasesOwnSchemeMayPrecedeARelativeReference) {
  EXPECT_EQ(parsed("http:a", "http://h/x/y"), "http://h/x/a");
  EXPECT_EQ(parsed("http:/a", "http://h/x/y"), "http://h/a");
  EXPECT_EQ(parsed("http:?q", "http://h/x/y"), "http://h/x/y?q");
  EXPECT_EQ(parsed("http:", "http://h/x/y?q#f"), "http://h/x/y?q");
  EXPECT_EQ(parsed("https:a", "http://h/x/y"), "https://a/");
}

TEST(RelativeState, PathsQueriesAndFragments) {
  const std::string_view base = "https://h:8/a/b/c?q#f";
  EXPECT_EQ(parsed("x", base), "https://h:8/a/b/x");
  EXPECT_EQ(parsed("x?y#z", base), "https://h:8/a/b/x?y#z");
  EXPECT_EQ(parsed("../x", base), "https://h:8/a/x");
  EXPECT_EQ(parsed("../../../../x", base), "https://h:8/x");
  EXPECT_EQ(parsed("/x", base), "https://h:8/x");
  EXPECT_EQ(parsed("\\x", base), "https://h:8/x");
  EXPECT_EQ(parsed("?x", base), "https://h:8/a/b/c?x");
  EXPECT_EQ(parsed("?", base), "https://h:8/a/b/c?");
  EXPECT_EQ(parsed("#x", base), "https://h:8/a/b/c?q#x");
  EXPECT_EQ(parsed("#", base), "https://h:8/a/b/c?q#");
  EXPECT_EQ(parsed("//x", base), "https://x/");
  EXPECT_EQ(parsed("\\\\x", base), "https://x/");
  EXPECT_EQ(parsed("x", "https://h"), "https://h/x");
  EXPECT_EQ(parsed(".", base), "https://h:8/a/b/");
  EXPECT_EQ(parsed("..", base), "https://h:8/a/");
  EXPECT_EQ(parsed("x:y", base), "error: unsupported_scheme");
  EXPECT_EQ(parsed("./x:y", base), "https://h:8/a/b/x:y");
}

TEST(RelativeState, TheBaseMayBeTheUrlItself) {
  for (const char* input : {"x", "../x?y", "/x", "?x", "#x", "", "//x:9/y", "http://z/"}) {
    Url url;
    ASSERT_EQ(url.parse("https://h:8/a/b?q#f"), UrlError::kOk);
    ASSERT_EQ(parse_exact(url, input, &url), UrlError::kOk);
    EXPECT_EQ(url.href(), parsed(input, "https://h:8/a/b?q#f")) << input;
    expect_whole(url);
  }
}

TEST(RelativeState, TheInputMayBeAPartOfTheUrlItself) {
  Url url;
  ASSERT_EQ(url.parse("https://h/a/http://other/b"), UrlError::kOk);
  ASSERT_EQ(url.parse(url.path().substr(3)), UrlError::kOk);
  EXPECT_EQ(url.href(), "http://other/b");
}

TEST(AuthorityState, UserNameAndPasswordAreDropped) {
  EXPECT_EQ(parsed("http://user:secret@h/a"), "http://h/a");
  EXPECT_EQ(parsed("http://a@b@c:d@h:81/"), "http://h:81/");
  EXPECT_EQ(parsed("http://@h/"), "http://h/");
  EXPECT_EQ(parsed("http://h/@x"), "http://h/@x");
  EXPECT_EQ(parsed("http://user@/"), "error: bad_host");
  EXPECT_EQ(parsed("http://user\\@h/"), "http://user/@h/");  // where browsers see the host
}

TEST(PortState, TheSchemesOwnPortIsNotWritten) {
  EXPECT_EQ(parsed("http://h:80/"), "http://h/");
  EXPECT_EQ(parsed("https://h:443/"), "https://h/");
  EXPECT_EQ(parsed("https://h:80/"), "https://h:80/");
  EXPECT_EQ(parsed("http://h:/"), "http://h/");
  EXPECT_EQ(parsed("http://h:00000000000000008080/"), "http://h:8080/");
  EXPECT_EQ(parsed("http://h:000/"), "http://h:0/");
  EXPECT_EQ(parsed("http://h:65535"), "http://h:65535/");
  EXPECT_EQ(parsed("http://[::1]:81"), "http://[::1]:81/");
}

TEST(PortState, WhatIsNoPortIsRefused) {
  for (const char* input :
       {"http://h:65536/", "http://h:a/", "http://h:8a/", "http://h:-8/", "http://h:+8/",
        "http://h:1:2/", "http://h: 8/", "http://h:99999999999999999999/"})
    EXPECT_EQ(parsed(input), "error: bad_port") << input;
}

TEST(PathState, DotSegmentsInEverySpelling) {
  EXPECT_EQ(parsed("http://h/a/./b/%2e/%2E/c"), "http://h/a/b/c");
  for (const char* dots : {"..", ".%2e", "%2e.", "%2E%2e", ".%2E"})
    EXPECT_EQ(parsed("http://h/a/b/" + std::string(dots) + "/c"), "http://h/a/c") << dots;
  EXPECT_EQ(parsed("http://h/a/b/.."), "http://h/a/");
  EXPECT_EQ(parsed("http://h/.."), "http://h/");
  EXPECT_EQ(parsed("http://h/../.."), "http://h/");
  EXPECT_EQ(parsed("http://h/a/."), "http://h/a/");
  EXPECT_EQ(parsed("http://h/..a/.../%2e%2e%2e"), "http://h/..a/.../%2e%2e%2e");
  EXPECT_EQ(parsed("http://h/a?/../b#/../c"), "http://h/a?/../b#/../c");
}

TEST(PathState, EmptySegmentsAreKept) {
  EXPECT_EQ(parsed("http://h//a//b//"), "http://h//a//b//");
  EXPECT_EQ(parsed("http://h//a/..//b"), "http://h///b");
  EXPECT_EQ(parsed("..//x", "http://h/a//b/c"), "http://h/a///x");
}

TEST(PathState, BackslashesAreSlashesInAPathAlone) {
  EXPECT_EQ(parsed("http://h\\a\\..\\b?\\#\\"), "http://h/b?\\#\\");
}

// ---- Bounds -------------------------------------------------------------------------------------

TEST(Bounds, AUrlOfTheGreatestLengthIsTakenAndOneByteMoreIsNot) {
  const std::string longest = "http://h/" + std::string(parser::kMaxUrlLength - 9, 'a');
  EXPECT_EQ(parsed(longest), longest);
  EXPECT_EQ(parsed(longest + "a"), "error: too_long");
  EXPECT_EQ(parsed(longest + "#"), "error: too_long");
}

TEST(Bounds, TheLengthIsThatOfTheNormalizedUrl) {
  EXPECT_EQ(parsed("http://h/" + std::string(parser::kMaxUrlLength / 2, ' ') + "a"),
            "error: too_long");
  std::string input = "http://h/";
  while (input.size() < parser::kMaxUrlInput - 3) input += "./";
  EXPECT_EQ(parsed(input + "a"), "http://h/a");
}

TEST(Bounds, InputThatNoLinkNeedsIsRefusedUnread) {
  EXPECT_EQ(parsed("http://h/#" + std::string(50'000'000, ' ')), "error: too_long");
  EXPECT_EQ(parsed(std::string(parser::kMaxUrlInput + 1, 'a'), "http://h/"), "error: too_long");
}

TEST(Bounds, AFailedParseLeavesNothing) {
  Url url;
  ASSERT_EQ(url.parse("https://h:8/a?q#f"), UrlError::kOk);
  ASSERT_EQ(url.parse("https://h:x/"), UrlError::kBadPort);
  EXPECT_TRUE(url.empty());
  for (const std::string_view part :
       {url.href(), url.identity(), url.scheme(), url.host(), url.authority(), url.origin(),
        url.path(), url.query(), url.target(), url.fragment()})
    EXPECT_EQ(part, "");
  EXPECT_EQ(url.port(), 0);
}

// ---- The parts ----------------------------------------------------------------------------------

TEST(Parts, AllOfThem) {
  Url url;
  ASSERT_EQ(url.parse("https://user:pw@Example.com:8080/a/b?q=1#top"), UrlError::kOk);
  EXPECT_EQ(url.href(), "https://example.com:8080/a/b?q=1#top");
  EXPECT_EQ(url.identity(), "https://example.com:8080/a/b?q=1");
  EXPECT_EQ(url.scheme(), "https");
  EXPECT_EQ(url.host(), "example.com");
  EXPECT_EQ(url.authority(), "example.com:8080");
  EXPECT_EQ(url.origin(), "https://example.com:8080");
  EXPECT_EQ(url.port(), 8080);
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.query(), "?q=1");
  EXPECT_EQ(url.target(), "/a/b?q=1");
  EXPECT_EQ(url.fragment(), "#top");
}

TEST(Parts, TheSchemesPortIsInForceWhereNoneIsWritten) {
  Url url;
  ASSERT_EQ(url.parse("http://[::1]"), UrlError::kOk);
  EXPECT_EQ(url.port(), 80);
  EXPECT_EQ(url.host(), "[::1]");
  EXPECT_EQ(url.authority(), "[::1]");
  ASSERT_EQ(url.parse("https://h"), UrlError::kOk);
  EXPECT_EQ(url.port(), 443);
}

TEST(Parts, ACopyStandsOnItsOwn) {
  Url copy;
  {
    Url url;
    ASSERT_EQ(url.parse("http://h/a?b#c"), UrlError::kOk);
    copy = url;
    ASSERT_EQ(url.parse("https://other/"), UrlError::kOk);
  }
  EXPECT_EQ(copy.href(), "http://h/a?b#c");
  expect_whole(copy);
}

TEST(Errors, EachHasAWordOfItsOwn) {
  std::vector<std::string_view> words;
  for (int error = 0; error <= static_cast<int>(UrlError::kTooLong); ++error)
    words.push_back(to_string(static_cast<UrlError>(error)));
  EXPECT_EQ(words, (std::vector<std::string_view>{"ok", "empty", "no_base", "unsupported_scheme",
                                                  "bad_host", "bad_ipv4", "bad_ipv6", "bad_port",
                                                  "too_long"}));
}

TEST(Threads, NamesInOtherScriptsOnSeveralAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([] {
      for (int i = 0; i < 100; ++i)
        EXPECT_EQ(host("bücher" + std::to_string(i) + "é.example").substr(0, 4), "xn--");
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
