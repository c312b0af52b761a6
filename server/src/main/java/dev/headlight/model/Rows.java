package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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

    /** These rows of (T, D), as (R, D), in a scope. */
    NDArray of(NDArray x, NDManager scope) {
        return all ? x : Embedding.rows(x, numbers, scope);
    }
}
