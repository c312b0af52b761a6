package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A layer of a Transformer encoder whose norms follow the residual sums (Vaswani et al. 2017), as BERT has it. T tokens,
 * H heads, d head size, D = H·d hidden, F feed-forward size.
 *
 * @param heads H
 * @param query (T, D) to (T, D); {@code key}, {@code value} and {@code attentionOutput} likewise
 * @param up (T, D) to (T, F), with its activation
 * @param down (T, F) to (T, D)
 */
record EncoderLayer(
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
            NDArray weights = Attention.weights(q, k); // (H, T, T)
            NDArray context = Attention.together(weights.matMul(v)); // (T, D)
            NDArray attended =
                    attentionNorm.forward(attentionOutput.forward(context).add(x)); // (T, D)
            NDArray y = outputNorm.forward(down.forward(up.forward(attended)).add(attended)); // (T, D)
            trace.keep(q, k);
            y.attach(pass);
            return y;
        }
    }
}
