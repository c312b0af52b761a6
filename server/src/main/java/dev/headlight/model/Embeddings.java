package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Tokens to hidden states. T tokens, E embedding size, D hidden size.
 *
 * @param words [T] tokens to (T, E)
 * @param positions added to them; null if positions are applied in the layers
 * @param counting the position of each token
 * @param types added to them too; null if there are none
 * @param then (T, E) to (T, D)
 */
record Embeddings(Lookup words, Embedding positions, Counting counting, Embedding types, Block then) {

    /** Tokens to what they begin as: (T, E), in a scope. */
    @FunctionalInterface
    interface Lookup {
        NDArray forward(Input input, NDManager scope);

        /** The same of several texts, one after another: (C·T, E), in a scope. */
        default NDArray forward(List<Input> texts, NDManager scope) {
            NDList parts = new NDList();
            texts.forEach(input -> parts.add(forward(input, scope)));
            return NDArrays.concat(parts, 0);
        }
    }

    /** Words from a table (V, E). */
    private record Words(Embedding table) implements Lookup {
        @Override
        public NDArray forward(Input input, NDManager scope) {
            return forward(List.of(input), scope);
        }

        @Override
        public NDArray forward(List<Input> texts, NDManager scope) {
            return table.forward(joined(texts, Input::idArray), scope);
        }
    }

    /** Words from a table (V, E). */
    Embeddings(Embedding words, Embedding positions, Counting counting, Embedding types, Block then) {
        this(new Words(words), positions, counting, types, then);
    }

    /** Tokens to positions. */
    interface Counting {
        /** 0, 1, 2 and so on. */
        Counting FROM_ZERO = input -> LongStream.range(0, input.tokens()).toArray();

        /** From a number on. */
        static Counting after(int first) {
            return input -> LongStream.range(first, first + input.tokens()).toArray();
        }

        /**
         * From the padding's id plus one, as in fairseq: padding has its own id as position, and is not counted.
         */
        static Counting from(int padding) {
            return input -> {
                long[] positions = input.idArray();
                long next = padding + 1L;
                for (int i = 0; i < positions.length; i++) {
                    positions[i] = positions[i] == padding ? padding : next++;
                }
                return positions;
            };
        }

        long[] positions(Input input);
    }

    /** [T] tokens to (T, D), in a scope. */
    NDArray forward(Input input, NDManager scope) {
        return forward(input, 0, scope);
    }

    /** The same of the tokens from a position on. */
    NDArray forward(Input whole, int first, NDManager scope) {
        Input input = whole.from(first);
        NDArray sum = words.forward(input, scope);
        if (types != null) {
            sum = sum.add(types.forward(types.rows() > 1 ? input.typeArray() : new long[input.tokens()], scope));
        }
        if (positions != null) {
            long[] places = counting.positions(whole);
            sum = sum.add(positions.forward(Arrays.copyOfRange(places, first, places.length), scope));
        }
        return then.forward(sum);
    }

    /** Several texts of T tokens, one after another: (C·T, D), in a scope. */
    NDArray forward(List<Input> texts, NDManager scope) {
        NDArray sum = words.forward(texts, scope);
        if (types != null) {
            sum = sum.add(types.forward(
                    joined(texts, input -> types.rows() > 1 ? input.typeArray() : new long[input.tokens()]), scope));
        }
        if (positions != null) {
            sum = sum.add(positions.forward(joined(texts, counting::positions), scope));
        }
        return then.forward(sum);
    }

    private static long[] joined(List<Input> texts, Function<Input, long[]> numbers) {
        return texts.stream().map(numbers).flatMapToLong(LongStream::of).toArray();
    }
}
