package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the layers of one pass share. */
final class Pass {
    private final NDManager scope;
    private final Optional<AttentionStack> stack;
    private final Rows all;
    private final Map<Mask, Optional<NDArray>> masks = new HashMap<>();

    /**
     * A pass.
     *
     * @param scope ends with it
     * @param stack where queries and keys are kept; none where nobody looks at them
     * @param tokens how many tokens it takes
     */
    Pass(NDManager scope, Optional<AttentionStack> stack, int tokens) {
        this.scope = scope;
        this.stack = stack;
        this.all = Rows.all(tokens);
    }

    /** Keeps a layer's queries and keys, if they are wanted. */
    void keep(NDArray query, NDArray key, Mask mask) {
        stack.ifPresent(kept -> kept.keep(query, key, mask));
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
