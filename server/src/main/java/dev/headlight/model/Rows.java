package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import java.util.stream.LongStream;

/**
 * Which rows of a layer's output are wanted.
 *
 * @param numbers the tokens, in the order in which they are wanted
 * @param all whether these are all, in their order
 */
record Rows(long[] numbers, boolean all) {

    static Rows all(int tokens) {
        return new Rows(LongStream.range(0, tokens).toArray(), true);
    }

    static Rows some(long[] numbers) {
        return new Rows(numbers, false);
    }

    /** These rows of each of C copies: (C·T, D) to (C·R, D), in the scope of {@code x}. */
    NDArray of(NDArray x, int copies, int tokens) {
        if (all) {
            return x;
        }
        long[] places = new long[copies * numbers.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = (long) i / numbers.length * tokens + numbers[i % numbers.length];
        }
        return Embedding.rows(x, places, x.getManager());
    }
}
