package dev.headlight.inspect;

import java.util.Arrays;
import java.util.List;

/**
 * An overview of all heads of an attention: every head's matrix, pooled to a thumbnail, and the patterns that it shows.
 *
 * @param rows rows of a thumbnail, at most {@link #LARGEST}
 * @param columns columns of a thumbnail, likewise
 * @param thumbnails [L, H, rows, columns]: the largest weight of what a cell covers, as 255 · weight, rounded
 * @param patterns what each head shows, [L][H]
 */
public record Overview(int rows, int columns, byte[] thumbnails, List<List<HeadPatterns>> patterns) {
    /** Most rows or columns of a thumbnail. */
    public static final int LARGEST = 64;

    /** The thumbnail of one head: rows · columns bytes. */
    public byte[] thumbnail(int layer, int head) {
        int size = rows * columns;
        int at = (layer * patterns.get(layer).size() + head) * size;
        return Arrays.copyOfRange(thumbnails, at, at + size);
    }

    /** The number of rows or columns of a thumbnail for those of a matrix. */
    static int side(int tokens) {
        return Math.min(tokens, LARGEST);
    }

    /**
     * Pools a matrix by its largest weights, so that thin lines stay visible.
     *
     * @param attention [Q, K]
     * @param into receives side(Q) · side(K) bytes
     * @param offset where
     */
    static void pool(Matrix attention, byte[] into, int offset) {
        int queries = attention.rows();
        int keys = attention.columns();
        int columns = side(keys);
        float[] largest = new float[keys]; // of the rows that become one
        for (int row = 0; row < side(queries); row++) {
            Arrays.fill(largest, 0);
            for (int query = start(row, queries); query < start(row + 1, queries); query++) {
                takeLarger(largest, attention.values(), query * keys);
            }
            for (int column = 0; column < columns; column++) {
                float weight = largest(largest, start(column, keys), start(column + 1, keys));
                into[offset + row * columns + column] = quantized(weight);
            }
        }
    }

    /** The first token of a row or column of a thumbnail; for the one after the last, how many tokens there are. */
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
