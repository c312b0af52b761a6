package dev.headlight.corpus;

import dev.headlight.Precision;
import java.util.Map;
import java.util.Optional;

/**
 * What was found, and of what.
 *
 * @param model what was measured
 * @param source the name of what the documents are from, for display
 * @param options how they were cut
 */
public record Result(Model model, String source, Options options, Statistics statistics) {
    /**
     * A model.
     *
     * @param name its name
     * @param revision its commit, if it is known
     * @param sha256 of the files of its weights, in hexadecimal digits, by their names
     * @param layers how many it has; of an encoder-decoder, the larger of the two
     * @param heads how many a layer has
     */
    public record Model(
            String name,
            Optional<String> revision,
            Map<String, String> sha256,
            Precision precision,
            int layers,
            int heads) {
        public Model {
            sha256 = Map.copyOf(sha256);
        }
    }
}
