package dev.headlight.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whether a text is prose or code. */
final class ReadingOption {
    @ArgGroup
    private Choice choice;

    /** One of the two. */
    private static final class Choice {
        @Option(names = "--prose", description = "Read the text as it stands (the default).")
        private boolean prose;

        @Option(
                names = "--code",
                description = "Read it as a piece of code: without line breaks, comment marks and indentation.")
        private boolean code;
    }

    boolean code() {
        return choice != null && choice.code;
    }
}
