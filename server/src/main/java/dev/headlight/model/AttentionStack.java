package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * One kind of attention of a pass, in native memory: each layer's queries and keys, as its attention used them. Q
 * tokens attend to K tokens, which differ only in cross-attention. L layers, H heads, d head size.
 */
public final class AttentionStack {
    private static final NDIndex ALL = new NDIndex(":");

    private final NDManager kept;
    private final List<NDArray> queries = new ArrayList<>(); // L × (H, Q, d)
    private final List<NDArray> keys = new ArrayList<>(); // L × (H, K, d)
    private final List<Sight> sights = new ArrayList<>(); // L

    AttentionStack(NDManager kept) {
        this.kept = kept;
    }

    /** Keeps a layer's queries (H, Q, d) and keys (H, K, d), and its mask. */
    void keep(NDArray query, NDArray key, Sight sight) {
        query.attach(kept);
        key.attach(kept);
        queries.add(query);
        keys.add(key);
        sights.add(sight);
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

    private int queryCount(int layer) {
        return (int) query(layer).getShape().get(1);
    }

    /** How many numbers are kept. */
    long size() {
        long size = 0;
        for (int layer = 0; layer < layers(); layer++) {
            size += query(layer).size() + key(layer).size();
        }
        return size;
    }
}
