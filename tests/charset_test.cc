#include "parser/charset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "parser/encoding_labels.h"
#include "parser/meta_prescan.h"
#include "parser/utf8.h"

namespace {

using parser::CharsetDecoder;

struct Text {
  std::string text;
  std::string charset;
  bool operator==(const Text&) const = default;
};

void PrintTo(const Text& text, std::ostream* out) { *out << text.charset << ": " << text.text; }

Text decode(std::string_view body, std::string_view content_type = "text/html") {
  static CharsetDecoder decoder;
  // In a buffer of its exact size, so that a byte read too far is found.
  const auto exact = std::make_unique_for_overwrite<char[]>(body.size());
  body.copy(exact.get(), body.size());
  const CharsetDecoder::Decoded decoded = decoder.decode({exact.get(), body.size()}, content_type);
  return {std::string(decoded.text), std::string(decoded.charset)};
}

std::string prescan(std::string_view body) {
  const parser::Encoding* const encoding = parser::prescan_encoding(body);
  return encoding == nullptr ? "" : encoding->name;
}

TEST(CharsetTest, AsciiAndUtf8AreReadAsTheyAre) {
  EXPECT_EQ(decode("<p>plain"), (Text{"<p>plain", "UTF-8"}));
  EXPECT_EQ(decode("<p>na\u00EFve \u6F22\u5B57 \U0001F600"),
            (Text{"<p>na\u00EFve \u6F22\u5B57 \U0001F600", "UTF-8"}));
  EXPECT_EQ(decode(""), (Text{"", "UTF-8"}));
}

TEST(CharsetTest, ValidUtf8IsNotCopied) {
  CharsetDecoder decoder;
  const std::string body = "<p>\u00E9t\u00E9";
  EXPECT_EQ(decoder.decode(body, "").text.data(), body.data());
}

TEST(CharsetTest, AByteOrderMarkOutranksTheHeader) {
  EXPECT_EQ(decode("\xEF\xBB\xBF\u00E9", "text/html; charset=windows-1251"),
            (Text{"\u00E9", "UTF-8"}));
  EXPECT_EQ(decode(std::string_view("\xFE\xFF\0<\x04\x16", 6), "text/html; charset=utf-8"),
            (Text{"<\u0416", "UTF-16BE"}));
  EXPECT_EQ(decode(std::string_view("\xFF\xFE<\0\x16\x04", 6)), (Text{"<\u0416", "UTF-16LE"}));
  EXPECT_EQ(decode(std::string_view("\xFF\xFE<\0\x16", 5)), (Text{"<\uFFFD", "UTF-16LE"}))
      << "half a character at the end";
}

TEST(CharsetTest, TheHeaderOutranksThePage) {
  EXPECT_EQ(decode("<meta charset=utf-8>\xCF", "text/html; charset=windows-1251"),
            (Text{"<meta charset=utf-8>\u041F", "windows-1251"}));
  EXPECT_EQ(decode("\xCF", "text/html; Charset = \"KOI8-R\"; x=y"), (Text{"\u043E", "KOI8-R"}));
}

TEST(CharsetTest, AnUnknownLabelInTheHeaderCountsForNothing) {
  EXPECT_EQ(decode("<meta charset=windows-1251>\xCF", "text/html; charset=martian").charset,
            "windows-1251");
}

TEST(CharsetTest, LabelsMeanWhatTheEncodingStandardSays) {
  const auto name = [](std::string_view label) {
    const parser::Encoding* const encoding = parser::find_encoding(label);
    return std::string(encoding == nullptr ? "" : encoding->name);
  };
  EXPECT_EQ(name("latin1"), "windows-1252");
  EXPECT_EQ(name(" ISO-8859-1\n"), "windows-1252");
  EXPECT_EQ(name("US-ASCII"), "windows-1252");
  EXPECT_EQ(name("gb2312"), "GBK");
  EXPECT_EQ(name("x-sjis"), "Shift_JIS");
  EXPECT_EQ(name("ks_c_5601-1987"), "EUC-KR");
  EXPECT_EQ(name("iso-8859-9"), "windows-1254");
  EXPECT_EQ(name("utf-16"), "UTF-16LE");
  EXPECT_EQ(name("utf8"), "UTF-8");
  EXPECT_EQ(name("utf"), "") << "part of a label";
  EXPECT_EQ(name("utf-8 utf8"), "") << "two labels";
  EXPECT_EQ(name(""), "");
  EXPECT_EQ(name("iso-2022-kr"), "") << "the standard refuses to decode it";
  EXPECT_EQ(name(std::string(1000, 'a')), "");
}

TEST(CharsetTest, EveryEncodingDecodesAndRefusesNothing) {
  std::string bytes;
  for (int c = 1; c < 256; ++c) bytes += static_cast<char>(c);
  for (const char* const label :
       {"utf-8",        "ibm866",       "iso-8859-2",     "iso-8859-3",   "iso-8859-4",
        "iso-8859-5",   "iso-8859-6",   "iso-8859-7",     "iso-8859-8",   "logical",
        "iso-8859-10",  "iso-8859-13",  "iso-8859-14",    "iso-8859-15",  "koi8-r",
        "koi8-u",       "macintosh",    "windows-874",    "windows-1250", "windows-1251",
        "windows-1252", "windows-1253", "windows-1254",   "windows-1255", "windows-1256",
        "windows-1257", "windows-1258", "x-mac-cyrillic", "gbk",          "gb18030",
        "big5",         "euc-jp",       "iso-2022-jp",    "shift_jis",    "euc-kr",
        "utf-16be",     "utf-16le"}) {
    const Text text = decode(bytes, "text/html; charset=" + std::string(label));
    EXPECT_FALSE(text.text.empty()) << label;
    EXPECT_EQ(parser::valid_utf8_prefix(text.text), text.text.size()) << label;
  }
}

TEST(CharsetTest, PagesOfTheWorldAreReadable) {
  EXPECT_EQ(decode("\x93\xFA\x96\x7B\x8C\xEA", "text/html; charset=Shift_JIS"),
            (Text{"\u65E5\u672C\u8A9E", "Shift_JIS"}));
  EXPECT_EQ(decode("<meta charset=gb2312>\xD6\xD0\xCE\xC4"),
            (Text{"<meta charset=gb2312>\u4E2D\u6587", "GBK"}));
  EXPECT_EQ(decode("\xCF\xF0\xE8\xE2\xE5\xF2", "text/html; charset=cp1251"),
            (Text{"\u041F\u0440\u0438\u0432\u0435\u0442", "windows-1251"}));
  EXPECT_EQ(decode("\x80 \x93quoted\x94", "text/html; charset=iso-8859-1"),
            (Text{"\u20AC \u201Cquoted\u201D", "windows-1252"}));
  EXPECT_EQ(decode("\xC7\xD1\xB1\xDB \x8C\x63", "text/html; charset=euc-kr"),
            (Text{"\uD55C\uAE00 \uB620", "EUC-KR"}));
}

TEST(CharsetTest, WithoutADeclarationTheBytesDecide) {
  std::string russian;
  for (int i = 0; i < 20; ++i)
    russian +=
        "<p>\xCF\xF0\xE8\xE2\xE5\xF2, \xEA\xE0\xEA \xE4\xE5\xEB\xE0? \xDD\xF2\xEE "
        "\xEF\xF0\xEE\xF1\xF2\xEE\xE9 \xF2\xE5\xEA\xF1\xF2 \xED\xE0 \xF0\xF3\xF1\xF1\xEA\xEE\xEC "
        "\xFF\xE7\xFB\xEA\xE5.";
  EXPECT_EQ(decode(russian).charset, "windows-1251");
  std::string japanese;
  for (int i = 0; i < 20; ++i)
    japanese +=
        "<p>"
        "\x82\xB1\x82\xEA\x82\xCD\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\x95\xB6\x8F\xCD\x82\xC5\x82\xB7"
        "\x81\x42";
  EXPECT_EQ(decode(japanese).charset, "Shift_JIS");
  EXPECT_EQ(decode("caf\xE9"), (Text{"caf\u00E9", "windows-1252"}));
  std::string cut;
  for (int i = 0; i < 20; ++i) cut += "\u043F\u0440\u0438\u0432\u0435\u0442 ";
  EXPECT_EQ(decode(cut + "\xD0"), (Text{cut + "\uFFFD", "UTF-8"})) << "cut off in a character";
}

// Encoding Standard, section 9.1.1: one U+FFFD for each maximal part of a sequence.
TEST(CharsetTest, BadUtf8BecomesReplacementCharacters) {
  const std::string header = "text/html; charset=utf-8";
  EXPECT_EQ(decode("a\xFFz", header).text, "a\uFFFDz");
  EXPECT_EQ(decode("\xE6\xBC", header).text, "\uFFFD") << "cut off in the middle";
  EXPECT_EQ(decode("\xE6\xBCx", header).text, "\uFFFDx");
  EXPECT_EQ(decode("\xC0\x80", header).text, "\uFFFD\uFFFD") << "an overlong form";
  EXPECT_EQ(decode("\xED\xA0\x80", header).text, "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(decode("\xF4\x90\x80\x80", header).text, "\uFFFD\uFFFD\uFFFD\uFFFD")
      << "beyond U+10FFFF";
  EXPECT_EQ(decode("\xF0\x9F\x98z\xC3\xA9", header).text, "\uFFFDz\u00E9");
}

TEST(CharsetTest, ASingleBadByteOfAnotherEncodingBecomesAReplacementCharacter) {
  EXPECT_EQ(decode("a\xFFz", "text/html; charset=shift_jis").text, "a\uFFFDz");
  EXPECT_EQ(decode("a\x81", "text/html; charset=gb18030").text, "a\uFFFD");
}

TEST(CharsetTest, ABodyGrowsAsFarAsItsCharactersNeed) {
  const std::string body(100'000, '\x80');  // three bytes each in UTF-8
  EXPECT_EQ(decode(body, "text/html; charset=windows-1252").text.size(), 300'000u);
}

TEST(CharsetTest, TheFastPathFindsABadByteWhereverItStands) {
  for (std::size_t size = 1; size < 100; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\xFF';
      ASSERT_EQ(parser::valid_utf8_prefix(text), at);
    }
  }
}

TEST(MetaPrescanTest, FindsBothFormsOfTheDeclaration) {
  EXPECT_EQ(prescan("<meta charset=koi8-r>"), "KOI8-R");
  EXPECT_EQ(prescan("<META CHARSET = \"KOI8-R\" />"), "KOI8-R");
  EXPECT_EQ(prescan("<meta/charset='koi8-r'>"), "KOI8-R");
  EXPECT_EQ(prescan("<meta http-equiv=Content-Type content='text/html; charset=big5'>"), "Big5");
  EXPECT_EQ(prescan("<meta content='text/html; charset=\"big5\"' http-equiv=content-type>"),
            "Big5");
  EXPECT_EQ(prescan("<!doctype html><html lang='<meta charset=big5>'><p><meta charset=euc-jp>"),
            "EUC-JP");
}

TEST(MetaPrescanTest, APageThatSaysUtf16IsReadAsUtf8) {
  EXPECT_EQ(prescan("<meta charset=utf-16>"), "UTF-8");
}

TEST(MetaPrescanTest, PassesOverWhatIsNoDeclaration) {
  EXPECT_EQ(prescan("<!-- <meta charset=koi8-r> -->"), "");
  EXPECT_EQ(prescan("<!--><meta charset=koi8-r>"), "KOI8-R") << "a comment that ends at once";
  EXPECT_EQ(prescan("<!doctype <meta charset=koi8-r>"), "");
  EXPECT_EQ(prescan("<metal charset=koi8-r>"), "");
  EXPECT_EQ(prescan("<meta charset=martian><meta charset=koi8-r>"), "KOI8-R");
  EXPECT_EQ(prescan("<meta content='charset=koi8-r'>"), "") << "without http-equiv";
  EXPECT_EQ(prescan("<meta name=x content='text/html; charset=koi8-r'>"), "");
  EXPECT_EQ(prescan("<a title='<meta charset=koi8-r>'>"), "");
}

TEST(MetaPrescanTest, LooksAtTheFirst1024BytesAlone) {
  const std::string meta = "<meta charset=koi8-r>";
  EXPECT_EQ(prescan(std::string(1024 - meta.size(), ' ') + meta), "KOI8-R");
  EXPECT_EQ(prescan(std::string(1025 - meta.size(), ' ') + meta), "");
}

TEST(MetaPrescanTest, AnyCutOfAPageIsReadWithinItsBounds) {
  const std::string page =
      "<!DOCTYPE x><!-- - -- --><?pi?></p x='1' y=2/><a b = \"c\"><meta charset = 'koi8-r' x>";
  for (std::size_t size = 0; size <= page.size(); ++size) {
    const auto exact = std::make_unique_for_overwrite<char[]>(size);
    page.copy(exact.get(), size);
    EXPECT_EQ(prescan({exact.get(), size}), size == page.size() ? "KOI8-R" : "") << size;
  }
}

TEST(MetaPrescanTest, ReadsTheCharsetOfAHeader) {
  EXPECT_EQ(parser::charset_parameter("text/html;charset=utf-8"), "utf-8");
  EXPECT_EQ(parser::charset_parameter("text/html; charset = 'utf-8' "), "utf-8");
  EXPECT_EQ(parser::charset_parameter("text/html; charset=utf-8;x=y"), "utf-8");
  EXPECT_EQ(parser::charset_parameter("text/html; charset charset=utf-8"), "utf-8");
  EXPECT_EQ(parser::charset_parameter("text/html; charset=\"utf-8"), "");
  EXPECT_EQ(parser::charset_parameter("text/html; charset="), "");
  EXPECT_EQ(parser::charset_parameter("charset"), "");
}

}  // namespace
