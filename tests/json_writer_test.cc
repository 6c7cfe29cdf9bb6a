// JSON as weft writes it: what RFC 8259 asks for, and the same bytes for the same values.
#include "storage/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

namespace {

using storage::JsonLayout;
using storage::JsonWriter;
using namespace std::literals;

std::string string_of(std::string_view text) {
  std::string out;
  storage::append_json_string(out, text);
  return out;
}

std::string number_of(double value) {
  std::string out;
  storage::append_json_number(out, value);
  return out;
}

std::string sample(JsonLayout layout) {
  std::string text;
  JsonWriter json(text, layout);
  json.object([&] {
    json.member("a", 1);
    json.array("b", [&] {
      json.value(true);
      json.null();
      json.object([&] { json.member("c", "d"); });
    });
    json.array("none", [] {});
    json.object("empty", [] {});
    json.key("raw");
    json.raw("[2]");
  });
  return text;
}

TEST(JsonWriter, LayoutsDifferInWhiteSpaceAlone) {
  EXPECT_EQ(sample(JsonLayout::kCompact),
            R"({"a":1,"b":[true,null,{"c":"d"}],"none":[],"empty":{},"raw":[2]})");
  EXPECT_EQ(sample(JsonLayout::kSpaced),
            R"({"a": 1, "b": [true, null, {"c": "d"}], "none": [], "empty": {}, "raw": [2]})");
  EXPECT_EQ(sample(JsonLayout::kIndented), R"({
  "a": 1,
  "b": [
    true,
    null,
    {
      "c": "d"
    }
  ],
  "none": [],
  "empty": {},
  "raw": [2]
})");
}

TEST(JsonWriter, StringsAreEscapedAsRfc8259SectionSevenAsks) {
  EXPECT_EQ(string_of("\"\\/\b\f\n\r\t\x01\x1f\x7f é"),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é\"");
  EXPECT_EQ(string_of(std::string_view("\0", 1)), "\"\\u0000\"");
}

TEST(JsonWriter, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(string_of("a\xff"
                      "b\xe2\x82"
                      "c\xed\xa0\x80"),
            "\"a\uFFFD"
            "b\uFFFD"
            "c\uFFFD\uFFFD\uFFFD\"");
  EXPECT_EQ(string_of("\xf0\x9f\xa6"), "\"\uFFFD\"") << "one for a character that is cut";
}

TEST(JsonWriter, AnyBytesReadBackAsNlohmannWritesThem) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 12, ' ');
    for (char& c : text) {
      static constexpr std::string_view kBytes =
          "a\"\\\n\x00\x1f\x7f\x80\xbf\xc3\xa9\xe2\x82\xac\xf0\x9f\xff"sv;
      c = kBytes[random() % kBytes.size()];
    }
    const std::string written = string_of(text);
    ASSERT_EQ(written,
              nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
}

TEST(JsonWriter, NumbersReadBackAsTheyWere) {
  EXPECT_EQ(number_of(0), "0.0");
  EXPECT_EQ(number_of(-1.5), "-1.5");
  EXPECT_EQ(number_of(100), "100.0");
  EXPECT_EQ(number_of(0.0001), "0.0001");
  EXPECT_EQ(number_of(0.00001), "1e-05");
  EXPECT_EQ(number_of(1e15), "1e+15");
  EXPECT_EQ(number_of(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number_of(std::numeric_limits<double>::quiet_NaN()), "null");
  std::mt19937_64 random(7);
  for (int round = 0; round < 10000; ++round) {
    const double value = static_cast<double>(random()) / static_cast<double>(random() % 100000 + 1);
    ASSERT_EQ(nlohmann::json::parse(number_of(value)).get<double>(), value);
  }
  std::string text;
  JsonWriter json(text);
  json.array([&] {
    json.value(std::numeric_limits<std::int64_t>::min());
    json.value(std::numeric_limits<std::uint64_t>::max());
    json.fixed(0.12345, 3);
    json.fixed(1e18, 0);
  });
  EXPECT_EQ(text, "[-9223372036854775808,18446744073709551615,0.123,1000000000000000000]");
}

}  // namespace
