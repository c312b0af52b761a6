package dev.headlight.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The option for a second text. */
final class PairOption {
    @Option(
            names = "--pair",
            paramLabel = "B",
            description = {
                "A second text, which the model reads with the first.",
                "Of an encoder-decoder, such as a translator, the target: it may begin with its language, and a language"
                        + " alone has the model write in it (fra_Latn)."
            })
    private Optional<String> pair;

    Optional<String> pair() {
        return pair;
    }
}
