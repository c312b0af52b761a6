package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One kind of attention of a pass, in native memory: each layer's queries, keys and values, as its attention used them. Q
 * tokens attend to K tokens, which differ only in cross-attention. L layers, H heads, d head size.
 */
public final class AttentionStack {
    private static final NDIndex ALL = new NDIndex(":");

    private final NDManager kept;
    private final List<NDArray> queries = new ArrayList<>(); // L × (H, Q, d)
    private final List<NDArray> keys = new ArrayList<>(); // L × (H, K, d)
    private final List<NDArray> values = new ArrayList<>(); // L × (H, K, d)
    private final List<Attention> attentions = new ArrayList<>(); // L
    private final List<Sight> sights = new ArrayList<>(); // L
    private final List<NDArray> rollouts = new ArrayList<>(); // those asked for so far, (T, T) each

    AttentionStack(NDManager kept) {
        this.kept = kept;
    }

    /**
     * Keeps a layer's queries (H, Q, d), keys and values.
     *
     * @param seen keys and values (1, H, K, d)
     */
    void keep(NDArray query, Attention.Seen seen, Attention attention, Sight sight) {
        queries.add(attached(query));
        keys.add(attached(seen.key().squeeze(0)));
        values.add(attached(seen.value().squeeze(0)));
        attentions.add(attention);
        sights.add(sight);
    }

    private NDArray attached(NDArray array) {
        array.attach(kept);
        return array;
    }

    /** Whether all numbers of the last layer are finite, or those of all layers. */
    boolean isFinite(boolean all) {
        return IntStream.range(all ? 0 : layers() - 1, layers())
                .allMatch(layer -> Trace.isFinite(queries.get(layer))
                        && Trace.isFinite(keys.get(layer))
                        && Trace.isFinite(values.get(layer)));
    }

    /** How many layers were recorded, L. */
    int layers() {
        return queries.size();
    }

    /** Float32 (H, Q, d), owned by the trace. */
    public NDArray query(int layer) {
        return queries.get(layer);
    }

    /** Float32 (H, K, d), owned by the trace. */
    public NDArray key(int layer) {
        return keys.get(layer);
    }

    /** The attention of all heads of a layer: float32 (H, Q, K), each row a distribution over keys, in a scope. */
    public NDArray weights(int layer, NDManager scope) {
        return weights(layer, ALL, 0, queryCount(layer), scope);
    }

    /** The attention of one head: float32 (Q, K), in a scope. */
    public NDArray weights(int layer, int head, NDManager scope) {
        return weights(layer, new NDIndex("{}:{}", head, head + 1), 0, queryCount(layer), scope)
                .squeeze(0);
    }

    /** What one query attends to, by every head of a layer: float32 (H, K), in a scope. */
    public NDArray weightsFrom(int layer, int query, NDManager scope) {
        return weights(layer, ALL, query, query + 1, scope).squeeze(1);
    }

    /** The attention of some queries, by some heads of a layer: float32 (h, to − from, K), in a scope. */
    private NDArray weights(int layer, NDIndex heads, int from, int to, NDManager scope) {
        NDArray query = query(layer).get(scope, heads).get(scope, new NDIndex(":, {}:{}", from, to));
        NDArray key = key(layer).get(scope, heads);
        long[] rows = LongStream.range(from, to).toArray();
        int keyCount = (int) key.getShape().get(1);
        int all = (int) query(layer).getShape().get(0);
        Optional<NDArray> scores = sights.get(layer)
                .scores(rows, keyCount, all, scope)
                .map(added -> added.getShape().dimension() == 3 ? added.get(scope, heads) : added);
        return Attention.weights(query, key, scores);
    }

    /**
     * ‖α·f(x)‖ of all heads of a layer: how long what each query gets from each key is, after the head's part of the
     * output projection (Kobayashi et al. 2020, arXiv 2004.10102).
     *
     * @return float32 (H, Q, K), in a scope
     */
    public NDArray norms(int layer, NDManager scope) {
        NDArray lengths = attentions.get(layer).lengths(values.get(layer), scope); // (H, K)
        return weights(layer, scope).mul(lengths.expandDims(1));
    }

    /**
     * Attention rollout up to a layer, of Q = K = T tokens: with A the mean over the heads, the product of ½ A + ½ I of it
     * and of all earlier layers (Abnar and Zuidema 2020, arXiv 2005.00928). Rows of A sum to 1, so those of the product do.
     *
     * @return float32 (T, T), owned by the trace
     */
    public NDArray rollout(int layer) {
        for (int at = rollouts.size(); at <= layer; at++) {
            try (NDManager scope = kept.newSubManager()) {
                NDArray mean = weights(at, scope).mean(new int[] {0}); // (T, T)
                NDArray mixed = mean.add(scope.eye(queryCount(at))).mul(0.5);
                rollouts.add(attached(at == 0 ? mixed : mixed.matMul(rollouts.get(at - 1))));
            }
        }
        return rollouts.get(layer);
    }

    private int queryCount(int layer) {
        return (int) query(layer).getShape().get(1);
    }

    /** How many numbers are kept. */
    long size() {
        long size = 0;
        for (int layer = 0; layer < layers(); layer++) {
            size += query(layer).size() + key(layer).size() + values.get(layer).size();
        }
        for (NDArray rollout : rollouts) {
            size += rollout.size();
        }
        return size;
    }
}
