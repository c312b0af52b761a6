package dev.headlight.cli;

import dev.headlight.hub.Hub;
import dev.headlight.inspect.Inspector;
import picocli.CommandLine.Option;

/** Which model answers. */
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = Hub.EMBEDDED,
            description =
                    "\"embedded\" (the default), or the folder of a checkpoint as the Hugging Face hub lays it out.")
    private String name;

    String name() {
        return name;
    }

    Inspector load() {
        return Inspector.load(name, Hub.locate(name));
    }
}
