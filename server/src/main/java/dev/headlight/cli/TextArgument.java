package dev.headlight.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The text to look at. */
final class TextArgument {
    /** What is meant as an option, and not as the beginning of a text. */
    private static final String OPTION = "-{1,2}\\p{Alpha}[\\w-]*(=.*)?";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "TEXT",
            description = "The text; - reads it from standard input. A blank is [MASK] or ____ .")
    private List<String> words;

    String read(Io io) {
        return text(words, io, spec);
    }

    /**
     * The text that words are.
     *
     * @throws ParameterException where one is an option that there isn't; behind {@code --} all are words
     */
    static String text(List<String> words, Io io, CommandSpec spec) {
        CommandLine command = spec.commandLine();
        boolean marked = command.getParseResult().originalArgs().contains("--");
        for (String word : words) {
            if (!marked && word.matches(OPTION)) {
                throw new ParameterException(
                        command,
                        "Unknown option: '" + word + "'; where it is a word of the text, write -- before that");
            }
        }
        String text = String.join(" ", words);
        return text.equals("-") ? io.input() : text;
    }
}
