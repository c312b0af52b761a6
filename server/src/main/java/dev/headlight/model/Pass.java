package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the layers of one pass share. */
final class Pass {
    private final NDManager scope;
    private final Trace trace;
    private final Rows all;
    private final Map<Mask, Optional<NDArray>> masks = new HashMap<>();

    Pass(NDManager scope, Trace trace, int tokens) {
        this.scope = scope;
        this.trace = trace;
        this.all = Rows.all(tokens);
    }

    /** Where queries and keys are kept. */
    Trace trace() {
        return trace;
    }

    /** The rows of all tokens. */
    Rows all() {
        return all;
    }

    /** What a mask adds to the scores of these rows, float32 (R, T); none where it hides nothing. */
    Optional<NDArray> scores(Mask mask, Rows rows) {
        int tokens = all.numbers().length;
        return rows.all()
                ? masks.computeIfAbsent(mask, m -> m.scores(rows.numbers(), tokens, scope))
                : mask.scores(rows.numbers(), tokens, scope);
    }
}
