package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What the layers of a stack looked with, in native memory: queries and keys, as their attention used them. Q tokens look
 * at K tokens, which are the same but in cross-attention. L layers, H heads, d head size.
 */
final class AttentionStack {
    private final NDManager kept;
    private final List<NDArray> queries = new ArrayList<>(); // L × (H, Q, d)
    private final List<NDArray> keys = new ArrayList<>(); // L × (H, K, d)
    private final List<Mask> masks = new ArrayList<>(); // L

    AttentionStack(NDManager kept) {
        this.kept = kept;
    }

    /** Keeps a layer's queries (H, Q, d) and keys (H, K, d), and what its tokens see. */
    void keep(NDArray query, NDArray key, Mask mask) {
        query.attach(kept);
        key.attach(kept);
        queries.add(query);
        keys.add(key);
        masks.add(mask);
    }

    /** How many layers it has. */
    int layers() {
        return queries.size();
    }

    /** Float32 (H, Q, d). */
    NDArray query(int layer) {
        return queries.get(layer);
    }

    /** Float32 (H, K, d). */
    NDArray key(int layer) {
        return keys.get(layer);
    }

    /** The attention of some tokens, by some heads of a layer: float32 (h, to − from, K), in a scope. */
    NDArray attention(int layer, NDIndex heads, int from, int to, NDManager scope) {
        NDArray query = query(layer).get(scope, heads).get(scope, new NDIndex(":, {}:{}", from, to));
        NDArray key = key(layer).get(scope, heads);
        long[] rows = LongStream.range(from, to).toArray();
        int keyCount = (int) key.getShape().get(1);
        return Attention.weights(query, key, masks.get(layer).scores(rows, keyCount, scope));
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
