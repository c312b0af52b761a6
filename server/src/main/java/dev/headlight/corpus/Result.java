package dev.headlight.corpus;

import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.corpus.Statistics.Count;
import dev.headlight.inspect.Inspector;
import java.util.Map;
import java.util.Optional;

/**
 * What was found, and of what.
 *
 * @param model what was measured
 * @param source the name of what the documents are from, for display
 * @param cutting how they were cut
 */
public record Result(Model model, String source, Cutting cutting, Statistics statistics) {
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

        /** Waits for the hashes of its weights, which are computed when they are first asked for. */
        public static Model of(Inspector inspector) {
            inspector.origin().awaitHashes();
            return new Model(
                    inspector.name(),
                    inspector.origin().revision(),
                    inspector.origin().hashes(),
                    inspector.precision(),
                    inspector.layers(),
                    inspector.heads());
        }
    }

    /**
     * This, if any text was measured.
     *
     * @throws UserException if none was
     */
    public Result withTexts() {
        if (statistics.count(Count.TEXTS) == 0) {
            throw new UserException(source + " holds no text that the model can read: name other texts.");
        }
        return this;
    }
}
