package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headlight.PositionTerm;
import dev.headlight.UserException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** Attention that was made elsewhere: weights, and perhaps the queries and keys that they are of. */
final class GivenStack extends AttentionStack {
    private final GivenAttention given;
    private final NDManager kept;
    private final Map<Integer, NDArray> queries = new HashMap<>(); // those asked for so far, (H, Q, d) each
    private final Map<Integer, NDArray> keys = new HashMap<>(); // (H, K, d)

    GivenStack(GivenAttention given, NDManager kept) {
        super(kept);
        this.given = given;
        this.kept = kept;
    }

    @Override
    int layers() {
        return given.layers();
    }

    @Override
    int queries(int layer) {
        return given.queries();
    }

    @Override
    boolean isFinite(boolean all) {
        return true; // who made the arrays available has checked them
    }

    @Override
    public NDArray query(int layer) {
        return queries.computeIfAbsent(layer, at -> vectors(given.query(at), given.queries(), "queries"));
    }

    @Override
    public NDArray key(int layer) {
        return keys.computeIfAbsent(layer, at -> vectors(given.key(at), given.keys(), "keys"));
    }

    @Override
    public NDArray positions(int layer, PositionTerm term, NDManager scope) {
        FloatBuffer numbers = given.positions(layer, term);
        return scope.create(numbers, new Shape(given.heads(), 2L * given.keys() - 1, given.headSize()));
    }

    private NDArray vectors(FloatBuffer numbers, int tokens, String what) {
        if (given.headSize() == 0) {
            throw new UserException(
                    "This file has no " + what + ": save them beside the weights, as “query” and “key”.");
        }
        return kept.create(numbers, new Shape(given.heads(), tokens, given.headSize()));
    }

    @Override
    public NDArray weights(int layer, NDManager scope) {
        return scope.create(
                given.weights(layer, 0, given.heads()), new Shape(given.heads(), given.queries(), given.keys()));
    }

    @Override
    public NDArray weights(int layer, int head, NDManager scope) {
        return scope.create(given.weights(layer, head, head + 1), new Shape(given.queries(), given.keys()));
    }

    @Override
    public NDArray weightsFrom(int layer, int query, NDManager scope) {
        return weights(layer, scope).get(scope, new NDIndex(":, {}", query));
    }

    @Override
    public NDArray norms(int layer, NDManager scope) {
        throw new UserException("This file has attention weights only, no values to weigh: choose another measure.");
    }

    @Override
    long size() {
        long vectors = queries.values().stream().mapToLong(NDArray::size).sum()
                + keys.values().stream().mapToLong(NDArray::size).sum();
        return vectors + super.size();
    }
}
