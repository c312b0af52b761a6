package dev.headlight.corpus;

import dev.headlight.UserException;
import java.util.Optional;

/**
 * How texts are cut.
 *
 * @param unit what counts as one text; if none is given, a sentence of prose, a window of code
 * @param mostTokens how many tokens a text has at most, with those that the tokenizer adds; if none is given, as many as
 *     the model takes. A longer one is cut into several
 * @param code whether all documents are read as code, whatever their names say
 */
public record Cutting(Optional<Unit> unit, Optional<Integer> mostTokens, boolean code) {
    private static final int FEWEST = 8;

    public Cutting {
        if (mostTokens.isPresent() && mostTokens.get() < FEWEST) {
            throw new UserException("A text needs room for " + FEWEST + " tokens, not " + mostTokens.get()
                    + ": allow more, or leave the option out.");
        }
    }

    Unit unitOf(Document document) {
        return unit.orElse(document.code() ? Unit.WINDOWS : Unit.SENTENCES);
    }
}
