package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import java.util.stream.LongStream;

/**
 * Which rows of a layer's output are wanted.
 *
 * @param numbers the tokens, in the order in which they are wanted
 * @param kind whose these are
 */
record Rows(long[] numbers, Kind kind) {

    enum Kind {
        /** All tokens, in their order. */
        ALL,
        /** The same ones of each copy. */
        SOME,
        /** One of each copy. */
        ONE_EACH
    }

    static Rows all(int tokens) {
        return new Rows(LongStream.range(0, tokens).toArray(), Kind.ALL);
    }

    static Rows some(long[] numbers) {
        return new Rows(numbers, Kind.SOME);
    }

    /**
     * One row of each copy.
     *
     * @param numbers the token of each, [C]
     */
    static Rows oneEach(long[] numbers) {
        return new Rows(numbers, Kind.ONE_EACH);
    }

    boolean all() {
        return kind == Kind.ALL;
    }

    /** Whether copies want different rows. */
    boolean differ() {
        return kind == Kind.ONE_EACH;
    }

    /** How many of each copy, R. */
    int count() {
        return differ() ? 1 : numbers.length;
    }

    /** Those of one copy. */
    long[] ofCopy(int copy) {
        return differ() ? new long[] {numbers[copy]} : numbers;
    }

    /** These rows of each of C copies: (C·T, D) to (C·R, D), in the scope of {@code x}. */
    NDArray of(NDArray x, int copies, int tokens) {
        if (all()) {
            return x;
        }
        long[] places = new long[copies * count()];
        for (int copy = 0; copy < copies; copy++) {
            long[] wanted = ofCopy(copy);
            for (int i = 0; i < wanted.length; i++) {
                places[copy * wanted.length + i] = (long) copy * tokens + wanted[i];
            }
        }
        return Embedding.rows(x, places, x.getManager());
    }
}
