package dev.headlight.spark;

import dev.headlight.corpus.Cutting;
import dev.headlight.corpus.Unit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Optional;

/**
 * What an executor needs to know; Spark sends it there.
 *
 * @param model its name, for messages
 * @param code whether all documents are code
 * @param files whether each document is a file
 * @param folders that documents are named relative to, each with a slash at its end
 * @param unit what counts as one text; null for the usual
 * @param tokens how many a text has at most; 0 for as many as the model takes
 */
record Settings(String model, boolean code, boolean files, ArrayList<String> folders, Unit unit, int tokens)
        implements Serializable {
    private static final long serialVersionUID = 1;

    Cutting cutting() {
        return new Cutting(Optional.ofNullable(unit), tokens == 0 ? Optional.empty() : Optional.of(tokens), code);
    }
}
