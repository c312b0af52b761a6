package dev.headlight.inspect;

import java.util.Arrays;
import java.util.List;

/**
 * All heads at a glance: every head's matrix, pooled to a thumbnail, and the patterns that it shows.
 *
 * @param side rows and columns of a thumbnail, at most {@link #LARGEST}
 * @param thumbnails [L, H, side, side]: the largest weight of what a cell covers, as 255 · weight, rounded
 * @param parts what each head shows, [A][L][H]: A is 1; of an encoder-decoder 3, its encoder, its decoder, and what the
 *     one looks at in the other
 */
public record Overview(int side, byte[] thumbnails, List<List<List<HeadPatterns>>> parts) {
    /** Side of the largest thumbnail. */
    public static final int LARGEST = 64;

    /** What each head shows, [L][H]; of an encoder-decoder, those of the encoder. */
    public List<List<HeadPatterns>> patterns() {
        return parts.get(0);
    }

    /** The thumbnail of one head: side² bytes. */
    public byte[] thumbnail(int layer, int head) {
        int size = side * side;
        int at = (layer * patterns().get(layer).size() + head) * size;
        return Arrays.copyOfRange(thumbnails, at, at + size);
    }

    /** Rows and columns of the thumbnail of a matrix of this side. */
    static int side(int tokens) {
        return Math.min(tokens, LARGEST);
    }

    /**
     * Pools a matrix by its largest weights, so that thin lines stay visible.
     *
     * @param attention [T, T]
     * @param into receives side² bytes
     * @param offset where
     */
    static void pool(Matrix attention, byte[] into, int offset) {
        int tokens = attention.rows();
        int side = side(tokens);
        float[] largest = new float[tokens]; // of the rows that become one
        for (int row = 0; row < side; row++) {
            Arrays.fill(largest, 0);
            for (int query = start(row, tokens); query < start(row + 1, tokens); query++) {
                takeLarger(largest, attention.values(), query * tokens);
            }
            for (int column = 0; column < side; column++) {
                float weight = largest(largest, start(column, tokens), start(column + 1, tokens));
                into[offset + row * side + column] = quantized(weight);
            }
        }
    }

    /** The first token of a row or column of a thumbnail; of the one behind the last, how many tokens there are. */
    static int start(int cell, int tokens) {
        int side = side(tokens);
        return (cell * tokens + side - 1) / side;
    }

    private static void takeLarger(float[] largest, float[] values, int offset) {
        for (int i = 0; i < largest.length; i++) {
            largest[i] = Math.max(largest[i], values[offset + i]);
        }
    }

    private static float largest(float[] values, int from, int to) {
        float largest = values[from];
        for (int i = from + 1; i < to; i++) {
            largest = Math.max(largest, values[i]);
        }
        return largest;
    }

    /** A weight between 0 and 1 as an unsigned byte. */
    static byte quantized(float weight) {
        return (byte) (int) (255 * weight + 0.5); // twice as fast as Math.round, and the same
    }
}
