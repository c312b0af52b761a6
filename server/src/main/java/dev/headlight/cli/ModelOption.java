package dev.headlight.cli;

import dev.headlight.Precision;
import dev.headlight.hub.Hub;
import dev.headlight.inspect.Inspector;
import picocli.CommandLine.Option;

/** The model to use. */
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = Hub.EMBEDDED,
            description = {
                "\"embedded\" (the default), the folder of a checkpoint, or a name on the Hugging Face hub such as"
                        + " google-bert/bert-base-uncased, optionally with @REVISION.",
                "A model that isn't in the hub's cache is downloaded into it."
            })
    private String name;

    @Option(
            names = "--precision",
            paramLabel = "P",
            defaultValue = "auto",
            description = "float32, or bfloat16: half the memory, slightly less accurate; auto (the default): as the"
                    + " checkpoint is stored, float16 as float32.")
    private Precision precision;

    String name() {
        return name;
    }

    Precision precision() {
        return precision;
    }

    /** Loads it, with progress on standard error if it must be downloaded. */
    Inspector load(Io io) {
        ProgressLine progress = new ProgressLine(io.err(), name);
        try {
            return Models.load(
                    name, precision, progress, memory -> io.tell("The model " + name + " " + memory + "."), () -> {});
        } finally {
            progress.end();
        }
    }
}
