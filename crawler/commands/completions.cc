// weft completions: the scripts by which shells complete weft's command line.
#include <iostream>
#include <memory>
#include <string>

#include "crawler/commands/commands.h"
#include "crawler/commands/completion.h"
#include "crawler/commands/output.h"
#include "crawler/options/binding.h"

namespace crawler {
namespace {

struct CompletionsOptions {
  std::string shell;
  std::string file;  // "": stdout
};

int print_completions(const CompletionsOptions& options) {
  const std::vector<Command> commands = completed_commands(all_commands());
  OutputOptions where;
  where.file = options.file;
  Output output(where, {});
  output.stream() << (options.shell == "bash"  ? bash_completion(commands)
                      : options.shell == "zsh" ? zsh_completion(commands)
                                               : fish_completion(commands));
  output.finish();
  return 0;
}

}  // namespace

Command completions_command() {
  const auto options = std::make_shared<CompletionsOptions>();
  Command command{.name = "completions",
                  .summary = "Print the script by which a shell completes weft's words"};
  command.options = {
      {.name = "SHELL",
       .fills = word(options->shell, {"bash", "zsh", "fish"}),
       .help = "Which shell",
       .required = true},
      {.name = "--output",
       .letter = 'o',
       .fills = file(options->file),
       .help = "Write there instead of to stdout"},
  };
  command.footer =
      "cmake --install and the Debian package put them where the shells look. Without either:\n"
      "  weft completions bash -o ~/.local/share/bash-completion/completions/weft\n"
      "  weft completions zsh -o ~/.zfunc/_weft             a folder of your $fpath\n"
      "  weft completions fish -o ~/.config/fish/completions/weft.fish";
  command.run = [options](const Command&) { return print_completions(*options); };
  return command;
}

}  // namespace crawler
