// All of the web platform tests' URL data, then fuzzing with fixed seeds.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "parser/url.h"
#include "tests/json.h"
#include "tests/support.h"
#include "tests/url_checks.h"

namespace {

using parser::Url;
using parser::UrlError;
using tests::expect_whole;
using tests::parse_exact;

// ---- The web platform tests ---------------------------------------------------------------------

std::vector<tests::Json> wpt_cases() {
  std::vector<tests::Json> cases;
  for (const tests::Json& entry :
       tests::Json::parse(tests::read_file(tests::source_dir() + "/tests/data/urltestdata.json")))
    if (entry.is_object()) cases.push_back(entry);  // a string is a comment
  return cases;
}

std::string text(const tests::Json& entry, const char* name) {
  return entry.contains(name) && !entry[name].is_null() ? entry[name].text() : std::string();
}

// Runs every case, none left out:
//  - a result of http or https must come out equal in every part. Where it has credentials, its
//    whole is not compared, because we drop them: the parts are the whole.
//  - a failure, or a result of any other scheme, must be refused. A base of another scheme is one
//    that we never have: it is refused itself, and what is left must stand on its own or fail.
// The four counts say how many cases went each way, so that none is passed over unseen.
TEST(WebPlatformTests, AllCases) {
  int equal = 0;
  int without_credentials = 0;
  int failures_refused = 0;
  int others_refused = 0;
  for (const tests::Json& entry : wpt_cases()) {
    const std::string input = text(entry, "input");
    const std::string base_text = text(entry, "base");
    SCOPED_TRACE(entry.dump());
    Url base;
    if (!base_text.empty()) {
      const UrlError error = parse_exact(base, base_text);
      ASSERT_TRUE(error == UrlError::kOk || error == UrlError::kUnsupportedScheme);
    }
    Url url;
    const UrlError error = parse_exact(url, input, base.empty() ? nullptr : &base);
    const std::string protocol = text(entry, "protocol");
    if (protocol != "http:" && protocol != "https:") {
      EXPECT_NE(error, UrlError::kOk) << url.href();
      ++(error != UrlError::kUnsupportedScheme && entry.contains("failure") ? failures_refused
                                                                            : others_refused);
      continue;
    }
    ASSERT_EQ(to_string(error), "ok");
    expect_whole(url);
    if (text(entry, "username").empty() && text(entry, "password").empty()) {
      EXPECT_EQ(url.href(), text(entry, "href"));
      ++equal;
    } else {
      ++without_credentials;
    }
    EXPECT_EQ(std::string(url.scheme()) + ":", protocol);
    EXPECT_EQ(url.authority(), text(entry, "host"));
    EXPECT_EQ(url.host(), text(entry, "hostname"));
    EXPECT_EQ(url.path(), text(entry, "pathname"));
    // The data writes a lone "?" or "#" as no query or fragment.
    EXPECT_EQ(url.query() == "?" ? "" : url.query(), text(entry, "search"));
    EXPECT_EQ(url.fragment() == "#" ? "" : url.fragment(), text(entry, "hash"));
    if (entry.contains("origin")) {
      EXPECT_EQ(url.origin(), text(entry, "origin"));
    }
  }
  EXPECT_EQ(equal, 194);
  EXPECT_EQ(without_credentials, 25);
  EXPECT_EQ(failures_refused, 221);
  EXPECT_EQ(others_refused, 379);
}

// ---- Fuzzing ------------------------------------------------------------------------------------

// Pieces that mean something to a URL parser, and some that mean something to nobody.
// clang-format off
constexpr std::string_view kPieces[] = {
    "http://", "https:", "HTTP:", "//", "/", "\\", "..", ".", "%2e", "%2E", "?", "#", "@", ":",
    ":80", ":443", ":65536", "[", "]", "[::1]", "::", "1.2.3.4", "0x7f", "256", "xn--", "xn--a",
    "xn--bcher-kva", "é", "ß", "日", "。", "\xf0\x9f\x92\xa9", "\xff", "\xc2", "\xe2\x80\x8d",
    "\xc2\xad", "\xd7\x90", "\xef\xbc\x8e", "\xe1\xba\x9e", "a", "b", "-", "_", "%", "%00", "%zz",
    "%C3%A9", " ", "\t", "\n", "\r", "'", "\"", "<", "^", "`", "{", "|", "~", "é.", "a.b", "0"};
// clang-format on

std::string random_input(std::mt19937& random) {
  std::string input;
  if (random() % 2 == 0) input = random() % 2 == 0 ? "http://" : "https://";
  for (std::size_t count = random() % 12; count > 0; --count) {
    if (random() % 8 == 0)
      input.push_back(static_cast<char>(random() % 256));
    else
      input += kPieces[random() % std::size(kPieces)];
  }
  return input;
}

// True where `input` is a URL.
bool fuzz(Url& url, Url& base, const std::string& input) {
  const Url* const against = base.empty() ? nullptr : &base;
  if (parse_exact(url, input, against) != UrlError::kOk) {
    EXPECT_TRUE(url.empty());
    return false;
  }
  expect_whole(url);
  Url in_place = base;
  EXPECT_EQ(parse_exact(in_place, input, in_place.empty() ? nullptr : &in_place), UrlError::kOk);
  EXPECT_EQ(in_place.href(), url.href());
  base = url;
  return true;
}

TEST(Fuzz, RandomPieces) {
  std::mt19937 random(20'240'601);  // NOLINT: the same inputs each run
  Url url;
  Url base;
  int good = 0;
  for (int i = 0; i < 30'000 && !testing::Test::HasFailure(); ++i) {
    const std::string input = random_input(random);
    SCOPED_TRACE(testing::PrintToString(input));
    good += fuzz(url, base, input) ? 1 : 0;
    if (random() % 16 == 0) base = Url();
  }
  EXPECT_GT(good, 5'000) << "most inputs are refused at once, so little is tested";
}

TEST(Fuzz, DamagedTestData) {
  std::mt19937 random(7);  // NOLINT: the same inputs each run
  const std::vector<tests::Json> cases = wpt_cases();
  Url url;
  Url base;
  int good = 0;
  for (int i = 0; i < 20'000 && !testing::Test::HasFailure(); ++i) {
    std::string input = text(cases[random() % cases.size()], "input");
    for (std::size_t count = 1 + random() % 3; count > 0 && !input.empty(); --count) {
      const std::size_t at = random() % input.size();
      if (random() % 3 == 0)
        input[at] = static_cast<char>(random() % 256);
      else if (random() % 2 == 0)
        input.erase(at, 1 + random() % 3);
      else
        input.insert(at, kPieces[random() % std::size(kPieces)]);
    }
    SCOPED_TRACE(testing::PrintToString(input));
    good += fuzz(url, base, input) ? 1 : 0;
    if (random() % 16 == 0) base = Url();
  }
  EXPECT_GT(good, 5'000) << "most inputs are refused at once, so little is tested";
}

}  // namespace
