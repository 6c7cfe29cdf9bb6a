// JSON (RFC 8259), written value by value to the end of a string, without a tree in between: what
// weft prints, serves and keeps as JSON is written here. Not thread-safe.
//
//   std::string text;
//   JsonWriter json(text);
//   json.object([&] {
//     json.member("url", url);
//     json.array("depths", [&] {
//       for (const int depth : depths) json.value(depth);
//     });
//   });
//
// The caller keeps objects and arrays balanced, which the forms that take a function do by
// themselves. No value costs memory beyond what `text` grows by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace storage {

// `text` in double quotes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
// The shortest decimal that reads back as `value`, always with a point or an exponent: "1.0",
// "0.25", "1e+20". JSON has no infinity and no NaN: they are "null".
void append_json_number(std::string& out, double value);

enum class JsonLayout : std::uint8_t {
  kCompact,   // {"a":1,"b":[2,3]}
  kSpaced,    // {"a": 1, "b": [2, 3]}
  kIndented,  // a member or item a line, two spaces a level
};

class JsonWriter {
 public:
  // `out` must outlive the writer.
  explicit JsonWriter(std::string& out, JsonLayout layout = JsonLayout::kCompact)
      : out_(out), layout_(layout) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  // Names the next value of an object.
  void key(std::string_view name);

  // A text, a truth value, or any integer or floating-point number.
  template <class Value>
  void value(const Value& value) {
    if constexpr (std::is_same_v<Value, bool>)
      raw(value ? "true" : "false");
    else if constexpr (std::is_floating_point_v<Value>)
      number(value);
    else if constexpr (std::is_integral_v<Value> && std::is_signed_v<Value>)
      integer(std::int64_t{value});
    else if constexpr (std::is_integral_v<Value>)
      natural(std::uint64_t{value});
    else
      text(value);
  }
  void null() { raw("null"); }
  // With so many decimals; `value` is finite.
  void fixed(double value, int decimals);
  // A value that is JSON already.
  void raw(std::string_view json);

  template <class Value>
  void member(std::string_view name, const Value& value) {
    key(name);
    this->value(value);
  }
  template <class Write>
  void object(Write write_members) {
    begin_object();
    write_members();
    end_object();
  }
  template <class Write>
  void object(std::string_view name, Write write_members) {
    key(name);
    object(write_members);
  }
  template <class Write>
  void array(Write write_items) {
    begin_array();
    write_items();
    end_array();
  }
  template <class Write>
  void array(std::string_view name, Write write_items) {
    key(name);
    array(write_items);
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();
  void new_line();
  void text(std::string_view text);
  void integer(std::int64_t value);
  void natural(std::uint64_t value);
  void number(double value);

  std::string& out_;
  const JsonLayout layout_;
  std::size_t depth_ = 0;  // objects and arrays that are open
  bool follows_ = false;   // the innermost one has something in it already
  bool after_key_ = false;
};

}  // namespace storage
