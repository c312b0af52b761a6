package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How differently the heads of an attention attend in two texts, as far as their tokens are aligned. Weights stay as
 * they are: what a token spends on keys that are not aligned is left out, and the rest is not rescaled.
 *
 * @param alignment the pairs of tokens that correspond; those among the attention's queries are the rows, those among
 * its
 *     keys the columns of what is compared
 * @param rows rows of a thumbnail, as {@link Overview#side}
 * @param columns columns of a thumbnail, likewise
 * @param thumbnails [L, H, rows, columns]: 128 + 127 · d, rounded, where d, the second weight minus the first, is the
 * one
 *     of largest magnitude of what a cell covers
 * @param distances [L, H]: ½ Σ |d| over the aligned keys, averaged over the aligned queries; the total variation
 * distance
 *     of two rows if all keys are aligned
 */
public record Difference(Alignment alignment, int rows, int columns, byte[] thumbnails, float[] distances) {

    /**
     * Compares an attention in two texts.
     *
     * @param cancellation checked between layers; throws to end it
     * @throws UserException if they can't be compared
     */
    public static Difference between(
            AttentionKind kind, Layers first, Layers second, Alignment alignment, Cancellation cancellation) {
        AttentionShape here = shape(kind, first).orElseThrow(() -> new OutOfRangeException("attention " + kind.id()));
        Optional<AttentionShape> there = shape(kind, second);
        if (there.isEmpty()
                || here.layers() != there.get().layers()
                || !first.held().equals(second.held())) {
            throw new UserException("The two models differ in their layers or heads, so their attention has no"
                    + " difference: compare models of the same shape.");
        }
        List<Alignment.Pair> queries =
                alignment.within(here.queries(), there.get().queries());
        List<Alignment.Pair> keys = alignment.within(here.keys(), there.get().keys());
        if (queries.isEmpty() || keys.isEmpty()) {
            throw new UserException("The two texts have no token in common, so there is nothing to compare: choose"
                    + " more similar texts.");
        }
        int heads = first.heads();
        List<Integer> layers = first.held().layersOf(here);
        int rows = Overview.side(queries.size());
        int columns = Overview.side(keys.size());
        byte[] thumbnails = new byte[layers.size() * heads * rows * columns];
        float[] distances = new float[layers.size() * heads];
        for (int place = 0; place < layers.size(); place++) {
            cancellation.check();
            List<Matrix> before = first.layer(kind, layers.get(place));
            List<Matrix> after = second.layer(kind, layers.get(place));
            int start = place * heads;
            IntStream.range(0, heads).parallel().forEach(head -> {
                Matrix difference = Alignment.difference(before.get(head), after.get(head), queries, keys);
                pool(difference, thumbnails, (start + head) * rows * columns);
                distances[start + head] = distance(difference);
            });
        }
        return new Difference(alignment, rows, columns, thumbnails, distances);
    }

    private static Optional<AttentionShape> shape(AttentionKind kind, Layers layers) {
        return layers.attentions().stream()
                .filter(shape -> shape.kind() == kind)
                .findFirst();
    }

    /**
     * Pools a matrix by its values of largest magnitude.
     *
     * @param difference [Q, K], −1 to 1
     * @param into receives side(Q) · side(K) bytes
     * @param offset where
     */
    static void pool(Matrix difference, byte[] into, int offset) {
        int queries = difference.rows();
        int keys = difference.columns();
        int columns = Overview.side(keys);
        float[] largest = new float[keys]; // of the rows that become one
        float[] smallest = new float[keys];
        for (int row = 0; row < Overview.side(queries); row++) {
            Arrays.fill(largest, 0);
            Arrays.fill(smallest, 0);
            for (int i = Overview.start(row, queries); i < Overview.start(row + 1, queries); i++) {
                takeExtremes(difference.values(), i * keys, largest, smallest);
            }
            for (int column = 0; column < columns; column++) {
                int from = Overview.start(column, keys);
                int to = Overview.start(column + 1, keys);
                float extreme = extreme(largest, smallest, from, to);
                into[offset + row * columns + column] = (byte) Math.round(128 + 127 * extreme);
            }
        }
    }

    private static void takeExtremes(float[] values, int offset, float[] largest, float[] smallest) {
        for (int i = 0; i < largest.length; i++) {
            largest[i] = Math.max(largest[i], values[offset + i]);
            smallest[i] = Math.min(smallest[i], values[offset + i]);
        }
    }

    private static float extreme(float[] largest, float[] smallest, int from, int to) {
        float gain = 0;
        float loss = 0;
        for (int i = from; i < to; i++) {
            gain = Math.max(gain, largest[i]);
            loss = Math.min(loss, smallest[i]);
        }
        return gain >= -loss ? gain : loss;
    }

    /** ½ Σ |d| of a row, on average. */
    static float distance(Matrix difference) {
        double sum = 0;
        for (float value : difference.values()) {
            sum += Math.abs(value);
        }
        return (float) (sum / 2 / difference.rows());
    }
}
