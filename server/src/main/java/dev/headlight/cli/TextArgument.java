package dev.headlight.cli;

import java.util.List;
import picocli.CommandLine.Parameters;

/** The text to look at. */
final class TextArgument {
    @Parameters(
            arity = "1..*",
            paramLabel = "TEXT",
            description = "The text; - reads it from standard input. A blank is [MASK] or ____ .")
    private List<String> words;

    String read(Io io) {
        return text(words, io);
    }

    static String text(List<String> words, Io io) {
        String text = String.join(" ", words);
        return text.equals("-") ? io.input() : text;
    }
}
