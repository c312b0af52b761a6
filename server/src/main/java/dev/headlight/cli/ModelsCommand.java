package dev.headlight.cli;

import dev.headlight.hub.Hub;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code headlight models}. */
@Command(
        name = "models",
        description = "List the models that are there.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ModelsCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Override
    public void run() {
        main.io().print(Hub.EMBEDDED + "  a small English BERT that ships with Headlight (the default)");
        main.io().print("FOLDER    any BERT checkpoint: config.json, tokenizer.json or vocab.txt, model.safetensors");
    }
}
