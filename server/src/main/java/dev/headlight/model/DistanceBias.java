package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

/**
 * What is added to the scores of attention by how far a key is from its query: ALiBi (Press et al. 2022), or learned
 * biases (Raffel et al. 2020, section 2.1). H heads, P positions, R queries, K keys.
 *
 * @param positions P, how many tokens a text may have
 * @param values of each head, by key − query + P − 1: [H · (2P − 1)]
 */
public record DistanceBias(int positions, float[] values) {

    /** Of a head and a distance, key − query. */
    @FunctionalInterface
    interface Of {
        double value(int head, int distance);
    }

    static DistanceBias of(int heads, int positions, Of of) {
        int width = 2 * positions - 1;
        float[] values = new float[heads * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) of.value(i / width, i % width - positions + 1);
        }
        return new DistanceBias(positions, values);
    }

    /**
     * A slope for each head: 2^(−8/H), its square and so on; of other numbers of heads than powers of two, those of the
     * next smaller power, and then every second one of the next larger.
     */
    static double slope(int head, int heads) {
        int power = Integer.highestOneBit(heads);
        return head < power
                ? Math.pow(2, -8.0 * (head + 1) / power)
                : Math.pow(2, -4.0 * (2 * (head - power) + 1) / power);
    }

    /**
     * Learned biases, one for each bucket of distances.
     *
     * @param table float32 (B, H)
     * @param buckets which bucket a distance is in
     */
    static DistanceBias learned(NDArray table, int positions, Buckets buckets) {
        int heads = (int) table.getShape().get(1);
        float[] values = table.toFloatArray();
        return of(heads, positions, (head, distance) -> values[buckets.of(distance) * heads + head]);
    }

    /**
     * T5's buckets of distances: near ones exact, far ones by their logarithm.
     *
     * @param count B
     * @param farthest from this distance on, all are in the last bucket
     * @param bothWays whether half of the buckets are for keys after the query; otherwise these are in the first
     */
    record Buckets(int count, int farthest, boolean bothWays) {
        int of(int distance) {
            int side = bothWays ? count / 2 : count;
            int exact = side / 2;
            int away = bothWays ? Math.abs(distance) : Math.max(0, -distance);
            float far = (float) Math.log((float) away / exact) / (float) Math.log((double) farthest / exact);
            int bucket = away < exact ? away : Math.min(side - 1, exact + (int) (far * (side - exact)));
            return bothWays && distance > 0 ? side + bucket : bucket;
        }
    }

    /** How many heads, H. */
    public int heads() {
        return values.length / (2 * positions - 1);
    }

    boolean isFinite() {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Those of some queries: float32 (H, R, K), in a scope. */
    NDArray scores(long[] queries, int keys, NDManager scope) {
        FloatBuffer scores = FloatBuffer.allocate(heads() * queries.length * keys);
        for (int head = 0; head < heads(); head++) {
            for (long query : queries) {
                scores.put(values, at(head, -(int) query), keys);
            }
        }
        return scope.create(scores.flip(), new Shape(heads(), queries.length, keys));
    }

    double value(int head, int distance) {
        return values[at(head, distance)];
    }

    /** Those of a head in a text of T tokens, by key − query + T − 1: [2T − 1]. */
    public float[] of(int head, int tokens) {
        float[] some = new float[2 * tokens - 1];
        System.arraycopy(values, at(head, 1 - tokens), some, 0, some.length);
        return some;
    }

    private int at(int head, int distance) {
        return head * (2 * positions - 1) + distance + positions - 1;
    }
}
