// The three scripts. Each knows weft's words and nothing else: no completion runs weft or reads a
// crawl's file.
#include <fmt/format.h>

#include <functional>
#include <string_view>

#include "crawler/commands/completion.h"

namespace crawler {
namespace {

std::string joined(const Words& words, std::string_view between = " ") {
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

// "--output", "-o".
Words names_of(const Option& option) {
  Words names{option.name};
  if (option.letter != 0) names.push_back({'-', option.letter});
  return names;
}

Words option_names(const Command& command) {
  Words all;
  for (const Option& option : command.options) {
    if (option.is_positional()) continue;
    const Words names = names_of(option);
    all.insert(all.end(), names.begin(), names.end());
  }
  return all;
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

std::string bash_value(const Binding& value) {
  if (!value.known.empty())
    return (value.is_list ? "_weft_list " : "_weft_words ") + in_quotes(joined(value.known));
  return value.is_file ? "_weft_files" : ":";
}

// ---- zsh ----------------------------------------------------------------------------------------

std::string zsh_value(std::string_view what, const Binding& value) {
  // After a colon the name of the value, after another one what it can be.
  const std::string name = escaped(what, ":\\[]");
  if (value.known.empty()) return fmt::format(":{}:{}", name, value.is_file ? "_files" : " ");
  return value.is_list ? fmt::format(":{0}:_values -s , {0} {1}", name, joined(value.known))
                       : fmt::format(":{}:({})", name, joined(value.known));
}

// ---- fish ---------------------------------------------------------------------------------------

std::string fish_option(const std::string& when, const Option& option) {
  const Binding& value = option.fills;
  std::string out = when;
  for (const std::string& name : names_of(option))
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (value.is_file)
    out += " -r -F";
  else if (!option.is_flag())
    out += " -x";
  if (!value.known.empty())
    out += " -a " + fish_quotes(value.is_list ? "(__fish_append , " + joined(value.known) + ')'
                                              : joined(value.known));
  return out + fmt::format(" -d {}\n", fish_quotes(option.help));
}

std::string fish_place(const std::string& when, const Option& place) {
  if (place.fills.is_file) return when + " -F\n";
  if (place.fills.known.empty()) return "";
  return fmt::format("{} -a {} -d {}\n", when, fish_quotes(joined(place.fills.known)), place.name);
}

}  // namespace

std::vector<Command> completed_commands(std::vector<Command> commands) {
  commands.insert(commands.begin(),
                  Command{.name = "", .summary = "", .options = {version_option()}});
  for (Command& command : commands) append(command.options, {help_option()});
  return commands;
}

std::string bash_completion(const std::vector<Command>& commands) {
  Words with_value, names;
  std::string values, options, places;
  for (const Command& command : commands) {
    if (!command.name.empty()) names.push_back(command.name);
    std::size_t place = 0;
    for (const Option& option : command.options) {
      if (option.is_positional()) {
        const bool repeats = option.fills.takes == Binding::Takes::kWords;
        places += fmt::format("    {}{}) {} ;;\n", in_quotes(command.name + ' '),
                              repeats ? "*" : std::to_string(place++), bash_value(option.fills));
        continue;
      }
      if (option.is_flag()) continue;
      Words patterns;
      for (const std::string& name : names_of(option))
        patterns.push_back(in_quotes(command.name + ' ' + name));
      with_value.insert(with_value.end(), patterns.begin(), patterns.end());
      values +=
          fmt::format("    {}) {}; return ;;\n", joined(patterns, " | "), bash_value(option.fills));
    }
    options += fmt::format("      {}) _weft_words {} ;;\n", in_quotes(command.name),
                           in_quotes(joined(option_names(command))));
  }
  std::string begin(kBashBegin);
  constexpr std::string_view kOptions = "__OPTIONS__";
  begin.replace(begin.find(kOptions), kOptions.size(), joined(with_value, " | "));
  return begin + "  case \"$command $prev\" in\n" + values +
         "  esac\n  if [[ $cur == -* ]]; then\n    case $command in\n" + options +
         "    esac\n    return\n  fi\n  case \"$command $place\" in\n    ' '*) _weft_words " +
         in_quotes(joined(names)) + " ;;\n" + places + "  esac\n}\n\ncomplete -F _weft weft\n";
}

std::string zsh_completion(const std::vector<Command>& commands) {
  const auto specs = [](const Command& command, const std::string& indent) {
    std::string out;
    for (const Option& option : command.options) {
      if (option.is_positional()) continue;
      const std::string value =
          option.is_flag() ? std::string() : zsh_value(option.name.substr(2), option.fills);
      for (const std::string& name : names_of(option)) {
        const std::string sign = option.is_flag() ? "" : name.starts_with("--") ? "=" : "+";
        out += fmt::format(
            " \\\n{}{}", indent,
            in_quotes(fmt::format("*{}{}[{}]{}", name, sign, escaped(option.help, "[]\\"), value)));
      }
    }
    return out;
  };
  std::string list, cases;
  for (const Command& command : commands) {
    if (command.name.empty()) continue;
    list += "        " + in_quotes(command.name + ':' + command.summary) + '\n';
    cases += fmt::format("        {})\n          _arguments -s", command.name);
    cases += specs(command, "            ");
    for (const Option& place : command.options) {
      if (!place.is_positional()) continue;
      const bool repeats = place.fills.takes == Binding::Takes::kWords;
      cases += fmt::format(" \\\n            {}",
                           in_quotes((repeats ? "*" : "") + zsh_value(place.name, place.fills)));
    }
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

std::string fish_completion(const std::vector<Command>& commands) {
  std::string out =
      "# Completion of weft for fish; weft completions fish prints it.\n\n"
      "function __weft_command\n    set -l words (commandline -opc)\n"
      "    if test (count $words) -lt 2\n        test -z \"$argv[1]\"\n    else\n"
      "        test \"$words[2]\" = \"$argv[1]\"\n    end\nend\n\ncomplete -c weft -f\n";
  for (const Command& command : commands) {
    const std::string when =
        fmt::format("complete -c weft -n {}",
                    fish_quotes("__weft_command " + (command.name.empty() ? "''" : command.name)));
    if (!command.name.empty())
      out += fmt::format("complete -c weft -n '__weft_command \\'\\'' -a {} -d {}\n", command.name,
                         fish_quotes(command.summary));
    for (const Option& option : command.options)
      out += option.is_positional() ? fish_place(when, option) : fish_option(when, option);
  }
  return out;
}

}  // namespace crawler
