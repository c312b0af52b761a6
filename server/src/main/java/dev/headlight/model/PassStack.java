package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headlight.PositionTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One kind of attention of a pass: each layer's queries, keys and values, as its attention used them, and if its scores
 * have terms for distances, the keys and queries for these.
 */
final class PassStack extends AttentionStack {
    private static final NDIndex ALL = new NDIndex(":");

    private final List<NDArray> queries = new ArrayList<>(); // L × (H, Q, d)
    private final List<NDArray> keys = new ArrayList<>(); // L × (H, K, d)
    private final List<NDArray> values = new ArrayList<>(); // L × (H, K, d)
    private final List<Optional<Disentangled.Positions>> positions = new ArrayList<>(); // L
    private final List<Attention> attentions = new ArrayList<>(); // L
    private final List<Sight> sights = new ArrayList<>(); // L

    PassStack(NDManager kept) {
        super(kept);
    }

    /**
     * Keeps a layer's queries (H, Q, d), keys, values and positions.
     *
     * @param seen keys and values (1, H, K, d)
     */
    void keep(
            NDArray query,
            Attention.Seen seen,
            Optional<Disentangled.Positions> distances,
            Attention attention,
            Sight sight) {
        queries.add(attached(query));
        keys.add(attached(seen.key().squeeze(0)));
        values.add(attached(seen.value().squeeze(0)));
        distances.ifPresent(known -> known.vectors().values().forEach(this::attached));
        positions.add(distances);
        attentions.add(attention);
        sights.add(sight);
    }

    /** Keeps what another pass kept; both hold the same arrays. */
    void share(PassStack other) {
        for (int layer = 0; layer < other.layers(); layer++) {
            queries.add(shared(other.queries.get(layer)));
            keys.add(shared(other.keys.get(layer)));
            values.add(shared(other.values.get(layer)));
        }
        attentions.addAll(other.attentions);
        sights.addAll(other.sights);
        positions.addAll(other.positions); // empty ones: encoder-decoders have no such terms
    }

    private NDArray shared(NDArray array) {
        return attached(array.reshape(array.getShape()));
    }

    /** Float32 (H, K, d), owned by the trace. */
    NDArray value(int layer) {
        return values.get(layer);
    }

    /** What cross-attention sees in a layer, in a scope. */
    Attention.Seen seen(int layer, NDManager scope) {
        return new Attention.Seen(
                key(layer).get(scope, ALL).expandDims(0),
                value(layer).get(scope, ALL).expandDims(0));
    }

    @Override
    boolean isFinite(boolean all) {
        return IntStream.range(all ? 0 : layers() - 1, layers())
                .allMatch(layer -> Trace.isFinite(queries.get(layer))
                        && Trace.isFinite(keys.get(layer))
                        && Trace.isFinite(values.get(layer))
                        && (!all || attentions.get(layer).scores().isFinite())); // a pass doesn't change these
    }

    @Override
    int layers() {
        return queries.size();
    }

    @Override
    public NDArray query(int layer) {
        return queries.get(layer);
    }

    @Override
    public NDArray key(int layer) {
        return keys.get(layer);
    }

    @Override
    public NDArray weights(int layer, NDManager scope) {
        return weights(layer, ALL, 0, queries(layer), scope);
    }

    @Override
    public NDArray weights(int layer, int head, NDManager scope) {
        return weights(layer, new NDIndex("{}:{}", head, head + 1), 0, queries(layer), scope)
                .squeeze(0);
    }

    @Override
    public NDArray weightsFrom(int layer, int query, NDManager scope) {
        return weights(layer, ALL, query, query + 1, scope).squeeze(1);
    }

    /** The attention of some queries, by some heads of a layer: float32 (h, to − from, K), in a scope. */
    private NDArray weights(int layer, NDIndex heads, int from, int to, NDManager scope) {
        NDArray query = query(layer).get(scope, heads).get(scope, new NDIndex(":, {}:{}", from, to));
        NDArray key = key(layer).get(scope, heads);
        long[] rows = LongStream.range(from, to).toArray();
        int keyCount = (int) key.getShape().get(1);
        Attention attention = attentions.get(layer);
        Optional<NDArray> added = attention
                .added(sights.get(layer), rows, keyCount, scope)
                .map(scores -> scores.getShape().dimension() == 3 ? scores.get(scope, heads) : scores);
        Optional<Disentangled.Positions> distances = positions.get(layer).map(known -> known.of(heads, scope));
        return attention.weights(
                query, key, Disentangled.Positions.added(distances, query, key, Rows.some(rows), added));
    }

    @Override
    public NDArray positions(int layer, PositionTerm term, NDManager scope) {
        return positions.get(layer).orElseThrow().byDistance(term, queries(layer), scope);
    }

    @Override
    public NDArray norms(int layer, NDManager scope) {
        NDArray lengths = attentions.get(layer).lengths(values.get(layer), scope); // (H, K)
        return weights(layer, scope).mul(lengths.expandDims(1));
    }

    @Override
    int queries(int layer) {
        return (int) query(layer).getShape().get(1);
    }

    @Override
    long size() {
        long size = 0;
        for (int layer = 0; layer < layers(); layer++) {
            size += query(layer).size() + key(layer).size() + values.get(layer).size();
            size += positions.get(layer).stream()
                    .flatMap(known -> known.vectors().values().stream())
                    .mapToLong(NDArray::size)
                    .sum();
        }
        return size + super.size();
    }
}
