package dev.headlight.cli;

import dev.headlight.corpus.Cutting;
import dev.headlight.corpus.Unit;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How a corpus is cut into texts: by {@code headlight corpus}, and by the Spark job. */
public final class TextsOptions {
    @ArgGroup
    private Units units;

    /** One of them. */
    private static final class Units {
        @Option(names = "--sentences", description = "Each sentence is a text (the default of prose).")
        private boolean sentences;

        @Option(names = "--lines", description = "Each line is a text.")
        private boolean lines;

        @Option(names = "--paragraphs", description = "What stands between empty lines is a text.")
        private boolean paragraphs;

        @Option(
                names = "--windows",
                description = "As much as the model takes at once is a text (the default of code).")
        private boolean windows;

        private Unit unit() {
            return sentences ? Unit.SENTENCES : lines ? Unit.LINES : paragraphs ? Unit.PARAGRAPHS : Unit.WINDOWS;
        }
    }

    @Option(names = "--tokens", paramLabel = "N", description = "Cut texts that have more than N tokens.")
    private Optional<Integer> tokens;

    @Option(names = "--code", description = "Read everything as Java.")
    private boolean code;

    /** What was chosen. */
    public Cutting chosen() {
        return new Cutting(Optional.ofNullable(units).map(Units::unit), tokens, code);
    }
}
