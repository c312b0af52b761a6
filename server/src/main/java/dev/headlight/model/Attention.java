package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels;
import java.util.Optional;

/**
 * Scaled dot-product attention of several heads (Vaswani et al. 2017, section 3.2). T tokens, R rows of output, H heads,
 * G heads of keys and values, d head size, D hidden size.
 *
 * @param kernels compute it
 * @param heads H
 * @param keyHeads G, a divisor of H: heads in a row share a key and a value (Ainslie et al. 2023)
 * @param query (T, D) to (T, H·d)
 * @param key (T, D) to (T, G·d); {@code value} likewise
 * @param output (R, H·d) to (R, D)
 * @param rotary turns queries and keys by their position; null where positions were added to the words
 * @param mask what a token may look at
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

    /** The attention of an encoder: heads have their own keys and values, tokens see all. */
    Attention(Kernels kernels, int heads, Linear query, Linear key, Linear value, Linear output) {
        this(kernels, heads, heads, query, key, value, output, null, Mask.NONE);
    }

    /**
     * What is looked at, K tokens: the same that look, or in cross-attention others.
     *
     * @param key (H, K, d)
     * @param value (H, K, d)
     */
    record Seen(NDArray key, NDArray value) {}

    /** (T, D) to (R, D), in the scope of {@code x}; queries and keys of all tokens are kept. */
    NDArray forward(NDArray x, Rows rows, Pass pass) {
        return forward(x, seen(x), rows, pass);
    }

    /** The same, looking at others; these are all seen. */
    NDArray forward(NDArray x, Seen seen, Rows rows, Pass pass) {
        NDArray q = turned(query.forward(x)); // (T, H·d)
        NDArray some = heads(rows.of(q, x.getManager()), heads); // (H, R, d)
        NDArray context = kernels.attend(some, seen.key(), seen.value(), pass.scores(mask, rows)); // (R, H·d)
        pass.keep(heads(q, heads), seen.key(), mask);
        return output.forward(context); // (R, D)
    }

    /** Keys and values of (K, D), in its scope. */
    Seen seen(NDArray x) {
        return new Seen(shared(turned(key.forward(x))), shared(value.forward(x)));
    }

    /** Only keeps queries and keys of all tokens, of (T, D). */
    void look(NDArray x, Pass pass) {
        pass.keep(heads(turned(query.forward(x)), heads), shared(turned(key.forward(x))), mask);
    }

    private NDArray turned(NDArray x) {
        return rotary == null ? x : rotary.forward(x);
    }

    /** Keys or values (T, G·d) for each head that looks, (H, T, d). */
    private NDArray shared(NDArray x) {
        NDArray own = heads(x, keyHeads); // (G, T, d)
        return heads == keyHeads ? own : own.repeat(0, heads / keyHeads);
    }

    /** Cuts hidden states into heads: (T, H·d) to (H, T, d). */
    private static NDArray heads(NDArray x, int heads) {
        long tokens = x.getShape().get(0);
        long size = x.getShape().get(1) / heads;
        return x.reshape(tokens, heads, size).transpose(1, 0, 2);
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
