package dev.headlight.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code headlight completion}. */
@Command(
        name = "completion",
        description = "Print a script that completes commands and options in bash and zsh.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nTo use it:%n",
        footer = {
            "  source <(headlight completion)",
            "",
            "In zsh, run autoload -U +X bashcompinit && bashcompinit first."
        })
final class CompletionCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Override
    public void run() {
        main.io().out().print(AutoComplete.bash("headlight", Main.whole(main.io())));
    }
}
