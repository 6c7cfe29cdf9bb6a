#include "crawler/options/binding.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "crawler/options/units.h"

namespace crawler {
namespace {

// A value that one word stands for.
template <class T>
struct Format {
  std::string expected;  // completes "'x' is not "
  std::function<std::optional<T>(const std::string& word)> parse;
  std::function<std::string(const T& value)> print;
  std::function<Setting(const T& value)> setting;
};

std::string is_not(const std::string& word, const std::string& expected) {
  return "'" + word + "' is not " + expected;
}

template <class T>
Binding one_word(std::string type, Member<T> member, Format<T> format) {
  Binding made{.type = std::move(type)};
  const std::optional<T> initial = member.get();
  if (initial) made.initial = format.print(*initial);
  made.setting = [member, setting = format.setting]() -> Setting {
    const std::optional<T> value = member.get();
    return value ? setting(*value) : nullptr;
  };
  made.read = [member = std::move(member), format = std::move(format)](const Words& words) {
    if (words.empty()) {
      member.reset();
      return std::string();
    }
    const std::optional<T> value = format.parse(words.back());
    if (!value) return is_not(words.back(), format.expected);
    member.set(*value);
    return std::string();
  };
  return made;
}

std::optional<bool> truth_of(const std::string& word) {
  for (const std::string_view yes : {"true", "1", "yes", "on"})
    if (word == yes) return true;
  for (const std::string_view no : {"false", "0", "no", "off"})
    if (word == no) return false;
  return std::nullopt;
}

Binding flag_that_sets(bool& member, bool value) {
  Binding made{.takes = Binding::Takes::kNothing};
  made.setting = [&member, value] { return member == value; };
  made.read = [&member, value](const Words& words) {
    const std::optional<bool> given = words.empty() ? false : truth_of(words.back());
    if (!given) return is_not(words.back(), "true or false");
    member = *given ? value : !value;
    return std::string();
  };
  return made;
}

std::string whole_numbers(std::int64_t least, std::int64_t most) {
  if (most != kNoMost) return fmt::format("a whole number from {} to {}", least, most);
  return least == 0 ? "a whole number" : fmt::format("a whole number of {} or more", least);
}

Setting as_text(const std::string& text) { return text; }

}  // namespace

Binding flag(bool& member) { return flag_that_sets(member, true); }

Binding opposite_flag(bool& member) { return flag_that_sets(member, false); }

Binding text(Member<std::string> member, WordCheck check) {
  Binding made{.type = "TEXT", .initial = member.get().value_or("")};
  made.setting = [member]() -> Setting {
    const std::optional<std::string> value = member.get();
    return value ? Setting(*value) : nullptr;
  };
  made.read = [member = std::move(member), check = std::move(check)](const Words& words) {
    if (words.empty()) {
      member.reset();
      return std::string();
    }
    std::string wrong = check ? check(words.back()) : "";
    if (wrong.empty()) member.set(words.back());
    return wrong;
  };
  return made;
}

Binding file(std::string& member) {
  Binding made = text(member);
  made.type = "FILE";
  made.is_file = true;
  return made;
}

Binding existing_file(std::string& member) {
  Binding made = text(member, [](const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return "there is no file " + path;
    return std::filesystem::is_directory(path, error) ? path + " is a folder, not a file"
                                                      : std::string();
  });
  made.type = "FILE";
  made.is_file = true;
  return made;
}

Binding texts(Words& member) {
  Binding made{.takes = Binding::Takes::kWords, .type = "TEXT"};
  made.setting = [&member] { return member; };
  made.read = [&member](const Words& words) {
    member = words;
    return std::string();
  };
  return made;
}

Binding files(Words& member) {
  Binding made = texts(member);
  made.type = "FILE";
  made.is_file = true;
  return made;
}

Binding choice_of(Member<std::string> member, Words known) {
  const std::string all = fmt::format("{}", fmt::join(known, "|"));
  Binding made = one_word<std::string>(
      all, std::move(member),
      {.expected = fmt::format("one of {}", fmt::join(known, ", ")),
       .parse = [known](const std::string& word) -> std::optional<std::string> {
         if (std::find(known.begin(), known.end(), word) == known.end()) return std::nullopt;
         return word;
       },
       .print = [](const std::string& word) { return word; },
       .setting = as_text});
  made.known = std::move(known);
  return made;
}

Binding word(std::string& member, Words known) {
  return choice_of(member_as<std::string>(member), std::move(known));
}

Binding whole_number(Member<std::int64_t> member, std::int64_t least, std::int64_t most) {
  Binding made = one_word<std::int64_t>(
      "N", std::move(member),
      {.expected = whole_numbers(least, most),
       .parse = [least, most](const std::string& word) -> std::optional<std::int64_t> {
         const std::optional<std::int64_t> number = number_from<std::int64_t>(word);
         return number && *number >= least && *number <= most ? number : std::nullopt;
       },
       .print = [](std::int64_t number) { return std::to_string(number); },
       .setting = [least, most](std::int64_t number) -> Setting {
         if (number < least || number > most) return nullptr;
         return number;
       }});
  if (most != kNoMost) made.range = fmt::format("{}-{}", least, most);
  return made;
}

Binding fraction(double& member) {
  Binding made =
      one_word<double>("N", member_as<double>(member),
                       {.expected = "a number from 0 to 1",
                        .parse = [](const std::string& word) -> std::optional<double> {
                          const std::optional<double> number = number_from<double>(word);
                          return number && *number >= 0 && *number <= 1 ? number : std::nullopt;
                        },
                        .print = [](double number) { return fmt::format("{}", number); },
                        .setting = [](double number) { return number; }});
  made.range = "0-1";
  return made;
}

Binding duration_of(Member<Microseconds> member, Microseconds least) {
  return one_word<Microseconds>(
      "TIME", std::move(member),
      {.expected = least.count() == 0
                       ? "a duration; write 250ms, 2s or 1m30s"
                       : "a duration of " + format_duration(least) + " or more; write 2s or 1m30s",
       .parse = [least](const std::string& word) -> std::optional<Microseconds> {
         const std::optional<Microseconds> time = parse_duration(word);
         return time && *time >= least ? time : std::nullopt;
       },
       .print = format_duration,
       .setting = [](Microseconds time) -> Setting {
         return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
       }});
}

Binding size(std::uint64_t& member, std::uint64_t most) {
  return one_word<std::uint64_t>(
      "SIZE", member_as<std::uint64_t>(member),
      {.expected = most == kAnySize ? "a size; write 100, 64KiB or 1.5MB"
                                    : "a size up to " + format_size(most) + "; write 100 or 64KiB",
       .parse = [most](const std::string& word) -> std::optional<std::uint64_t> {
         const std::optional<std::uint64_t> bytes = parse_size(word);
         return bytes && *bytes <= most ? bytes : std::nullopt;
       },
       .print = format_size,
       .setting = [](std::uint64_t bytes) { return static_cast<std::int64_t>(bytes); }});
}

Binding list_of(std::function<void()> clear, std::function<bool(const std::string& word)> append,
                std::string expected) {
  Binding made{.takes = Binding::Takes::kWords, .type = "LIST", .is_list = true};
  made.setting = [] { return nullptr; };
  made.read = [clear = std::move(clear), append = std::move(append),
               expected = std::move(expected)](const Words& words) {
    clear();
    for (const std::string& word : words)
      for (std::size_t start = 0; start <= word.size();) {
        const std::size_t comma = std::min(word.find(',', start), word.size());
        const std::string item = word.substr(start, comma - start);
        if (!append(item)) return is_not(item, expected);
        start = comma + 1;
      }
    return std::string();
  };
  return made;
}

}  // namespace crawler
