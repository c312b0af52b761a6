package dev.headlight.inspect;

import java.util.List;
import java.util.stream.IntStream;

/**
 * All heads at a glance: every head's matrix, pooled to a thumbnail, and the patterns that it shows.
 *
 * @param side rows and columns of a thumbnail, at most {@link #LARGEST}
 * @param thumbnails [L, H, side, side]: the largest weight of what a cell covers, as 255 · weight, rounded
 * @param patterns [L][H]
 */
public record Overview(int side, byte[] thumbnails, List<List<HeadPatterns>> patterns) {
    /** Side of the largest thumbnail. */
    public static final int LARGEST = 64;

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
        int[] cells = IntStream.range(0, tokens).map(i -> i * side / tokens).toArray();
        float[] largest = new float[side * side];
        for (int query = 0; query < tokens; query++) {
            int row = cells[query] * side;
            for (int key = 0; key < tokens; key++) {
                int cell = row + cells[key];
                largest[cell] = Math.max(largest[cell], attention.at(query, key));
            }
        }
        for (int i = 0; i < largest.length; i++) {
            into[offset + i] = quantized(largest[i]);
        }
    }

    /** A weight between 0 and 1 as an unsigned byte. */
    static byte quantized(float weight) {
        return (byte) Math.round(255 * weight);
    }
}
