package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.PositionTerm;
import dev.headlight.UserException;
import java.util.ArrayList;
import java.util.List;

/**
 * One kind of attention of a pass, or of arrays made elsewhere. Q tokens attend to K tokens, which differ only in
 * cross-attention. L layers, H heads, d head size.
 */
public abstract class AttentionStack {
    private final NDManager kept;
    private final List<NDArray> rollouts = new ArrayList<>(); // those asked for so far, (T, T) each

    AttentionStack(NDManager kept) {
        this.kept = kept;
    }

    /** Has an array live as long as the trace. */
    final NDArray attached(NDArray array) {
        array.attach(kept);
        return array;
    }

    /** How many layers there are, L. */
    abstract int layers();

    /** Whether all numbers of the last layer are finite, or those of all layers. */
    abstract boolean isFinite(boolean all);

    /**
     * Float32 (H, Q, d), owned by the trace.
     *
     * @throws UserException if there are none
     */
    public abstract NDArray query(int layer);

    /**
     * Float32 (H, K, d), owned by the trace.
     *
     * @throws UserException if there are none
     */
    public abstract NDArray key(int layer);

    /**
     * Of disentangled attention, the keys or queries for distances: float32 (H, 2K − 1, d), by key − query + K − 1, in a
     * scope.
     *
     * @throws UserException if there are none
     */
    public abstract NDArray positions(int layer, PositionTerm term, NDManager scope);

    /** The attention of all heads of a layer: float32 (H, Q, K), each row a distribution over keys, in a scope. */
    public abstract NDArray weights(int layer, NDManager scope);

    /** The attention of one head: float32 (Q, K), in a scope. */
    public abstract NDArray weights(int layer, int head, NDManager scope);

    /** What one query attends to, by every head of a layer: float32 (H, K), in a scope. */
    public abstract NDArray weightsFrom(int layer, int query, NDManager scope);

    /**
     * ‖α·f(x)‖ of all heads of a layer: how long what each query gets from each key is, after the head's part of the
     * output projection (Kobayashi et al. 2020, arXiv 2004.10102).
     *
     * @return float32 (H, Q, K), in a scope
     * @throws UserException if there are no values
     */
    public abstract NDArray norms(int layer, NDManager scope);

    /**
     * Attention rollout up to a layer, of Q = K = T tokens: with A the mean over the heads, the product of ½ A + ½ I of it
     * and of all earlier layers (Abnar and Zuidema 2020, arXiv 2005.00928). Rows of A sum to 1, so those of the product do.
     *
     * @return float32 (T, T), owned by the trace
     */
    public final NDArray rollout(int layer) {
        for (int at = rollouts.size(); at <= layer; at++) {
            try (NDManager scope = kept.newSubManager()) {
                NDArray mean = weights(at, scope).mean(new int[] {0}); // (T, T)
                NDArray mixed = mean.add(scope.eye(queries(at))).mul(0.5);
                rollouts.add(attached(at == 0 ? mixed : mixed.matMul(rollouts.get(at - 1))));
            }
        }
        return rollouts.get(layer);
    }

    /** How many queries a layer has, Q. */
    abstract int queries(int layer);

    /** How many numbers are kept. */
    long size() {
        return rollouts.stream().mapToLong(NDArray::size).sum();
    }
}
