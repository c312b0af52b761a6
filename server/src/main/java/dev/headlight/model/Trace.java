package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a pass leaves behind, in native memory until it is closed: logits, and each layer's queries and keys as its
 * attention used them. Attention is computed from these when somebody looks: 2·L·T·D numbers are kept instead of L·H·T².
 *
 * <p>T tokens, L layers, H heads, d head size, D = H·d, V vocabulary, R rows of logits.
 */
public final class Trace implements AutoCloseable {
    private final NDManager kept;
    private final List<NDArray> queries = new ArrayList<>(); // L × (H, T, d)
    private final List<NDArray> keys = new ArrayList<>(); // L × (H, T, d)
    private final List<Mask> masks = new ArrayList<>(); // L
    private NDArray logits; // (R, V)

    Trace(NDManager kept) {
        this.kept = kept;
    }

    /** Keeps a layer's queries and keys, both (H, T, d), and what its tokens see. */
    void keep(NDArray query, NDArray key, Mask mask) {
        query.attach(kept);
        key.attach(kept);
        queries.add(query);
        keys.add(key);
        masks.add(mask);
    }

    /** Keeps the logits, (R, V). */
    void keepLogits(NDArray rows) {
        rows.attach(kept);
        logits = rows;
    }

    /** Float32 (R, V), in the order of the rows asked for; null where none were. */
    public NDArray logits() {
        return logits;
    }

    /** Float32 (H, T, d). */
    public NDArray query(int layer) {
        return queries.get(layer);
    }

    /** Float32 (H, T, d). */
    public NDArray key(int layer) {
        return keys.get(layer);
    }

    /** The attention of all heads of a layer: float32 (H, T, T), each row a distribution over keys, in a given scope. */
    public NDArray attention(int layer, NDManager scope) {
        return attentionOf(layer, new NDIndex(":"), 0, tokens(), scope);
    }

    /** The attention of one head: float32 (T, T), in a given scope. */
    public NDArray attention(int layer, int head, NDManager scope) {
        return attentionOf(layer, new NDIndex("{}:{}", head, head + 1), 0, tokens(), scope)
                .squeeze(0);
    }

    /** What one token looks at, by every head of a layer: float32 (H, T), in a given scope. */
    public NDArray attentionFrom(int layer, int token, NDManager scope) {
        return attentionOf(layer, new NDIndex(":"), token, token + 1, scope).squeeze(1);
    }

    private NDArray attentionOf(int layer, NDIndex heads, int from, int to, NDManager scope) {
        NDArray query = query(layer).get(scope, heads).get(scope, new NDIndex(":, {}:{}", from, to));
        NDArray key = key(layer).get(scope, heads);
        long[] rows = LongStream.range(from, to).toArray();
        return Attention.weights(query, key, masks.get(layer).scores(rows, tokens(), scope));
    }

    private int tokens() {
        return (int) queries.get(0).getShape().get(1);
    }

    /** A scope for arrays computed from this trace. */
    public NDManager scope() {
        return kept.newSubManager();
    }

    /** The native memory that it holds. */
    public long bytes() {
        long elements = logits == null ? 0 : logits.size();
        for (int layer = 0; layer < queries.size(); layer++) {
            elements += queries.get(layer).size() + keys.get(layer).size();
        }
        return elements * Float.BYTES;
    }

    @Override
    public void close() {
        kept.close();
    }
}
