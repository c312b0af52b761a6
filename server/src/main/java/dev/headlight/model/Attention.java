package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import java.util.Optional;

/**
 * Scaled dot-product attention of several heads (Vaswani et al. 2017, section 3.2). C copies, T tokens, R rows of
 * output, H heads, G heads of keys and values, d head size, D hidden size.
 *
 * @param kernels compute it
 * @param heads H
 * @param keyHeads G, a divisor of H: consecutive heads share a key and a value (Ainslie et al. 2023)
 * @param query (T, D) to (T, H·d)
 * @param key (T, D) to (T, G·d); {@code value} likewise
 * @param output (R, H·d) to (R, D)
 * @param rotary rotates queries and keys by their position; null if positions are in the embeddings
 * @param mask what a token may attend to
 */
record Attention(
        Kernels kernels,
        int heads,
        int keyHeads,
        Linear query,
        Linear key,
        Linear value,
        Linear output,
        Rotary rotary,
        Mask mask) {

    /** The attention of an encoder: heads have their own keys and values, tokens attend to all. */
    Attention(Kernels kernels, int heads, Linear query, Linear key, Linear value, Linear output) {
        this(kernels, heads, heads, query, key, value, output, null, Mask.NONE);
    }

    /**
     * The K tokens of each copy that are attended to: in cross-attention, those of the other sequence.
     *
     * @param key (C, H, K, d)
     * @param value (C, H, K, d)
     */
    record Seen(NDArray key, NDArray value) {}

    /** (C·T, D) to (C·R, D), in the scope of {@code x}; queries and keys of all tokens are kept. */
    NDArray forward(NDArray x, Rows rows, Pass.Step step) {
        return forward(x, seen(x, step.pass().copies()), rows, step);
    }

    /** Cross-attention: the same, attending to all of the given keys and values. */
    NDArray forward(NDArray x, Seen seen, Rows rows, Pass.Step step) {
        Pass pass = step.pass();
        Rows computed = step.averages() ? pass.all() : rows;
        int keys = (int) seen.key().getShape().get(2);
        NDArray q = turned(query.forward(x), pass.copies()); // (C·T, H·d)
        NDArray some = heads(pass.rows(q, computed), pass.copies(), heads); // (C, H, R, d)
        NDArray context =
                kernels.attend(some, seen.key(), seen.value(), step.scores(mask, computed, heads, keys)); // (C·R, H·d)
        step.keep(heads(q, pass.copies(), heads), seen, this);
        NDArray left = step.heads(context, heads);
        NDArray wanted = computed == rows ? left : pass.rows(left, rows); // (C·R, H·d)
        return step.attention(output.forward(wanted)); // (C·R, D)
    }

    /** Keys and values of C copies of (K, D), in its scope. */
    Seen seen(NDArray x, int copies) {
        return new Seen(shared(turned(key.forward(x), copies), copies), shared(value.forward(x), copies));
    }

    /** Only keeps queries, keys and values of all tokens, of (T, D). */
    void look(NDArray x, Pass.Step step) {
        step.keep(heads(turned(query.forward(x), 1), 1, heads), seen(x, 1), this);
    }

    /**
     * The lengths of what each head adds to a token's state for each token that it attends to with a weight of 1:
     * ‖v W_O‖, of the head's rows W_O of the output projection, without its bias (Kobayashi et al. 2020, arXiv
     * 2004.10102). As ‖v W_O‖² = v G vᵀ with G = W_O W_Oᵀ, it takes H·d·d numbers and no projection of the values.
     *
     * @param value (H, K, d)
     * @return (H, K), in a scope
     */
    NDArray lengths(NDArray value, NDManager scope) {
        long size = value.getShape().get(2);
        try (NDManager passing = scope.newSubManager()) {
            NDArray parts = output.parts(heads * size, passing).reshape(heads, size, -1); // W_O, (H, d, D)
            NDArray gram = parts.matMul(parts.transpose(0, 2, 1)); // G, (H, d, d)
            NDArray v = value.duplicate();
            v.attach(passing);
            NDArray squares = v.matMul(gram).mul(v).sum(new int[] {2}); // (H, K)
            NDArray lengths = squares.clip(0, Float.MAX_VALUE).sqrt();
            lengths.attach(scope);
            return lengths;
        }
    }

    private NDArray turned(NDArray x, int copies) {
        return rotary == null ? x : rotary.forward(x, copies);
    }

    /** Keys or values (C·T, G·d) for each head that looks, (C, H, T, d). */
    private NDArray shared(NDArray x, int copies) {
        NDArray own = heads(x, copies, keyHeads); // (C, G, T, d)
        return heads == keyHeads ? own : own.repeat(1, heads / keyHeads);
    }

    /** Splits hidden states into heads: (C·T, H·d) to (C, H, T, d). */
    private static NDArray heads(NDArray x, int copies, int heads) {
        long tokens = x.getShape().get(0) / copies;
        long size = x.getShape().get(1) / heads;
        return x.reshape(copies, tokens, heads, size).transpose(0, 2, 1, 3);
    }

    /**
     * softmax(Q Kᵀ / √d + M): queries (H, R, d), keys (H, T, d), weights (H, R, T), in the scope of the queries.
     *
     * @param mask M, (R, T)
     */
    static NDArray weights(NDArray query, NDArray key, Optional<NDArray> mask) {
        double scale = 1 / Math.sqrt(query.getShape().get(2));
        try (NDArray scaled = query.mul(scale);
                NDArray transposed = key.transpose(0, 2, 1);
                NDArray scores = scaled.matMul(transposed);
                NDArray masked = mask.map(scores::add).orElse(scores)) {
            return masked.softmax(-1);
        }
    }
}
