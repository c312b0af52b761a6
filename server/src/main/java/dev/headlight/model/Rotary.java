package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Rotary position embeddings (Su et al. 2021): the two halves of a query or key are turned by an angle that grows with
 * the token's position. Where only a part of each head turns, it is the first. T tokens, H heads, d head size, r how
 * many of its numbers turn.
 *
 * @param table of texts of up to {@code longest} tokens
 * @param longest how many tokens these have
 * @param longer the speeds of longer texts, by T; none if they are the same
 * @param factor of cosines and sines
 */
record Rotary(Table table, int longest, Optional<IntFunction<float[]>> longer, double factor) {

    /**
     * Angles by position.
     *
     * @param cos (positions, 1, r)
     * @param sin likewise
     */
    record Table(NDArray cos, NDArray sin) {

        /**
         * Computes the angles, position · speed, in float32 as transformers does.
         *
         * @param speeds radians a position, [r / 2]
         */
        static Table of(float[] speeds, double factor, int positions, NDManager scope) {
            int size = 2 * speeds.length;
            float[] cos = new float[positions * size];
            float[] sin = new float[positions * size];
            for (int i = 0; i < speeds.length; i++) {
                for (int position = 0; position < positions; position++) {
                    double angle = position * speeds[i];
                    int at = position * size + i;
                    cos[at] = cos[at + size / 2] = (float) (factor * Math.cos(angle));
                    sin[at] = sin[at + size / 2] = (float) (factor * Math.sin(angle));
                }
            }
            Shape shape = new Shape(positions, 1, size);
            return new Table(scope.create(cos, shape), scope.create(sin, shape));
        }
    }

    /** Speeds that are the same for all texts. */
    static Rotary of(float[] speeds, double factor, int positions, NDManager scope) {
        return new Rotary(Table.of(speeds, factor, positions, scope), positions, Optional.empty(), factor);
    }

    /** Whether a text of so many tokens is turned at other speeds than shorter ones. */
    boolean isLonger(int tokens) {
        return longer.isPresent() && tokens > longest;
    }

    /**
     * Queries or keys of C copies of T tokens (C·T, H·d), turned, in their scope.
     *
     * @param first the position of the first of the T
     */
    NDArray forward(NDArray x, int copies, int headSize, int first) {
        long tokens = x.getShape().get(0) / copies;
        long width = x.getShape().get(1);
        Table turns = table(Math.toIntExact(first + tokens), x.getManager());
        long size = turns.cos().getShape().get(2);
        NDIndex shown = new NDIndex("{}:{}", first, first + tokens);
        NDArray heads = x.reshape(copies, tokens, width / headSize, headSize); // (C, T, H, d)
        NDArray turning = size == headSize ? heads : heads.get("..., :{}", size); // (C, T, H, r)
        NDArray front = turning.get("..., :{}", size / 2);
        NDArray back = turning.get("..., {}:", size / 2);
        NDArray across = back.neg().concat(front, -1); // (C, T, H, r)
        NDArray turned = turning.mul(turns.cos().get(x.getManager(), shown))
                .add(across.mul(turns.sin().get(x.getManager(), shown)));
        NDArray whole = size == headSize ? turned : turned.concat(heads.get("..., {}:", size), -1);
        return whole.reshape(copies * tokens, width);
    }

    private Table table(int tokens, NDManager scope) {
        return isLonger(tokens) ? Table.of(longer.orElseThrow().apply(tokens), factor, tokens, scope) : table;
    }
}
