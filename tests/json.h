// JSON as a test reads it: parsed once, never changed. The parser is in json.cc, because including
// it costs more than a second of compiling a source.
//
// A Json is one value of a document and keeps the whole document. Copies are cheap. What is missing
// or of another type throws std::runtime_error, which fails the test.
#pragma once

#include <compare>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

class Json {
 public:
  // Throws std::runtime_error with the place of the mistake.
  static Json parse(std::string_view text);

  // A member of an object; an item of an array.
  Json operator[](std::string_view key) const;
  Json operator[](std::size_t index) const;

  // Whether it is an object with that member.
  bool contains(std::string_view key) const;
  // The names of an object's members, in the order of the text.
  std::vector<std::string> keys() const;
  // Members or items; 0 of null, 1 of any other value.
  std::size_t size() const;

  bool is_null() const;
  bool is_string() const;
  bool is_array() const;
  bool is_object() const;

  std::string text() const;
  operator std::string() const { return text(); }
  double number() const;
  // As compact JSON.
  std::string dump() const;

  // Values of different types are not equal; 1 and 1.0 are.
  bool operator==(const Json& other) const;
  bool operator==(const char* text) const;
  bool operator==(const std::string& text) const;
  bool operator==(std::string_view text) const;
  bool operator==(bool value) const;
  bool operator==(int value) const;
  bool operator==(std::size_t value) const;
  bool operator==(double value) const;
  std::partial_ordering operator<=>(double value) const { return number() <=> value; }

  // Over the items of an array.
  class Iterator;
  Iterator begin() const;
  Iterator end() const;

  friend std::ostream& operator<<(std::ostream& out, const Json& json);

 private:
  explicit Json(std::shared_ptr<const void> value) : value_(std::move(value)) {}

  std::shared_ptr<const void> value_;  // shares the ownership of the document
};

class Json::Iterator {
 public:
  Iterator(const Json& array, std::size_t index) : array_(array), index_(index) {}
  Json operator*() const { return array_[index_]; }
  Iterator& operator++() {
    ++index_;
    return *this;
  }
  bool operator==(const Iterator& other) const { return index_ == other.index_; }

 private:
  Json array_;
  std::size_t index_;
};

}  // namespace tests
