// The names that files get for URLs: nothing in a URL leads out of the folder, and no
// two URLs share a file.
#include "storage/file_names.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "storage/surt.h"
#include "storage/url_parts.h"

namespace {

using storage::FileNames;
using storage::safe_name;

std::string joined(const std::vector<std::string>& names) {
  std::string path;
  for (const std::string& name : names) (path += path.empty() ? "" : "/") += name;
  return path;
}

TEST(FileNamesTest, AreHostAndPathWithTheQuery) {
  FileNames names;
  const auto of = [&](std::string_view url) { return joined(names.of_url(url)); };
  EXPECT_EQ(of("https://example.com/"), "example.com/index.html");
  EXPECT_EQ(of("https://example.com/a/b.html"), "example.com/a/b.html");
  EXPECT_EQ(of("https://example.com/a/"), "example.com/a/index.html");
  EXPECT_EQ(of("https://example.com/s?q=1&r=/x"), "example.com/s@q=1&r=%2Fx");
  EXPECT_EQ(of("https://example.com/?page=2"), "example.com/index.html@page=2");
  EXPECT_EQ(of("https://example.com:8443/x"), "example.com+8443/x");
  EXPECT_EQ(of("http://[2001:db8::1]:80/x"), "[2001%3Adb8%3A%3A1]+80/x");
  EXPECT_EQ(of("https://example.com/caf%C3%A9"), "example.com/caf%C3%A9");
}

TEST(FileNamesTest, LeadNowhereAndHideNothing) {
  EXPECT_EQ(safe_name(".."), "%2E.");
  EXPECT_EQ(safe_name("."), "%2E");
  EXPECT_EQ(safe_name(""), "_");
  EXPECT_EQ(safe_name(".htaccess"), "%2Ehtaccess");
  EXPECT_EQ(safe_name("-rf"), "%2Drf");
  EXPECT_EQ(safe_name(std::string_view("a\0b\n\x1b[31m", 9)), "a%00b%0A%1B[31m");
  EXPECT_EQ(safe_name("a\\b:c*|<>\""), "a%5Cb%3Ac%2A%7C%3C%3E%22");
  EXPECT_EQ(safe_name("\xff\xc3\xa9"), "%FF%C3%A9");
  FileNames names;
  EXPECT_EQ(joined(names.of_url("http://h/../../etc/passwd")), "h/%2E./%2E./etc/passwd");
  EXPECT_EQ(joined(names.of_url("http://../x")), "%2E./x");
  EXPECT_EQ(joined(names.of_url("/etc/passwd")), "_/etc/passwd");
}

TEST(FileNamesTest, TwoUrlsNeverShareOneAndTheFirstKeepsIt) {
  FileNames names;
  EXPECT_EQ(joined(names.of_url("http://h/dir/")), "h/dir/index.html");
  const std::string second = joined(names.of_url("http://h/dir/index.html"));
  EXPECT_TRUE(second.starts_with("h/dir/index~") && second.ends_with(".html")) << second;
  // A file where a folder is, and a folder where a file is.
  EXPECT_TRUE(joined(names.of_url("http://h/dir")).starts_with("h/dir~"));
  EXPECT_EQ(joined(names.of_url("http://h/a")), "h/a");
  const std::string below = joined(names.of_url("http://h/a/b"));
  EXPECT_TRUE(below.starts_with("h/a~") && below.ends_with("/b")) << below;
  EXPECT_EQ(joined(names.of_url("http://h/a/c")), below.substr(0, below.size() - 1) + "c");
  FileNames again;
  again.of_url("http://h/dir/");
  EXPECT_EQ(joined(again.of_url("http://h/dir/index.html")), second);
}

TEST(FileNamesTest, AreBoundedHoweverLongTheUrl) {
  FileNames names;
  const std::string query = "http://h/search.html?" + std::string(5000, 'q');
  EXPECT_LE(names.of_url(query).back().size(), 200u);
  EXPECT_NE(joined(names.of_url(query + "1")), joined(names.of_url(query + "2")));
  EXPECT_TRUE(
      names.of_url("http://h/" + std::string(3000, 'x') + ".html").back().ends_with(".html"));
  std::string deep = "http://h";
  for (int i = 0; i < 2000; ++i) deep += "/d";
  EXPECT_EQ(names.of_url(deep + "/x.html"), (std::vector<std::string>{"h", "%long", "x.html"}));
  EXPECT_NE(names.of_url(deep + "/y/x.html").back(), "x.html");
}

// Strangers' URLs made of the pieces that hurt.
TEST(FileNamesTest, WhateverTheUrlTheNameIsSafeAndItsOwn) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces{"/",    "..", ".",    "a",  "index.html", "?",   "%2e%2e",
                                        "\\",   "\n", "\xff", "~",  "%00",        "://", "#",
                                        "[::]", ":",  "@",    "//", "-",          "A",   "%long"};
  FileNames names;
  std::set<std::string> files;
  std::set<std::string> urls;
  for (int i = 0; i < 20'000; ++i) {
    std::string url = random() % 4 == 0 ? "" : "http://h";
    for (unsigned n = random() % 8; n > 0; --n) url += pieces[random() % pieces.size()];
    if (!urls.insert(url).second) continue;
    const std::vector<std::string> path = names.of_url(url);
    ASSERT_GE(path.size(), 2u);
    for (const std::string& name : path) {
      ASSERT_FALSE(name.empty() || name[0] == '.' || name[0] == '-') << url;
      ASSERT_LE(name.size(), 200u) << url;
      for (const char c : name) ASSERT_TRUE(c > ' ' && c < 0x7f && c != '/' && c != '\\') << url;
    }
    ASSERT_TRUE(files.insert(joined(path)).second) << url << " shares " << joined(path);
  }
  // And no file is another's folder.
  for (const std::string& file : files) {
    const auto below = files.lower_bound(file + "/");
    EXPECT_FALSE(below != files.end() && below->starts_with(file + "/")) << file;
  }
}

TEST(SurtTest, PutsHostsInOrderOfTheirDomains) {
  EXPECT_EQ(storage::surt("http://example.com/"), "com,example)/");
  EXPECT_EQ(storage::surt("https://www.Example.com/A/b.html"), "com,example)/a/b.html");
  EXPECT_EQ(storage::surt("https://www2.example.com/"), "com,example)/");
  EXPECT_EQ(storage::surt("https://wwwhat.example.com/"), "com,example,wwwhat)/");
  EXPECT_EQ(storage::surt("https://sub.example.co.uk:8443/x"), "uk,co,example,sub:8443)/x");
  EXPECT_EQ(storage::surt("http://example.com/dir/"), "com,example)/dir");
  EXPECT_EQ(storage::surt("http://example.com/s?b=2&a=1&a=0"), "com,example)/s?a=0&a=1&b=2");
  EXPECT_EQ(storage::surt("http://example.com/?"), "com,example)/");
  EXPECT_EQ(storage::surt("http://example.com"), "com,example)/");
  EXPECT_EQ(storage::surt("http://127.0.0.1:80/"), "1,0,0,127:80)/");
  EXPECT_EQ(storage::surt("http://[::1]:80/"), "[::1]:80)/");
}

TEST(UrlPartsTest, SplitsAndNeverFails) {
  const storage::UrlParts parts = storage::parts_of("https://example.com:8443/a/b?x=1?y#f");
  EXPECT_EQ(parts.scheme, "https");
  EXPECT_EQ(parts.host, "example.com");
  EXPECT_EQ(parts.port, "8443");
  EXPECT_EQ(parts.path, "/a/b");
  EXPECT_EQ(parts.query, "x=1?y");
  EXPECT_EQ(storage::parts_of("http://[::1]/").host, "[::1]");
  EXPECT_EQ(storage::parts_of("http://h?q").query, "q");
  EXPECT_EQ(storage::parts_of("").host, "");
}

}  // namespace
