package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;

/**
 * A layer of a Transformer encoder whose norms follow the residual sums (Vaswani et al. 2017), as BERT has it. T tokens,
 * H heads, d head size, D = H·d hidden, F feed-forward size.
 *
 * @param kernels compute attention
 * @param heads H
 * @param query (T, D) to (T, D); {@code key}, {@code value} and {@code attentionOutput} likewise
 * @param up (T, D) to (T, F), with its activation
 * @param down (T, F) to (T, D)
 */
record EncoderLayer(
        Kernels kernels,
        int heads,
        Linear query,
        Linear key,
        Linear value,
        Linear attentionOutput,
        LayerNorm attentionNorm,
        Linear up,
        Linear down,
        LayerNorm outputNorm) {

    /** (T, D) to (T, D), in the scope of {@code x}, which is given up; queries and keys go into the trace. */
    NDArray forward(NDArray x, Trace trace) {
        NDManager pass = x.getManager();
        try (NDManager scope = pass.newSubManager()) {
            x.attach(scope);
            NDArray q = Attention.heads(query.forward(x), heads); // (H, T, d)
            NDArray k = Attention.heads(key.forward(x), heads); // (H, T, d)
            NDArray v = Attention.heads(value.forward(x), heads); // (H, T, d)
            NDArray y = rest(x, q, k, v); // (T, D)
            trace.keep(q, k);
            y.attach(pass);
            return y;
        }
    }

    /**
     * The same for a last layer, of whose output only some rows are wanted: (T, D) to (R, D). Queries and keys of all
     * tokens go into the trace; everything else is computed for those rows.
     */
    NDArray forward(NDArray x, long[] rows, Trace trace) {
        NDManager pass = x.getManager();
        try (NDManager scope = pass.newSubManager()) {
            x.attach(scope);
            NDArray q = Attention.heads(query.forward(x), heads); // (H, T, d)
            NDArray k = Attention.heads(key.forward(x), heads); // (H, T, d)
            NDArray wanted = Embedding.rows(x, rows, scope); // (R, D)
            if (rows.length > 0) {
                NDArray v = Attention.heads(value.forward(x), heads); // (H, T, d)
                NDArray some = Attention.heads(query.forward(wanted), heads); // (H, R, d)
                wanted = rest(wanted, some, k, v); // (R, D)
            }
            trace.keep(q, k);
            wanted.attach(pass);
            return wanted;
        }
    }

    /** What follows the projections: (R, D) and its queries (H, R, d), all keys and values (H, T, d), to (R, D). */
    private NDArray rest(NDArray x, NDArray q, NDArray k, NDArray v) {
        NDArray context = kernels.attend(q, k, v); // (R, D)
        NDArray attended =
                attentionNorm.forward(attentionOutput.forward(context).add(x)); // (R, D)
        return outputNorm.forward(down.forward(up.forward(attended)).add(attended)); // (R, D)
    }
}
