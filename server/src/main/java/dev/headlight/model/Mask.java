package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * What a token may attend to. T tokens, R rows.
 *
 * @param causal whether it sees nothing after itself
 * @param reach how many tokens away the farthest one is that it sees
 */
public record Mask(boolean causal, int reach) {
    /** A token sees all. */
    public static final Mask NONE = new Mask(false, Integer.MAX_VALUE);

    /** A token sees itself and those before it. */
    public static final Mask CAUSAL = new Mask(true, Integer.MAX_VALUE);

    /** A token sees itself and so many tokens at each side. */
    static Mask near(int reach) {
        return new Mask(false, reach);
    }

    /** A token sees itself and those before it, so many in all. */
    static Mask window(int size) {
        return new Mask(true, size - 1);
    }

    /** The same for texts of so many tokens at most: without an end, if none of them is farther away. */
    Mask among(int tokens) {
        Mask endless = causal ? CAUSAL : NONE;
        return reach >= tokens - 1 ? endless : this;
    }

    /** Whether one token sees another. */
    public boolean sees(int query, int key) {
        return (!causal || key <= query) && Math.abs(query - key) <= reach;
    }

    /** How many of so many tokens one of them sees. */
    public int seenBy(int query, int tokens) {
        long from = Math.max(0, (long) query - reach);
        long to = Math.min(causal ? query : tokens - 1, (long) query + reach);
        return (int) (to - from + 1);
    }

    /** Whether each of so many tokens sees all of them. */
    boolean hidesNothing(int tokens) {
        return !causal && tokens - 1 <= reach;
    }

    /**
     * Added to the scores of some queries before the softmax: 0, or −∞ for a masked key.
     *
     * @param queries the R tokens that look
     * @param keys how many tokens there are
     * @return float32 (R, T), in the scope given; none if nothing is masked
     */
    Optional<NDArray> scores(long[] queries, int keys, NDManager scope) {
        if (hidesNothing(keys)) {
            return Optional.empty();
        }
        FloatBuffer scores = FloatBuffer.allocate(queries.length * keys);
        for (long query : queries) {
            for (int key = 0; key < keys; key++) {
                scores.put(sees((int) query, key) ? 0 : Float.NEGATIVE_INFINITY);
            }
        }
        return Optional.of(scope.create(scores.flip(), new Shape(queries.length, keys)));
    }
}
