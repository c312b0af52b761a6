package dev.headlight.imports;

import dev.headlight.PositionTerm;
import dev.headlight.model.GivenAttention;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One kind of attention of a file.
 *
 * @param weights of each layer, [H, Q, K]
 * @param query the queries of each layer, [H, Q, d]; none if the file has none
 * @param key the keys of each layer, [H, K, d]
 * @param positions of disentangled attention, the keys and queries for distances of each layer, [H, 2K − 1, d]
 */
record FileAttention(
        List<Stored> weights,
        Optional<List<Stored>> query,
        Optional<List<Stored>> key,
        Map<PositionTerm, List<Stored>> positions)
        implements GivenAttention {
    /** Softmax in half precision misses 1 by less than this. */
    private static final double TOLERANCE = 0.02;

    private int size(int axis) {
        return (int) weights.get(0).shape()[axis];
    }

    @Override
    public int layers() {
        return weights.size();
    }

    @Override
    public int heads() {
        return size(0);
    }

    @Override
    public int queries() {
        return size(1);
    }

    @Override
    public int keys() {
        return size(2);
    }

    @Override
    public int headSize() {
        return query.map(all -> (int) all.get(0).shape()[2]).orElse(0);
    }

    @Override
    public FloatBuffer weights(int layer, int from, int to) {
        int head = queries() * keys();
        return weights.get(layer).floats(from * head, (to - from) * head);
    }

    @Override
    public FloatBuffer query(int layer) {
        return vectors(query, layer, queries());
    }

    @Override
    public FloatBuffer key(int layer) {
        return vectors(key, layer, keys());
    }

    @Override
    public FloatBuffer positions(int layer, PositionTerm term) {
        return vectors(Optional.ofNullable(positions.get(term)), layer, 2 * keys() - 1);
    }

    private FloatBuffer vectors(Optional<List<Stored>> vectors, int layer, int tokens) {
        return vectors.map(all -> all.get(layer).floats(0, heads() * tokens * headSize()))
                .orElseGet(() -> FloatBuffer.allocate(0));
    }

    /**
     * Looks at every number.
     *
     * @return what is wrong with one, as a predicate of the file; empty if nothing is
     */
    Optional<String> fault() {
        return IntStream.range(0, layers())
                .parallel()
                .mapToObj(this::fault)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> fault(int layer) {
        FloatBuffer numbers = weights(layer, 0, heads());
        float[] row = new float[keys()]; // read at once: buffers are slow one by one
        for (int at = 0; numbers.hasRemaining(); at++) {
            numbers.get(row);
            double sum = 0;
            float least = 0;
            for (float weight : row) {
                sum += weight;
                least = Math.min(least, weight);
            }
            if (!Double.isFinite(sum)) {
                return Optional.of(
                        "holds NaN or infinity, in " + where(layer, at) + ": save the weights after softmax.");
            }
            if (least < -TOLERANCE || Math.abs(sum - 1) > TOLERANCE && sum != 0) {
                String what =
                        least < -TOLERANCE ? "has numbers below 0" : String.format(Locale.ROOT, "sums to %.3f", sum);
                return Optional.of("holds no attention weights: " + where(layer, at) + " " + what
                        + ", not to 1. Save the weights after softmax, of a model without dropout (model.eval()).");
            }
        }
        return Stream.concat(Stream.of(query, key).flatMap(Optional::stream), positions.values().stream())
                .map(vectors -> vectors.get(layer))
                .filter(vectors -> !isFinite(vectors))
                .findFirst()
                .map(vectors -> "holds NaN or infinity, in “" + vectors.name() + "”: save it again.");
    }

    private String where(int layer, int row) {
        return "row " + (row % queries() + 1) + " of head " + (layer + 1) + "." + (row / queries() + 1) + " of “"
                + weights.get(layer).name() + "”";
    }

    private static boolean isFinite(Stored vectors) {
        long[] shape = vectors.shape();
        FloatBuffer all = vectors.floats(0, (int) (shape[0] * shape[1] * shape[2]));
        float[] row = new float[(int) shape[2]];
        while (all.hasRemaining()) {
            all.get(row);
            for (float number : row) {
                if (!Float.isFinite(number)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether no query of any head looks at a key after itself. */
    boolean looksBack() {
        return queries() == keys()
                && queries() > 1
                && IntStream.range(0, layers()).parallel().allMatch(this::looksBack);
    }

    private boolean looksBack(int layer) {
        FloatBuffer numbers = weights(layer, 0, heads());
        float[] row = new float[keys()];
        for (int at = 0; numbers.hasRemaining(); at++) {
            numbers.get(row);
            for (int key = at % queries() + 1; key < row.length; key++) {
                if (row[key] != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
