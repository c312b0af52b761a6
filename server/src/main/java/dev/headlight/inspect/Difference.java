package dev.headlight.inspect;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How differently heads look at two texts, as far as their tokens are aligned. Weights stay as they are: what a token
 * spends on keys that are not aligned is left out, and the rest is not scaled up to make good for it.
 *
 * @param alignment the m pairs of tokens that are compared
 * @param side rows and columns of a thumbnail, as {@link Overview#side}
 * @param thumbnails [L, H, side, side]: 128 + 127 · d, rounded, where d, the second weight less the first, is the one of
 *     largest magnitude of what a cell covers
 * @param distances [A, L, H] for A blocks of attention, one but of an encoder-decoder: ½ Σ |d| over the aligned keys, which is the total variation distance of two rows where all
 *     keys are aligned; averaged over the aligned queries
 */
public record Difference(Alignment alignment, int side, byte[] thumbnails, float[] distances) {

    /**
     * Compares two texts.
     *
     * @param blocks the blocks of the first's attention
     * @param cancellation asked between layers; throws to end it
     * @throws UserException where they can't be compared
     */
    public static Difference between(
            Layers first, Layers second, Alignment alignment, List<Block> blocks, Cancellation cancellation) {
        if (first.layers() != second.layers() || first.heads() != second.heads()) {
            throw new UserException("The two models differ in their layers or heads, so their attention can't be"
                    + " compared: look at both texts with one model.");
        }
        if (alignment.pairs().isEmpty()) {
            throw new UserException("The two texts have no token in common, so there is nothing to compare: choose"
                    + " texts that are more alike.");
        }
        int heads = first.heads();
        int side = Overview.side(alignment.pairs().size());
        byte[] thumbnails = new byte[first.layers() * heads * side * side];
        int all = first.layers() * heads;
        float[] distances = new float[blocks.size() * all];
        for (int layer = 0; layer < first.layers(); layer++) {
            cancellation.check();
            List<Matrix> before = first.layer(layer);
            List<Matrix> after = second.layer(layer);
            int start = layer * heads;
            IntStream.range(0, heads).parallel().forEach(head -> {
                Matrix difference = alignment.difference(before.get(head), after.get(head));
                pool(difference, thumbnails, (start + head) * side * side);
                for (int block = 0; block < blocks.size(); block++) {
                    Block.Range queries = aligned(alignment, blocks.get(block).queries());
                    Block.Range keys = aligned(alignment, blocks.get(block).keys());
                    distances[block * all + start + head] = distance(difference.part(queries, keys));
                }
            });
        }
        return new Difference(alignment, side, thumbnails, distances);
    }

    /** Which of the aligned pairs are of some tokens of the first text. */
    private static Block.Range aligned(Alignment alignment, Block.Range tokens) {
        int before = 0;
        int within = 0;
        for (Alignment.Pair pair : alignment.pairs()) {
            before += pair.first() < tokens.from() ? 1 : 0;
            within += pair.first() >= tokens.from() && pair.first() < tokens.to() ? 1 : 0;
        }
        return new Block.Range(before, before + within);
    }

    /**
     * Pools a matrix by its values of largest magnitude.
     *
     * @param difference [m, m], −1 to 1
     * @param into receives side² bytes
     * @param offset where
     */
    static void pool(Matrix difference, byte[] into, int offset) {
        int size = difference.rows();
        int side = Overview.side(size);
        float[] largest = new float[size]; // of the rows that become one
        float[] smallest = new float[size];
        for (int row = 0; row < side; row++) {
            Arrays.fill(largest, 0);
            Arrays.fill(smallest, 0);
            for (int i = Overview.start(row, size); i < Overview.start(row + 1, size); i++) {
                takeExtremes(difference.values(), i * size, largest, smallest);
            }
            for (int column = 0; column < side; column++) {
                int from = Overview.start(column, size);
                int to = Overview.start(column + 1, size);
                float extreme = extreme(largest, smallest, from, to);
                into[offset + row * side + column] = (byte) Math.round(128 + 127 * extreme);
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
