#include "tests/json.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

namespace tests {
namespace {

using Value = nlohmann::ordered_json;

const Value& value_of(const std::shared_ptr<const void>& value) {
  return *static_cast<const Value*>(value.get());
}

// What the library throws, as an error that shows the value.
template <class Read>
auto read(const Value& value, Read&& read_from) {
  try {
    return read_from(value);
  } catch (const Value::exception& error) {
    constexpr std::size_t kShown = 200;
    throw std::runtime_error(std::string(error.what()) + ": " + value.dump().substr(0, kShown));
  }
}

}  // namespace

Json Json::parse(std::string_view text) {
  try {
    return Json(std::make_shared<const Value>(Value::parse(text)));
  } catch (const Value::exception& error) {
    throw std::runtime_error(error.what());
  }
}

Json Json::operator[](std::string_view key) const {
  const Value* const member =
      read(value_of(value_), [&](const Value& value) { return &value.at(std::string(key)); });
  return Json(std::shared_ptr<const void>(value_, member));
}

Json Json::operator[](std::size_t index) const {
  const Value* const item =
      read(value_of(value_), [&](const Value& value) { return &value.at(index); });
  return Json(std::shared_ptr<const void>(value_, item));
}

bool Json::contains(std::string_view key) const {
  return value_of(value_).contains(std::string(key));
}

std::vector<std::string> Json::keys() const {
  std::vector<std::string> keys;
  read(value_of(value_), [&](const Value& value) {
    for (const auto& [key, member] : value.get_ref<const Value::object_t&>()) keys.push_back(key);
  });
  return keys;
}

std::size_t Json::size() const { return value_of(value_).size(); }

bool Json::is_null() const { return value_of(value_).is_null(); }
bool Json::is_string() const { return value_of(value_).is_string(); }
bool Json::is_array() const { return value_of(value_).is_array(); }
bool Json::is_object() const { return value_of(value_).is_object(); }

std::string Json::text() const {
  return read(value_of(value_), [](const Value& value) { return value.get<std::string>(); });
}

// A truth value is no number here, although the library takes it for one.
double Json::number() const {
  return read(value_of(value_), [](const Value& value) {
    if (!value.is_number()) throw std::runtime_error("not a number: " + value.dump());
    return value.get<double>();
  });
}

std::string Json::dump() const { return value_of(value_).dump(); }

bool Json::operator==(const Json& other) const {
  return value_of(value_) == value_of(other.value_);
}
bool Json::operator==(const char* text) const { return *this == std::string_view(text); }
bool Json::operator==(const std::string& text) const { return *this == std::string_view(text); }
bool Json::operator==(std::string_view text) const { return value_of(value_) == Value(text); }
bool Json::operator==(bool value) const { return value_of(value_) == Value(value); }
bool Json::operator==(int value) const { return value_of(value_) == Value(value); }
bool Json::operator==(std::size_t value) const { return value_of(value_) == Value(value); }
bool Json::operator==(double value) const { return value_of(value_) == Value(value); }

Json::Iterator Json::begin() const {
  if (!is_array()) throw std::runtime_error("not an array: " + dump());
  return {*this, 0};
}
Json::Iterator Json::end() const { return {*this, size()}; }

std::ostream& operator<<(std::ostream& out, const Json& json) { return out << json.dump(); }

}  // namespace tests
