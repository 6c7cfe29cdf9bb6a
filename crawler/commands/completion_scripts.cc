// The three scripts. Each knows weft's words and nothing else: no completion runs weft or reads a
// crawl's file.
#include <fmt/format.h>

#include <functional>
#include <string_view>

#include "crawler/commands/completion.h"

namespace crawler {
namespace {

using Kind = CompletedValue::Kind;

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
  return fmt::format("{}", fmt::join(words, between));
}

// In single quotes, for bash and zsh.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + '\'';
}

std::string fish_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + '\'';
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::vector<std::string> option_names(const CompletedCommand& command) {
  std::vector<std::string> names;
  for (const CompletedOption& option : command.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// ---- bash ---------------------------------------------------------------------------------------

constexpr std::string_view kBashBegin =
    R"sh(# Completion of weft for bash; weft completions bash prints it.

_weft_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_weft_list() {
  local before=
  [[ $cur == *,* ]] && before=${cur%,*},
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
  compopt -o nospace 2>/dev/null
}
_weft_files() {
  compopt -o filenames 2>/dev/null
  cur=${cur#[\'\"]}
  mapfile -t COMPREPLY < <(compgen -f -- "${cur//\\/}")
}

_weft() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= place=0 value= i
  COMPREPLY=()
  # --name=value comes as three words.
  if [[ $cur == '=' ]]; then
    cur=
  elif [[ $prev == '=' && COMP_CWORD -gt 1 ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "$command ${COMP_WORDS[i]}" in
      *' =') value=1 ;;
      __OPTIONS__) value=1 ;;
      *' -'?*) value= ;;
      *)
        if [[ $value ]]; then
          value=
        elif [[ ! $command ]]; then
          command=${COMP_WORDS[i]}
        else
          place=$((place + 1))
        fi ;;
    esac
  done
)sh";

std::string bash_value(const CompletedValue& value) {
  switch (value.kind) {
    case Kind::kWords:
      return (value.list ? "_weft_list " : "_weft_words ") + in_quotes(joined(value.words));
    case Kind::kFiles:
      return "_weft_files";
    case Kind::kUnknown:
      break;
  }
  return ":";
}

// ---- zsh ----------------------------------------------------------------------------------------

std::string zsh_value(std::string_view what, const CompletedValue& value) {
  // After a colon the name of the value, after another one what it can be.
  const std::string name = escaped(what, ":\\[]");
  switch (value.kind) {
    case Kind::kWords:
      return value.list ? fmt::format(":{0}:_values -s , {0} {1}", name, joined(value.words))
                        : fmt::format(":{}:({})", name, joined(value.words));
    case Kind::kFiles:
      return fmt::format(":{}:_files", name);
    case Kind::kUnknown:
      break;
  }
  return fmt::format(":{}: ", name);
}

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> with_value, names;
  std::string values, options, places;
  for (const CompletedCommand& command : commands) {
    if (!command.name.empty()) names.push_back(command.name);
    for (const CompletedOption& option : command.options) {
      if (option.flag) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names)
        patterns.push_back(in_quotes(command.name + ' ' + name));
      with_value.insert(with_value.end(), patterns.begin(), patterns.end());
      values +=
          fmt::format("    {}) {}; return ;;\n", joined(patterns, " | "), bash_value(option.value));
    }
    options += fmt::format("      {}) _weft_words {} ;;\n", in_quotes(command.name),
                           in_quotes(joined(option_names(command))));
    for (std::size_t i = 0; i < command.places.size(); ++i) {
      const CompletedPlace& place = command.places[i];
      places += fmt::format("    {}{}) {} ;;\n", in_quotes(command.name + ' '),
                            place.repeats ? "*" : std::to_string(i), bash_value(place.value));
    }
  }
  std::string begin(kBashBegin);
  constexpr std::string_view kOptions = "__OPTIONS__";
  begin.replace(begin.find(kOptions), kOptions.size(), joined(with_value, " | "));
  return begin + "  case \"$command $prev\" in\n" + values +
         "  esac\n  if [[ $cur == -* ]]; then\n    case $command in\n" + options +
         "    esac\n    return\n  fi\n  case \"$command $place\" in\n    ' '*) _weft_words " +
         in_quotes(joined(names)) + " ;;\n" + places + "  esac\n}\n\ncomplete -F _weft weft\n";
}

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  const auto specs = [](const CompletedCommand& command, const std::string& indent) {
    std::string out;
    for (const CompletedOption& option : command.options)
      for (const std::string& name : option.names) {
        const std::string value =
            option.flag ? std::string() : zsh_value(option.names.front().substr(2), option.value);
        const std::string sign = option.flag ? "" : name.starts_with("--") ? "=" : "+";
        out += fmt::format(" \\\n{}{}", indent,
                           in_quotes(fmt::format("*{}{}[{}]{}", name, sign,
                                                 escaped(option.about, "[]\\"), value)));
      }
    return out;
  };
  std::string list, cases;
  for (const CompletedCommand& command : commands) {
    if (command.name.empty()) continue;
    list += "        " + in_quotes(command.name + ':' + command.about) + '\n';
    cases += fmt::format("        {})\n          _arguments -s", command.name);
    cases += specs(command, "            ");
    for (const CompletedPlace& place : command.places)
      cases += fmt::format(" \\\n            {}", in_quotes((place.repeats ? "*" : "") +
                                                            zsh_value(place.name, place.value)));
    cases += " ;;\n";
  }
  return "#compdef weft\n# Completion of weft for zsh; weft completions zsh prints it.\n\n"
         "_weft() {\n  local curcontext=$curcontext state line\n  local -a commands\n"
         "  typeset -A opt_args\n  _arguments -C" +
         specs(commands.front(), "    ") +
         " \\\n    '1: :->command' \\\n    '*:: :->arguments'\n  case $state in\n    command)\n"
         "      commands=(\n" +
         list +
         "      )\n      _describe command commands ;;\n    arguments)\n      case $words[1] in\n" +
         cases + "      esac ;;\n  esac\n}\n\n_weft \"$@\"\n";
}

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  std::string out =
      "# Completion of weft for fish; weft completions fish prints it.\n\n"
      "function __weft_command\n    set -l words (commandline -opc)\n"
      "    if test (count $words) -lt 2\n        test -z \"$argv[1]\"\n    else\n"
      "        test \"$words[2]\" = \"$argv[1]\"\n    end\nend\n\ncomplete -c weft -f\n";
  for (const CompletedCommand& command : commands) {
    const std::string when =
        fmt::format("complete -c weft -n {}",
                    fish_quotes("__weft_command " + (command.name.empty() ? "''" : command.name)));
    if (!command.name.empty())
      out += fmt::format("complete -c weft -n '__weft_command \\'\\'' -a {} -d {}\n", command.name,
                         fish_quotes(command.about));
    for (const CompletedOption& option : command.options) {
      out += when;
      for (const std::string& name : option.names)
        out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (option.value.kind == Kind::kFiles)
        out += " -r -F";
      else if (!option.flag)
        out += " -x";
      if (option.value.kind == Kind::kWords)
        out += " -a " + fish_quotes(option.value.list
                                        ? "(__fish_append , " + joined(option.value.words) + ')'
                                        : joined(option.value.words));
      out += fmt::format(" -d {}\n", fish_quotes(option.about));
    }
    for (const CompletedPlace& place : command.places) {
      if (place.value.kind == Kind::kFiles) out += when + " -F\n";
      if (place.value.kind == Kind::kWords)
        out += fmt::format("{} -a {} -d {}\n", when, fish_quotes(joined(place.value.words)),
                           place.name);
    }
  }
  return out;
}

}  // namespace crawler
