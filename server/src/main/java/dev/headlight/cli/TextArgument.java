package dev.headlight.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The text to inspect. */
final class TextArgument {
    /** Looks like an option rather than the start of a text. */
    private static final String OPTION = "-{1,2}\\p{Alpha}[\\w-]*(=.*)?";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "TEXT",
            description = "The text; - reads standard input. Write a blank as [MASK] or ____ .")
    private List<String> words;

    String read(Io io) {
        return text(words, io, spec);
    }

    /**
     * Joins arguments to a text; a single {@code -} reads standard input.
     *
     * @throws ParameterException if one is an unknown option; after {@code --} all are words
     */
    static String text(List<String> words, Io io, CommandSpec spec) {
        CommandLine command = spec.commandLine();
        boolean marked = command.getParseResult().originalArgs().contains("--");
        for (String word : words) {
            if (!marked && word.matches(OPTION)) {
                throw new ParameterException(
                        command, "Unknown option: '" + word + "'; if it belongs to the text, put -- before the text");
            }
        }
        String text = String.join(" ", words);
        return text.equals("-") ? io.input() : text;
    }
}
