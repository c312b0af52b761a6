package dev.headlight.export;

import dev.headlight.PositionTerm;
import dev.headlight.inspect.Matrix;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A head in few bytes: its queries [Q, d] and keys [K, d] in nine bits, of disentangled attention those for distances
 * [2K − 1, d], too, and what is to be added to the attention that these
 * give, the softmax of their scores, so that each weight is exact to half of {@link #UNIT}. That is mostly nothing, which takes
 * no room when deflated.
 */
final class RoundedHead {
    /** What 1 stands for in what is added. */
    static final double UNIT = 1.0 / 10_000;
    /** How many bytes each number has. */
    static final int PLANES = 2;

    private static final int LARGEST = 255; // nine bits with the sign

    private final Matrix query;
    private final Matrix key;
    private final Map<PositionTerm, Matrix> positions;
    private final Matrix attention;
    private final Score score;

    /** What becomes of q · k / √d before the softmax, by the places of query and key; −∞ if it doesn't see the key. */
    interface Score {
        double of(int query, int key, double product);
    }

    /**
     * A head with queries and keys, which need not be those of its attention.
     *
     * @param positions keys and queries for distances, [2K − 1, d] each, of the terms that its scores have
     * @param attention [Q, K]
     */
    RoundedHead(Matrix query, Matrix key, Map<PositionTerm, Matrix> positions, Matrix attention, Score score) {
        this.query = query;
        this.key = key;
        this.positions = new EnumMap<>(PositionTerm.class);
        this.positions.putAll(positions);
        this.attention = attention;
        this.score = score;
    }

    private static float step(Matrix vectors) {
        float largest = 0;
        for (float value : vectors.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        return Math.max(largest / LARGEST, Float.MIN_NORMAL);
    }

    /** Queries, keys, and those for distances. */
    private Stream<Matrix> matrices() {
        return Stream.concat(Stream.of(query, key), positions.values().stream());
    }

    /** What 1 stands for in the queries, in the keys, and in those for distances of each term. */
    float[] steps() {
        List<Matrix> matrices = matrices().toList();
        float[] steps = new float[matrices.size()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = step(matrices.get(i));
        }
        return steps;
    }

    /** The queries, keys, and those for distances of each term: {@link #planes} of [Q + K + P · (2K − 1), d]. */
    byte[] vectors() {
        return planes(matrices()
                .flatMapToInt(matrix -> Arrays.stream(rounded(matrix, step(matrix))))
                .toArray());
    }

    private static int[] rounded(Matrix vectors, float step) {
        int[] rounded = new int[vectors.values().length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Math.round(vectors.values()[i] / step);
        }
        return rounded;
    }

    /** What is to be added to the attention of these, {@link #planes} of [Q, K]. */
    byte[] corrections() {
        int columns = attention.columns();
        int headSize = query.columns();
        float[] queries = unrounded(query);
        float[] keys = unrounded(key);
        Map<PositionTerm, float[]> distances = new EnumMap<>(PositionTerm.class);
        positions.forEach((term, matrix) -> distances.put(term, unrounded(matrix)));
        double[] turned = new double[keys.length]; // [d, K]: a loop over keys runs on vectors of the processor
        for (int i = 0; i < keys.length; i++) {
            turned[i % headSize * columns + i / headSize] = keys[i];
        }
        int[] corrections = new int[attention.values().length];
        IntStream.range(0, attention.rows()).parallel().forEach(row -> {
            double[] scores = scores(queries, row, turned, columns);
            for (int column = 0; column < columns; column++) {
                scores[column] = score.of(row, column, scores[column]);
            }
            distances.forEach((term, vectors) -> {
                float[] of = term == PositionTerm.C2P ? queries : keys;
                for (int column = 0; column < columns; column++) {
                    int token = term == PositionTerm.C2P ? row : column;
                    scores[column] += dot(of, token, vectors, column - row + columns - 1, headSize);
                }
            });
            double[] weights = softmax(scores, row);
            for (int column = 0; column < columns; column++) {
                corrections[row * columns + column] = inUnits(attention.at(row, column) - weights[column]);
            }
        });
        return planes(corrections);
    }

    private static float[] unrounded(Matrix vectors) {
        float step = step(vectors);
        int[] numbers = rounded(vectors, step);
        float[] values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers[i] * step;
        }
        return values;
    }

    /** q · k / √d of a query and all keys. */
    private static double[] scores(float[] queries, int row, double[] keys, int columns) {
        int headSize = keys.length / columns;
        double[] scores = new double[columns];
        for (int i = 0; i < headSize; i++) {
            double value = queries[row * headSize + i] / Math.sqrt(headSize);
            int from = i * columns;
            for (int column = 0; column < columns; column++) {
                scores[column] += value * keys[from + column];
            }
        }
        return scores;
    }

    /** x · y / √d of a row of each. */
    private static double dot(float[] some, int row, float[] others, int other, int headSize) {
        double sum = 0;
        for (int i = 0; i < headSize; i++) {
            sum += (double) some[row * headSize + i] * others[other * headSize + i];
        }
        return sum / Math.sqrt(headSize);
    }

    /** As the page computes it. */
    private static double[] softmax(double[] scores, int row) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double each : scores) {
            largest = Math.max(largest, each);
        }
        if (largest == Double.NEGATIVE_INFINITY) {
            largest = 0;
            scores[Math.min(row, scores.length - 1)] = 0; // who would see nothing sees itself
        }
        double sum = 0;
        for (int column = 0; column < scores.length; column++) {
            scores[column] = Math.exp(scores[column] - largest);
            sum += scores[column];
        }
        for (int column = 0; column < scores.length; column++) {
            scores[column] /= sum;
        }
        return scores;
    }

    /** The weights of a head without queries and keys: all of them is added to nothing. */
    static byte[] weights(Matrix attention) {
        int[] weights = new int[attention.values().length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = inUnits(attention.values()[i]);
        }
        return planes(weights);
    }

    private static int inUnits(double weight) {
        return (int) Math.rint(weight / UNIT);
    }

    /**
     * Numbers, the low bytes before the high bytes. A number n is 2n, a negative one −2n − 1, so that the high bytes of
     * small ones are zeros.
     */
    private static byte[] planes(int[] numbers) {
        byte[] planes = new byte[PLANES * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int unsigned = numbers[i] << 1 ^ numbers[i] >> 31;
            planes[i] = (byte) unsigned;
            planes[numbers.length + i] = (byte) (unsigned >> 8);
        }
        return planes;
    }
}
