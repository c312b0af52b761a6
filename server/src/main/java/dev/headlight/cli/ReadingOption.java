package dev.headlight.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whether a text is prose or code. */
final class ReadingOption {
    @ArgGroup
    private Choice choice;

    /** One of the two. */
    private static final class Choice {
        @Option(names = "--prose", description = "Read the text unchanged (the default).")
        private boolean prose;

        @Option(
                names = "--code",
                description = "Read it as source code: ignore line breaks, comment markers and indentation.")
        private boolean code;
    }

    boolean code() {
        return choice != null && choice.code;
    }
}
