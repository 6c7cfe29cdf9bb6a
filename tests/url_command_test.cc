// `weft url` and `weft robots`, as someone at a terminal sees them.
#include <gtest/gtest.h>

#include <string>

#include "tests/support.h"

namespace {

using tests::Ended;
using tests::TempDir;
using tests::weft;
using tests::write_file;

TEST(UrlCommand, PrintsEachArgumentNormalized) {
  const Ended ended = weft({"url", "HTTP://Example.COM:80/a/../b#c", "https://bücher.example"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "http://example.com/b#c\nhttps://xn--bcher-kva.example/\n");
  EXPECT_EQ(ended.err, "");
}

TEST(UrlCommand, ReadsLinesWithTheirBaseAfterATab) {
  const Ended ended = weft({"url"},
                           "../x?y#z\thttps://h/a/b/c\n"
                           "http://one/\n"
                           "\n"
                           "#f\thttp://h/a\r\n"
                           "http://dos/\r\n"
                           "no end\thttp://h/");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "https://h/a/x?y#z\nhttp://one/\nerror: empty\nhttp://h/a#f\nhttp://dos/\n"
            "http://h/no%20end\n");
}

TEST(UrlCommand, SaysWhyALineIsNoUrl) {
  const Ended ended = weft({"url"},
                           "a\nmailto:a@b\nhttp://a b/\nhttp://1.2.3.4.5/\nhttp://[::g]/\n"
                           "http://h:x/\nhttp://h/" +
                               std::string(100'000, 'a') +
                               "\n"
                               "a\thttp://h:x/\na\tmailto:x\nhttp://h/\tmailto:x\n");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "error: no_base\nerror: unsupported_scheme\nerror: bad_host\nerror: bad_ipv4\n"
            "error: bad_ipv6\nerror: bad_port\nerror: too_long\n"
            "error: bad_port\nerror: unsupported_scheme\nhttp://h/\n");
}

TEST(UrlCommand, AnEndlessLineIsOneErrorAndTheNextLineIsRead) {
  const std::string endless(1'000'000, 'a');
  EXPECT_EQ(weft({"url"}, "http://h/" + endless + "\nhttp://next/\n").out,
            "error: too_long\nhttp://next/\n");
  EXPECT_EQ(weft({"url"}, "a\thttp://h/" + endless + "\nhttp://next/").out,
            "error: too_long\nhttp://next/\n");
}

TEST(UrlCommand, OneBaseServesAllThatHaveNone) {
  EXPECT_EQ(weft({"url", "--base", "http://h/a/", "b", "../c"}).out, "http://h/a/b\nhttp://h/c\n");
  EXPECT_EQ(weft({"url", "--base", "http://h/a/"}, "b\nb\thttp://other/\n").out,
            "http://h/a/b\nhttp://other/b\n");
}

TEST(UrlCommand, PartsAreALineOfJson) {
  const Ended ended = weft({"url", "--parts", "https://u:p@H:81/a?q#f", "http://"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            R"({"href":"https://h:81/a?q#f","identity":"https://h:81/a?q",)"
            R"("origin":"https://h:81","scheme":"https","host":"h","port":81,"path":"/a",)"
            R"("query":"?q","fragment":"#f"})"
            "\n"
            R"({"error":"bad_host"})"
            "\n");
}

TEST(UrlCommand, AFullDiskIsAnError) {
  const Ended ended =
      tests::run({"sh", "-c", "exec \"$0\" url http://h/ >/dev/full", tests::weft_program()});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err, "weft: cannot write to the standard output\n");
}

TEST(RobotsCommand, PrintsTheDecisionTheUrlAndTheLine) {
  const TempDir dir;
  write_file(dir.file("robots.txt"),
             "User-agent: *\nDisallow: /\n\nUser-agent: weft\nDisallow: /private/ # ours\n"
             "Allow: /private/*.html$\n");
  const Ended ended =
      weft({"robots", dir.file("robots.txt"), "--agent", "weft", "https://example.com/",
            "https://example.com/private/a", "https://example.com/private/a.html"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out,
            "allow\thttps://example.com/\tno rule\n"
            "disallow\thttps://example.com/private/a\tline 5: Disallow: /private/\n"
            "allow\thttps://example.com/private/a.html\tline 6: Allow: /private/*.html$\n");
  EXPECT_EQ(ended.err, "");
}

TEST(RobotsCommand, ADashReadsTheStandardInput) {
  const Ended ended =
      weft({"robots", "-", "--agent", "other/1.0", "http://h/a"}, "User-agent: *\nDisallow: /a\n");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "disallow\thttp://h/a\tline 2: Disallow: /a\n");
}

TEST(RobotsCommand, AFileThatCannotBeReadIsOneLine) {
  const TempDir dir;
  const Ended missing = weft({"robots", dir.file("none"), "http://h/"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_EQ(missing.out, "");
  EXPECT_EQ(missing.err, "weft: cannot read " + dir.file("none") + ": No such file or directory\n");
  const Ended folder = weft({"robots", dir.path().string(), "http://h/"});
  EXPECT_EQ(folder.code, 2);
  EXPECT_EQ(folder.err, "weft: cannot read " + dir.path().string() + ": Is a directory\n");
}

TEST(RobotsCommand, WhatIsNoUrlIsNamedAndTheRestAnswered) {
  const Ended ended = weft({"robots", "-", "mailto:x", "http://h/"}, "");
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "allow\thttp://h/\tno rule\n");
  EXPECT_EQ(ended.err, "weft: mailto:x: not an http or https URL\n");
}

TEST(RobotsCommand, WithoutAUrlThereIsNothingToAnswer) {
  EXPECT_EQ(weft({"robots", "-"}).code, 2);
  EXPECT_EQ(weft({"robots"}).code, 2);
}

TEST(Commands, HelpNamesTheOptions) {
  const Ended url = weft({"url", "--help"});
  EXPECT_EQ(url.code, 0);
  EXPECT_NE(url.out.find("--parts"), std::string::npos);
  const Ended robots = weft({"robots", "--help"});
  EXPECT_EQ(robots.code, 0);
  EXPECT_NE(robots.out.find("--agent"), std::string::npos);
}

}  // namespace
