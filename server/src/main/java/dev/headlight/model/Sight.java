package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Set;

/**
 * What the tokens of one layer may look at: what the model's mask lets them, less what is taken out. A query that would
 * see nothing sees itself, for a softmax needs something to share. H heads, R queries, K keys.
 *
 * @param hidden keys that no query sees
 * @param edges what single queries of single heads don't see
 */
record Sight(Mask mask, Set<Integer> hidden, Set<Edge> edges) {

    /** What one query of one head doesn't see. */
    record Edge(int head, int query, int key) {}

    static Sight of(Mask mask) {
        return new Sight(mask, Set.of(), Set.of());
    }

    boolean isPlain() {
        return hidden.isEmpty() && edges.isEmpty();
    }

    /**
     * Added to the scores of some queries before the softmax: 0, or −∞ for a key that is not seen.
     *
     * @param queries the R tokens that look
     * @return float32 (R, K), or (H, R, K) if heads differ, in the scope given; none if all keys are seen
     */
    Optional<NDArray> scores(long[] queries, int keys, int heads, NDManager scope) {
        if (isPlain()) {
            return mask.scores(queries, keys, scope);
        }
        int rows = edges.isEmpty() ? 1 : heads;
        FloatBuffer scores = FloatBuffer.allocate(rows * queries.length * keys);
        write(scores, queries, keys, rows);
        Shape one = new Shape(queries.length, keys);
        return Optional.of(scope.create(scores.flip(), edges.isEmpty() ? one : new Shape(heads, queries.length, keys)));
    }

    /** Writes the same for so many heads, (H, R, K). */
    void write(FloatBuffer scores, long[] queries, int keys, int heads) {
        for (int head = 0; head < heads; head++) {
            int of = head;
            for (long query : queries) {
                int row = scores.position();
                boolean blind = true;
                for (int key = 0; key < keys; key++) {
                    boolean sees = mask.sees((int) query, key)
                            && !hidden.contains(key)
                            && !(!edges.isEmpty() && cut(of, (int) query, key));
                    blind &= !sees;
                    scores.put(sees ? 0 : Float.NEGATIVE_INFINITY);
                }
                if (blind) {
                    scores.put(row + (int) Math.min(query, keys - 1), 0);
                }
            }
        }
    }

    private boolean cut(int head, int query, int key) {
        return edges.contains(new Edge(head, query, key));
    }
}
