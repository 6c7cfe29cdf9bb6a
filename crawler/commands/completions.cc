// weft completions: the scripts by which shells complete weft's command line.
#include <iostream>
#include <memory>
#include <string>

#include "crawler/commands/commands.h"
#include "crawler/commands/completion.h"
#include "crawler/commands/output.h"

namespace crawler {
namespace {

struct CompletionsOptions {
  std::string shell;
  std::string file;  // "": stdout
};

int print_completions(const CLI::App& weft, const CompletionsOptions& options) {
  const std::vector<CompletedCommand> commands = completed_commands(weft);
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

void add_completions_command(CLI::App& app, Run& run) {
  const auto options = std::make_shared<CompletionsOptions>();
  CLI::App* command =
      app.add_subcommand("completions", "Print the script by which a shell completes weft's words");
  command->add_option("SHELL", options->shell, "Which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->add_option("-o,--output", options->file, "Write there instead of to stdout")
      ->type_name("FILE");
  command->footer(
      "cmake --install and the Debian package put them where the shells look. Without either:\n"
      "  weft completions bash -o ~/.local/share/bash-completion/completions/weft\n"
      "  weft completions zsh -o ~/.zfunc/_weft             a folder of your $fpath\n"
      "  weft completions fish -o ~/.config/fish/completions/weft.fish");
  command->callback([&app, options, &run] {
    run = [&app, options] { return print_completions(app, *options); };
  });
}

}  // namespace crawler
