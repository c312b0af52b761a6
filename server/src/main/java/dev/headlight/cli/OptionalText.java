package dev.headlight.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The text to inspect, if any. */
final class OptionalText {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "TEXT",
            description = "The text; - reads standard input. Write a blank as [MASK] or ____ .")
    private List<String> words = List.of();

    Optional<String> read(Io io) {
        return words.isEmpty() ? Optional.empty() : Optional.of(TextArgument.text(words, io, spec));
    }
}
