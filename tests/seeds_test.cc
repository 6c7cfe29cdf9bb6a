#include "crawler/options/seeds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/support.h"

namespace crawler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  std::vector<std::string> urls;
  std::vector<std::string> complaints;
};

Read read(const std::string& text) {
  std::istringstream in(text);
  std::vector<parser::Url> seeds;
  Read result;
  read_seeds(in, "list", seeds,
             [&](const std::string& complaint) { result.complaints.push_back(complaint); });
  for (const parser::Url& seed : seeds) result.urls.emplace_back(seed.href());
  return result;
}

TEST(Seeds, CommentsAndBlankLinesAreLeftOut) {
  const Read result =
      read("# a list\n\nhttp://a.example/\n   \n  # indented\nhttp://b.example/x#y\n");
  EXPECT_THAT(result.urls, ElementsAre("http://a.example/", "http://b.example/x#y"));
  EXPECT_THAT(result.complaints, IsEmpty());
}

TEST(Seeds, AByteOrderMarkAndWindowsLineEndsAreReadPast) {
  const Read result = read("\xef\xbb\xbfhttp://a.example/\r\n\r\nhttp://b.example/\r\n");
  EXPECT_THAT(result.urls, ElementsAre("http://a.example/", "http://b.example/"));
}

TEST(Seeds, TheLastLineNeedsNoEnd) {
  EXPECT_THAT(read("http://a.example/").urls, ElementsAre("http://a.example/"));
}

TEST(Seeds, ABadLineIsNamedWithItsNumberAndReasonAndTheRestIsKept) {
  const Read result =
      read("http://a.example/\nexample.com\nmailto:x@y\nhttp://[1::2::3]/\nhttp://b.example/\n");
  EXPECT_THAT(result.urls, ElementsAre("http://a.example/", "http://b.example/"));
  EXPECT_THAT(
      result.complaints,
      ElementsAre(
          HasSubstr("list:2: example.com: no scheme; write https://example.com"),
          HasSubstr("list:3: mailto:x@y: not an http or https URL"),
          HasSubstr("list:4: http://[1::2::3]/: bad_ipv6: what stands in [ ] must be an address")));
}

TEST(Seeds, ALineWithoutEndTakesBoundedMemory) {
  const Read result =
      read("http://a.example/" + std::string(4 * kMaxSeedLine, 'x') + "\nhttp://b.example/\n");
  EXPECT_THAT(result.urls, ElementsAre("http://b.example/"));
  ASSERT_EQ(result.complaints.size(), 1u);
  EXPECT_LT(result.complaints[0].size(), 400u);
}

TEST(Seeds, EscapeSequencesOfAListDoNotReachTheTerminal) {
  const Read result = read("\x1b[31mred\n");
  ASSERT_EQ(result.complaints.size(), 1u);
  EXPECT_EQ(result.complaints[0].find('\x1b'), std::string::npos);
}

TEST(Seeds, ArgumentsAreUrlsOrFiles) {
  tests::TempDir dir;
  tests::write_file(dir.file("list"), "http://from.file/\n");
  const auto seeds =
      gather_seeds({"https://direct.example/a", dir.file("list")}, [](const std::string&) {});
  ASSERT_EQ(seeds.size(), 2u);
  EXPECT_EQ(seeds[0].href(), "https://direct.example/a");
  EXPECT_EQ(seeds[1].href(), "http://from.file/");
}

TEST(Seeds, AMissingFileAndAFolderAreErrorsThatSayWhatToDo) {
  const auto ignore = [](const std::string&) {};
  try {
    gather_seeds({"/nonexistent/seeds.txt"}, ignore);
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/seeds.txt: No such file"));
  }
  tests::TempDir dir;
  EXPECT_THROW(gather_seeds({dir.path().string()}, ignore), std::runtime_error);
}

}  // namespace
}  // namespace crawler
