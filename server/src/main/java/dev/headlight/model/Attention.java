package dev.headlight.model;

import ai.djl.ndarray.NDArray;

/** Scaled dot-product attention (Vaswani et al. 2017, section 3.2). H heads, T tokens, d head size, D = H·d. */
final class Attention {
    private Attention() {}

    /** Cuts hidden states into heads: (T, D) to (H, T, d). */
    static NDArray heads(NDArray x, int heads) {
        long tokens = x.getShape().get(0);
        long size = x.getShape().get(1) / heads;
        return x.reshape(tokens, heads, size).transpose(1, 0, 2);
    }

    /** softmax(Q Kᵀ / √d): queries (H, Tq, d), keys (H, Tk, d), weights (H, Tq, Tk), in the scope of the queries. */
    static NDArray weights(NDArray query, NDArray key) {
        double scale = 1 / Math.sqrt(query.getShape().get(2));
        try (NDArray scaled = query.mul(scale);
                NDArray transposed = key.transpose(0, 2, 1);
                NDArray scores = scaled.matMul(transposed)) {
            return scores.softmax(-1);
        }
    }
}
