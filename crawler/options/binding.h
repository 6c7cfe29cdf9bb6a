// The kinds of options: how words fill a member. A member may be a std::optional: then it has no
// value until one is given. Each refers to the member, which must outlive it. What is wrong with a
// word names the word and says what is taken instead.
#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "crawler/options/option.h"

namespace crawler {

// What is wrong with a word, or "".
using WordCheck = std::function<std::string(const std::string& word)>;

// The whole of `word` as a number; nothing where it is not one, or does not fit.
template <class Number>
[[nodiscard]] std::optional<Number> number_from(std::string_view word) {
  Number number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

// ---- members -----------------------------------------------------------------------------------

// A member as a T, whatever its own type is.
template <class T>
struct Member {
  std::function<std::optional<T>()> get;
  std::function<void(const T& value)> set;
  std::function<void()> reset;  // to the value at its declaration
};

template <class To, class From>
To member_cast(const From& from) {
  if constexpr (requires { typename From::period; })
    return std::chrono::duration_cast<To>(from);
  else
    return static_cast<To>(from);
}

template <class T, class Type>
Member<T> member_as(Type& member) {
  return {.get = [&member] { return std::optional<T>(member_cast<T>(member)); },
          .set = [&member](const T& value) { member = member_cast<Type>(value); },
          .reset = [&member, initial = member] { member = initial; }};
}

template <class T, class Type>
Member<T> member_as(std::optional<Type>& member) {
  return {
      .get =
          [&member] { return member ? std::optional<T>(member_cast<T>(*member)) : std::nullopt; },
      .set = [&member](const T& value) { member = member_cast<Type>(value); },
      .reset = [&member, initial = member] { member = initial; }};
}

// ---- kinds -------------------------------------------------------------------------------------

// Sets the member to true where it is given.
Binding flag(bool& member);
// Sets it to false. The setting is what the option says: true where the member is false.
Binding opposite_flag(bool& member);

Binding text(Member<std::string> member, WordCheck check = {});
template <class Type>
Binding text(Type& member, WordCheck check = {}) {
  return text(member_as<std::string>(member), std::move(check));
}
// The name of a file, which need not exist; of one that must.
Binding file(std::string& member);
Binding existing_file(std::string& member);
// May be repeated; words that may name files.
Binding texts(Words& member);
Binding files(Words& member);
// One of `known`.
Binding word(std::string& member, Words known);

// A whole number. A member whose initial value is out of range has no setting until one is given.
inline constexpr std::int64_t kNoMost = std::numeric_limits<std::int64_t>::max();
Binding whole_number(Member<std::int64_t> member, std::int64_t least, std::int64_t most);
template <std::integral Type>
constexpr std::int64_t most_of() {
  return std::in_range<std::int64_t>(std::numeric_limits<Type>::max())
             ? static_cast<std::int64_t>(std::numeric_limits<Type>::max())
             : kNoMost;
}
template <std::integral Type>
Binding number(Type& member, std::int64_t least = 0, std::int64_t most = most_of<Type>()) {
  return whole_number(member_as<std::int64_t>(member), least, most);
}
template <std::integral Type>
Binding number(std::optional<Type>& member, std::int64_t least = 0,
               std::int64_t most = most_of<Type>()) {
  return whole_number(member_as<std::int64_t>(member), least, most);
}

// A number from 0 to 1.
Binding fraction(double& member);

// A time with its unit (options/units.h); its setting is in milliseconds.
using Microseconds = std::chrono::microseconds;
Binding duration_of(Member<Microseconds> member, Microseconds least);
template <class Type>
Binding duration(Type& member, Microseconds least = Microseconds(0)) {
  return duration_of(member_as<Microseconds>(member), least);
}

// Bytes, with a unit or without; its setting is in bytes.
inline constexpr std::uint64_t kAnySize = std::numeric_limits<std::uint64_t>::max();
Binding size(std::uint64_t& member, std::uint64_t most = kAnySize);

// One word for each value of an enum.
template <class Enum>
using NamedValues = std::vector<std::pair<std::string, Enum>>;
template <class Enum>
std::string name_of(const NamedValues<Enum>& names, Enum value) {
  for (const auto& [name, named] : names)
    if (named == value) return name;
  return {};
}
Binding choice_of(Member<std::string> member, Words known);
template <class Enum>
Binding choice(Enum& member, const NamedValues<Enum>& names) {
  Words known;
  for (const auto& [name, value] : names) known.push_back(name);
  return choice_of({.get = [&member, names] { return std::optional(name_of(names, member)); },
                    .set =
                        [&member, names](const std::string& word) {
                          for (const auto& [name, value] : names)
                            if (name == word) member = value;
                        },
                    .reset = [&member, initial = member] { member = initial; }},
                   std::move(known));
}

// Several words, separated by commas; the member is empty at first. `parse` returns nothing for a
// word that is not `expected`: "a whole number from 1 to 9".
template <class T>
using ParseWord = std::function<std::optional<T>(const std::string& word)>;
Binding list_of(std::function<void()> clear, std::function<bool(const std::string& word)> append,
                std::string expected);
template <class T>
Binding list(std::vector<T>& member, std::type_identity_t<ParseWord<T>> parse,
             std::string expected) {
  return list_of([&member] { member.clear(); },
                 [&member, parse = std::move(parse)](const std::string& word) {
                   const std::optional<T> value = parse(word);
                   if (value) member.push_back(*value);
                   return value.has_value();
                 },
                 std::move(expected));
}
template <class T>
Binding list(std::optional<std::vector<T>>& member, std::type_identity_t<ParseWord<T>> parse,
             std::string expected) {
  return list_of([&member] { member.reset(); },
                 [&member, parse = std::move(parse)](const std::string& word) {
                   const std::optional<T> value = parse(word);
                   if (!member) member.emplace();
                   if (value) member->push_back(*value);
                   return value.has_value();
                 },
                 std::move(expected));
}

}  // namespace crawler
